using System.CommandLine;
using Sso.Admin.Brands;

namespace Sso.Server.Commands;

/// <summary>The options of <c>sso brand add</c> and <c>sso brand set</c>: what is left out stays as it is, and "" removes it.</summary>
internal static class BrandOptionSet
{
    private static readonly Option<string> Name = new("--name") { Description = "The name of the service, as its pages show it." };
    private static readonly Option<string> Accent = new("--accent") { Description = "The colour of the one strong button, #rrggbb." };
    private static readonly Option<string> DarkAccent =
        new("--dark-accent") { Description = "The same in the dark scheme. Computed when left out." };
    private static readonly Option<string> Tint = new("--tint") { Description = "The ground behind the card in the light scheme." };
    private static readonly Option<int?> Radius = new("--radius") { Description = "Roundness of controls, 0 to 12 pixels." };
    private static readonly Option<string> Logo = new("--logo") { Description = "A file: SVG (cleaned) or PNG, at most 24 KiB." };
    private static readonly Option<string> PrivacyUrl = new("--privacy-url") { Description = "Where Privacy leads." };
    private static readonly Option<string> AboutUrl = new("--about-url") { Description = "Where About us leads." };
    private static readonly Option<string> ContactUrl = new("--contact-url") { Description = "Where Contact us leads." };
    private static readonly Option<string> SenderName = new("--sender-name") { Description = "Who mails are from." };
    private static readonly Option<string> Support =
        new("--support") { Description = "E-mail address, telephone number or page where people get help." };
    private static readonly Option<string[]> Hosts = new("--host")
    {
        Description = "A host name whose pages have this brand. May be repeated; replaces those that were there.",
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option[] All =
        [Name, Accent, DarkAccent, Tint, Radius, Logo, PrivacyUrl, AboutUrl, ContactUrl, SenderName, Support, Hosts];

    public static void AddTo(Command command)
    {
        foreach (var option in All)
        {
            command.Options.Add(option);
        }
    }

    /// <exception cref="IOException">The file of the logo cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static BrandInput Apply(ParseResult parsed, BrandInput brand) => brand with
    {
        Name = parsed.GetValue(Name) ?? brand.Name,
        Accent = parsed.GetValue(Accent) ?? brand.Accent,
        DarkAccent = parsed.GetValue(DarkAccent) ?? brand.DarkAccent,
        Tint = parsed.GetValue(Tint) ?? brand.Tint,
        Radius = parsed.GetValue(Radius) ?? brand.Radius,
        PrivacyUrl = parsed.GetValue(PrivacyUrl) ?? brand.PrivacyUrl,
        AboutUrl = parsed.GetValue(AboutUrl) ?? brand.AboutUrl,
        ContactUrl = parsed.GetValue(ContactUrl) ?? brand.ContactUrl,
        SenderName = parsed.GetValue(SenderName) ?? brand.SenderName,
        SupportContact = parsed.GetValue(Support) ?? brand.SupportContact,
        Hosts = parsed.GetResult(Hosts) is null ? brand.Hosts : [.. (parsed.GetValue(Hosts) ?? []).Where(host => host.Length > 0)],
        Logo = parsed.GetValue(Logo) switch
        {
            null => brand.Logo,
            "" => null,
            var file => File.ReadAllBytes(file),
        },
    };
}
