using System.Globalization;
using Microsoft.AspNetCore.Localization;
using Sso.Accounts.Localization;
using Sso.Server.Authorization;
using Sso.Server.Http;

namespace Sso.Server.Pipeline;

/// <summary>
/// The language of a page: ui_locales of the flow, then the visitor's own choice, then what the browser prefers. A choice made on a page of
/// a flow applies to that flow too.
/// </summary>
internal static class PageLanguage
{
    public static RequestLocalizationOptions Options(CookieNames cookies) => new()
    {
        DefaultRequestCulture = new RequestCulture("it"),
        SupportedCultures = Languages.Supported,
        SupportedUICultures = Languages.Supported,
        RequestCultureProviders =
        [
            new CustomRequestCultureProvider(http => Task.FromResult(Chosen(http, cookies))),
            new AcceptLanguageHeaderRequestCultureProvider(),
        ],
    };

    private static ProviderCultureResult? Chosen(HttpContext http, CookieNames cookies)
    {
        var choice = (http.Request.Cookies[cookies.Language] ?? "").Split('.');
        var flow = http.Request.Query["flow"] is [{ Length: > 0 } handle]
            ? http.RequestServices.GetRequiredService<FlowSealer>().LanguagesOf(http, handle)
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
