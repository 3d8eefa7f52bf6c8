using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Sso.Server.Pipeline;

/// <summary>
/// Where the issuer is https, a page that is asked for by http is answered with 400: its forms need cookies that http does not carry.
/// Nearly always the proxy does not say by what the visitor came, or is not believed. What programs and probes ask for goes on.
/// </summary>
internal sealed partial class HttpsPages(RequestDelegate next, TimeProvider clock, ILogger<HttpsPages> log)
{
    private readonly OnceAMinute _lines = new(clock);

    public Task InvokeAsync(HttpContext http)
    {
        if (http.Request.IsHttps || http.GetEndpoint()?.Metadata.GetMetadata<PageActionDescriptor>() is null)
        {
            return next(http);
        }

        // The page of an address that leads nowhere keeps its status, and is nobody's mistake.
        var isOfAnother = http.Features.Get<IStatusCodeReExecuteFeature>() is not null;
        if (!isOfAnother && _lines.IsDue())
        {
            Refused(log, WhyOf(http.Request.Headers));
        }

        return PlainPage.WriteAsync(
            http,
            isOfAnother ? http.Response.StatusCode : StatusCodes.Status400BadRequest,
            "Serve una connessione sicura",
            "Questa pagina si apre solo con https. Controlla che l’indirizzo inizi con https://. Se è già così, avvisa "
                + "l’assistenza. Per chi gestisce il server: il proxy deve inviare X-Forwarded-Proto e stare in Sso:TrustedProxies.",
            "This page opens over https only. Check that the address begins with https://. If it does, tell support. "
                + "For the operator: the proxy must send X-Forwarded-Proto and be named in Sso:TrustedProxies; sso doctor says "
                + "what is missing.");
    }

    /// <summary>What a trusted proxy said was read and renamed by the framework; what anybody else said stays as it came.</summary>
    private static string WhyOf(IHeaderDictionary headers) =>
        headers.ContainsKey("X-Forwarded-Proto") ? "X-Forwarded-Proto came from an address that Sso:TrustedProxies does not name"
        : headers.ContainsKey("X-Original-Proto") ? "the proxy says http in X-Forwarded-Proto"
        : "X-Forwarded-Proto is missing";

    [LoggerMessage(
        EventId = 1123,
        Level = LogLevel.Warning,
        Message = "The issuer is https, and a page was asked for by http and refused: {Why}. See: sso doctor (told once a minute)")]
    private static partial void Refused(ILogger log, string why);
}
