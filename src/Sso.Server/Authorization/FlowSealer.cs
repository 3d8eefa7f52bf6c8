using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using OpenIddict.Abstractions;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Extensions.RequestObjects;
using Sso.Extensions.RichRequests;
using Sso.Server.Clients;
using Sso.Server.Http;
using Sso.Server.Issuance;

namespace Sso.Server.Authorization;

/// <summary>
/// Seals requests into flow handles and opens them again. A handle holds the request as it came, its id and the time of its
/// arrival, compressed and encrypted; it lives 20 minutes and works only in the browser it was made for. Opening parses again, so
/// client and redirection URI are matched anew.
/// </summary>
public sealed class FlowSealer(
    Sealer sealer, ClientDirectory clients, AccountArea accountArea, ConsoleArea console, IssuedTokenValidator issuedTokens,
    PushedRequestStore pushed, WaitingFlow waiting, AuthorizationTypes types, CookieNames cookies, TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(20);

    /// <summary>For this long, an expired handle still leads to where its request begins: tabs stay open over a holiday.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromDays(7);

    /// <summary>Parses a request as it would be read from a browser.</summary>
    public async Task<Result<AuthorizationRequest, AuthorizationFailure>> ParseAsync(OpenIddictRequest parameters) =>
        (await ParserAsync(clients.Find, parameters)).Parse(parameters, NewFlowId(), clock.GetUtcNow());

    /// <summary>The request that opening a page of the account area makes.</summary>
    public AuthorizationRequest ForAccount(string page, TimeSpan? fresh) =>
        Own(accountArea, accountArea.ParametersFor(page, fresh));

    /// <summary>The request that opening a page of the console makes.</summary>
    public AuthorizationRequest ForConsole(string page, TimeSpan age) => Own(console, console.ParametersFor(page, age));

    /// <summary>The request in which a person who has lost every second factor proves the password again and enrols a new one.</summary>
    public AuthorizationRequest ForRecovery(string userName) =>
        Own(accountArea, accountArea.ParametersWithSignIn("/account/mfa", userName));

    /// <summary>The request of a person who answers another device; null if that device's client may no longer ask.</summary>
    public AuthorizationRequest? ForWaiting(OpenIddictRequest carried) => waiting.Parse(carried, NewFlowId(), clock.GetUtcNow());

    private AuthorizationRequest Own(OwnArea area, OpenIddictRequest parameters) =>
        Parser(_ => area.Client, hintedSubject: null).Parse(parameters, NewFlowId(), clock.GetUtcNow()).Value
            ?? throw new System.Diagnostics.UnreachableException();

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
            && await ParseAgainAsync(form, flowId, receivedAt, pushed.ContinueAsync, cancellation) is { } request
            ? new Flow(handle!, request)
            : null;

    /// <summary>For the look of a page: the client to which a handle leads. Runs no statement.</summary>
    public Client? ClientOf(HttpContext http, string handle) =>
        Unpack(http, handle) is var (form, _, _) && RequestParameters.FromForm(form)?.Text("client_id") is { } id ? Find(id) : null;

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

    /// <summary>The request that a code answers; null if its registration no longer allows it.</summary>
    public Task<AuthorizationRequest?> ParseAnsweredAsync(
        string form, Guid flowId, DateTimeOffset receivedAt, CancellationToken cancellation) =>
        ParseAgainAsync(form, flowId, receivedAt, pushed.AnsweredAsync, cancellation);

    /// <summary>Parses a request that we wrote down ourselves.</summary>
    private async Task<AuthorizationRequest?> ParseAgainAsync(
        string form, Guid flowId, DateTimeOffset receivedAt, Func<string, CancellationToken, Task<OpenIddictRequest?>> findPushed,
        CancellationToken cancellation)
    {
        var carried = RequestParameters.FromForm(form);
        if (WaitingFlow.IsOne(carried))
        {
            return waiting.Parse(carried!, flowId, receivedAt);
        }

        var parameters = carried is not null && RequestObjects.IsPushed(carried)
            ? await findPushed(carried.Text("request_uri")!, cancellation)
            : carried;
        return parameters is not null && (await ParserAsync(Find, parameters)).Parse(parameters, flowId, receivedAt).Value is { } request
            ? request with { Parameters = carried! }
            : null;
    }

    private Client? Find(string id) => id switch
    {
        AccountArea.ClientId => accountArea.Client,
        ConsoleArea.ClientId => console.Client,
        _ => clients.Find(id),
    };

    private async Task<AuthorizationRequestParser> ParserAsync(Func<string, Client?> find, OpenIddictRequest parameters) =>
        Parser(find, await issuedTokens.SubjectOfHintAsync(parameters.Text("id_token_hint")));

    private AuthorizationRequestParser Parser(Func<string, Client?> find, string? hintedSubject) =>
        new(find, clients.FindResource, _ => hintedSubject, types.Find);

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

    /// <summary>All 128 bits are random: a flow id is compared with what proofs carry, so nobody may predict it.</summary>
    private static Guid NewFlowId() => new(RandomNumberGenerator.GetBytes(16));
}
