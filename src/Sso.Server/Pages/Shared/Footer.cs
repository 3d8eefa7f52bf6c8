using Microsoft.Extensions.Localization;
using Sso.Admin.Brands;

namespace Sso.Server.Pages.Shared;

/// <summary>What a brand links to at the bottom of every page, in the same place (WCAG 2.2 §3.2.6).</summary>
internal static class Footer
{
    public static IReadOnlyList<(string Text, string Target)> Of(Brand brand, IStringLocalizer<Common> common) =>
    [
        .. from link in ((string Name, string? Target)[])
               [
                   ("Privacy", brand.PrivacyUrl), ("About", brand.AboutUrl), ("Contact", brand.ContactUrl),
                   ("Support", brand.SupportContact is { } contact ? SupportLink.Of(contact) : null),
               ]
           where link.Target is not null
           select (common[link.Name].Value, link.Target),
    ];
}
