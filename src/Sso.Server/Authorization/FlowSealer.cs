using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using OpenIddict.Abstractions;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Server.Http;

namespace Sso.Server.Authorization;

/// <summary>
/// Seals requests into flow handles and opens them again. A handle holds the request as it came, its id and the time of its
/// arrival, compressed and encrypted; it lives 20 minutes and works only in the browser it was made for. Opening parses again.
/// </summary>
internal sealed class FlowSealer(Sealer sealer, RequestParsing parsing, CookieNames cookies, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(20);

    /// <summary>For this long, an expired handle still leads to where its request begins: tabs stay open over a holiday.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromDays(7);

    public string Seal(HttpContext http, AuthorizationRequest request)
    {
        using var packed = new MemoryStream();
        packed.Write(request.FlowId.ToByteArray(bigEndian: true));
        packed.Write(BitConverter.GetBytes(request.ReceivedAt.ToUnixTimeMilliseconds()));
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            deflate.Write(Encoding.UTF8.GetBytes(request.Parameters.ToForm()));
        }

        var end = request.ReceivedAt + Lifetime - clock.GetUtcNow();
        return sealer.Seal(Purpose(BrowserOf(http) ?? NameBrowser(http)), packed.ToArray(), end);
    }

    /// <summary>Null if the handle is changed, expired or of another browser, or its client has changed in the meantime.</summary>
    public async Task<Flow?> OpenAsync(HttpContext http, string? handle, CancellationToken cancellation) =>
        Unpack(http, handle) is var (form, flowId, receivedAt)
            && await parsing.ContinueAsync(form, flowId, receivedAt, cancellation) is { } request
            ? new Flow(handle!, request)
            : null;

    /// <summary>For the look of a page: the client to which a handle leads. Runs no statement.</summary>
    public Client? ClientOf(HttpContext http, string handle) =>
        Unpack(http, handle) is var (form, _, _) && RequestParameters.FromForm(form)?.Text("client_id") is { } id
            ? parsing.FindClient(id)
            : null;

    /// <summary>The languages asked for (OIDC Core §3.1.2.1), and when; null for a handle of nobody. Runs no statement.</summary>
    public (string? UiLocales, DateTimeOffset ReceivedAt)? LanguagesOf(HttpContext http, string handle) =>
        Unpack(http, handle, Late) is var (form, _, receivedAt) ? (RequestParameters.FromForm(form)?.Text("ui_locales"), receivedAt) : null;

    /// <summary>What a handle of this browser carried, even if its life is over; it no longer opens anything. Runs no statement.</summary>
    public OpenIddictRequest? OpenLate(HttpContext http, string? handle) =>
        Unpack(http, handle, Late) is var (form, _, _) ? RequestParameters.FromForm(form) : null;

    private (string Form, Guid FlowId, DateTimeOffset ReceivedAt)? Unpack(HttpContext http, string? handle, TimeSpan late = default)
    {
        if (BrowserOf(http) is not { } browser || sealer.Open(Purpose(browser), handle, late) is not { Length: > 24 } packed)
        {
            return null;
        }

        var flowId = new Guid(packed.AsSpan(0, 16), bigEndian: true);
        var receivedAt = DateTimeOffset.FromUnixTimeMilliseconds(BitConverter.ToInt64(packed, 16));
        using var inflate = new DeflateStream(new MemoryStream(packed, 24, packed.Length - 24), CompressionMode.Decompress);
        using var reader = new StreamReader(inflate, Encoding.UTF8);
        return (reader.ReadToEnd(), flowId, receivedAt);
    }

    private string? BrowserOf(HttpContext http) =>
        http.Items.TryGetValue(cookies.Browser, out var named) ? (string?)named : http.Request.Cookies[cookies.Browser];

    private string NameBrowser(HttpContext http)
    {
        var browser = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        http.Items[cookies.Browser] = browser;
        http.Response.Cookies.Append(cookies.Browser, browser, cookies.Options(KnownBrowser.Lifetime));
        return browser;
    }

    private static string Purpose(string browser) => "flow:" + browser;
}

/// <summary>An authorization request on its way through the pages, and the handle that carries it.</summary>
internal sealed record Flow(string Handle, AuthorizationRequest Request)
{
    /// <summary>The account area's own request: it ends on one of our pages and gives no code.</summary>
    public bool IsAccountArea => Request.Client.Id == AccountArea.ClientId;

    /// <summary>A request of our own pages, whichever.</summary>
    public bool IsOurs => OwnArea.IsOne(Request.Client.Id);

    /// <summary>The answer to another device, likewise.</summary>
    public bool AnswersAt(string page) => Request.WaitingId is not null && new Uri(Request.RedirectUri.Value).AbsolutePath == page;

    public string ClientName => Request.Client.Name;

    /// <summary>The host, or the scheme of an installed application, to which the browser goes with the answer.</summary>
    public string RedirectHost =>
        new Uri(Request.RedirectUri.Value) is { IdnHost.Length: > 0 } uri ? uri.IdnHost : new Uri(Request.RedirectUri.Value).Scheme;
}
