using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Sso.Data.People;
using Sso.Server.Authorization;

namespace Sso.Server.Http;

/// <summary>
/// The language of a page: ui_locales of the flow, then the visitor's own choice, then what the browser prefers. Who chooses on a page of a
/// flow means that flow too.
/// </summary>
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

    /// <summary>What the cookie of a choice holds: the language, and since when.</summary>
    public static string Choice(string language, DateTimeOffset at) => $"{language}.{at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)}";

    private static ProviderCultureResult? Chosen(HttpContext http, CookieNames cookies)
    {
        var choice = (http.Request.Cookies[cookies.Language] ?? "").Split('.');
        var flow = http.Request.Query["flow"] is [{ Length: > 0 } handle]
            ? http.RequestServices.GetRequiredService<Flows>().LanguagesOf(http, handle)
            : null;
        var isNewer = flow is not null && choice is [_, var at]
            && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var since)
            && since >= flow.Value.ReceivedAt.ToUnixTimeMilliseconds();
        var asked = $"{http.Request.Query["ui_locales"]} {flow?.UiLocales}";
        var wanted = (isNewer ? $"{choice[0]} {asked}" : $"{asked} {choice[0]}").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var known = wanted.Select(tag => tag.Split('-')[0].ToLowerInvariant()).FirstOrDefault(tag => tag is "it" or "en");
        return known is null ? null : new ProviderCultureResult(known);
    }
}
