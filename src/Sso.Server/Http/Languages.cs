using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Sso.Data.People;

namespace Sso.Server.Http;

/// <summary>The language of a page: ui_locales of the flow, then the visitor's own choice, then what the browser prefers.</summary>
internal static class Languages
{
    public static readonly CultureInfo[] Supported = [CultureInfo.GetCultureInfo("it"), CultureInfo.GetCultureInfo("en")];

    public static RequestLocalizationOptions Options(CookieNames cookies) => new()
    {
        DefaultRequestCulture = new RequestCulture("it"),
        SupportedCultures = Supported,
        SupportedUICultures = Supported,
        RequestCultureProviders =
        [
            new CustomRequestCultureProvider(http => Task.FromResult(Chosen(http, cookies))),
            new AcceptLanguageHeaderRequestCultureProvider(),
        ],
    };

    /// <summary>In which messages to a person are written: their own, else that of the page, else Italian.</summary>
    public static CultureInfo Of(Person? person) => person?.Locale?.Split('-')[0].ToLowerInvariant() switch
    {
        "it" => Supported[0],
        "en" => Supported[1],
        // What is written in the background belongs to no page.
        _ => Supported.FirstOrDefault(language => language.Name == CultureInfo.CurrentUICulture.TwoLetterISOLanguageName) ?? Supported[0],
    };

    private static ProviderCultureResult? Chosen(HttpContext http, CookieNames cookies)
    {
        var wanted = http.Request.Query["ui_locales"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Append(http.Request.Cookies[cookies.Language] ?? "");
        var known = wanted.Select(tag => tag.Split('-')[0].ToLowerInvariant()).FirstOrDefault(tag => tag is "it" or "en");
        return known is null ? null : new ProviderCultureResult(known);
    }
}
