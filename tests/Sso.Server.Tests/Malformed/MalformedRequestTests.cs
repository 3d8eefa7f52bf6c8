using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Malformed;

/// <summary>
/// A thousand spoiled requests to each protocol endpoint: a standard error each time, or an error at the registered redirect URI; never a
/// failure of ours, never a redirect to anywhere else, and no secret in the log.
/// </summary>
[Spec("F23")]
[OneDatabase]
public sealed partial class MalformedRequestTests(MalformedRequestTests.Shop shop) : IClassFixture<MalformedRequestTests.Shop>
{
    private const int Requests = 1000;

    /// <summary>Change it to look elsewhere; a failure names it with the number of the request.</summary>
    private const ulong Seed = 20261125;

    /// <summary>
    /// Where a request can be right after all, or where what is wrong with it does not matter (RFC 7009 §2.2, RFC 7662 §2.2).
    /// </summary>
    private static readonly string[] MayAnswerWell =
    [
        "/connect/introspect", "/connect/revoke", "/connect/par", "/connect/device",
        "/connect/ciba", "/connect/register", "/connect/logout", "/connect/checksession",
        "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server",
        "/.well-known/jwks", "/.well-known/webfinger", "/connect/authorize",
    ];

    public static TheoryData<string> Endpoints => [.. TargetsOf("x", "x", "x", "x").Select(target => target.Path).Distinct()];

    [Fact]
    public void Every_protocol_endpoint_has_its_grammar()
    {
        var routes = shop.Server.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PageActionDescriptor>() is null)
            .Select(endpoint => "/" + Parameter().Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), "{*}"))
            .Where(path => path.StartsWith("/connect/", StringComparison.Ordinal)
                || path.StartsWith("/.well-known/", StringComparison.Ordinal)
                || path.StartsWith("/delivery/", StringComparison.Ordinal))
            .Where(path => path is not ("/.well-known/change-password" or "/.well-known/security.txt")).Distinct();

        Assert.Empty(routes.Except(TargetsOf("x", "x", "x", "x").Select(target => target.Path)));
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Whatever_comes_is_refused_as_the_standard_says(string path)
    {
        var targets = shop.Targets.Where(target => target.Path == path).ToList();
        var dice = new Dice(Seed + (ulong)path.Sum(character => character));
        var grammar = new Grammar(dice);
        using var client = new HttpClient(shop.Server.App.GetTestServer().CreateHandler()) { BaseAddress = new Uri(SsoServer.Issuer) };
        shop.Server.Log.Forget();
        shop.Server.Log.Everything = true;
        for (var number = 0; number < Requests; number++)
        {
            using var request = grammar.Spoil(dice.Of(targets));
            using var answer = await client.SendAsync(request);
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(Flaw(path, answer, body) is not { } flaw, $"""
                Seed {Seed}, request {number}: {Flaw(path, answer, body)}
                {request.Method} {request.RequestUri!.OriginalString}
                {request.Headers} {request.Content?.Headers}
                {(request.Content is null ? "" : Encoding.Latin1.GetString(await request.Content.ReadAsByteArrayAsync()))}
                {(int)answer.StatusCode} {answer.Headers.Location} {body[..Math.Min(body.Length, 400)]}
                """);
        }

        var log = string.Join('\n', shop.Server.Log.Lines);
        Assert.All(shop.Secrets, secret => Assert.DoesNotContain(secret, log, StringComparison.Ordinal));
        Assert.DoesNotContain("unhandled exception", log, StringComparison.OrdinalIgnoreCase);
    }

    private static string? Flaw(string path, HttpResponseMessage answer, string body) => answer switch
    {
        // An unsigned receipt is answered so on purpose: the provider asks again while an operator mends the settings.
        { StatusCode: HttpStatusCode.ServiceUnavailable } when path.StartsWith("/delivery/", StringComparison.Ordinal) => null,
        { StatusCode: >= HttpStatusCode.InternalServerError } => "a failure of ours",
        { Headers.Location: { } location } => FlawOfRedirect(location),
        { IsSuccessStatusCode: true } when !MayAnswerWell.Contains(path) && answer.RequestMessage!.Method != HttpMethod.Options =>
            "it was answered well",
        { IsSuccessStatusCode: false, Content.Headers.ContentType.MediaType: "application/json" } => FlawOfError(body),
        _ => null,
    };

    private static string? FlawOfRedirect(Uri location)
    {
        var target = new Uri(new Uri(SsoServer.Issuer), location);
        if (target.Authority == "sso.test")
        {
            return null;
        }

        var parameters = QueryHelpers.ParseQuery(target.Query.Length > 0 ? target.Query : target.Fragment.TrimStart('#'));
        return target.GetLeftPart(UriPartial.Path) != "https://shop.example/callback" ? "a redirect to an unregistered URI"
            : parameters.ContainsKey("code") || parameters.ContainsKey("access_token") ? "a code for nobody"
            : parameters.ContainsKey("error") || parameters.ContainsKey("response") ? null
            : "a redirect without an error";
    }

    private static string? FlawOfError(string body)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.TryGetProperty("error", out var error) && ErrorCode().IsMatch(error.GetString()!)
            && json.RootElement.TryGetProperty("error_description", out var description) && Description().IsMatch(description.GetString()!)
            ? null
            : "no standard error";
    }

    private static List<Target> TargetsOf(string client, string basic, string accessToken, string refreshToken)
    {
        (string, string)[] request =
        [
            ("client_id", client), ("redirect_uri", "https%3A%2F%2Fshop.example%2Fcallback"),
            ("response_type", "code"), ("scope", "openid"), ("state", "s"), ("nonce", "n"),
            ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"), ("code_challenge_method", "S256"), ("prompt", "none"),
        ];
        var get = HttpMethod.Get;
        var post = HttpMethod.Post;
        return
        [
            new("/connect/authorize", get, null, request),
            new("/connect/authorize/continue", get, null, ("flow", accessToken)),
            new("/connect/par", post, basic, request),
            new("/connect/device", post, basic, ("scope", "openid")),
            new("/connect/ciba", post, basic, ("scope", "openid"), ("login_hint", "nobody"), ("binding_message", "x")),
            new(
                "/connect/token", post, basic, ("grant_type", "authorization_code"), ("code", refreshToken),
                ("redirect_uri", "https%3A%2F%2Fshop.example%2Fcallback"), ("code_verifier", new string('a', 43))),
            new("/connect/token", post, basic, ("grant_type", "refresh_token"), ("refresh_token", "x" + refreshToken), ("scope", "openid")),
            new(
                "/connect/token", post, basic, ("grant_type", "client_credentials"),
                ("scope", "openid"), ("resource", "https%3A%2F%2Fapi.example")),
            new(
                "/connect/token", post, basic,
                ("grant_type", "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"), ("device_code", accessToken)),
            new("/connect/token", post, basic, ("grant_type", "urn%3Aopenid%3Aparams%3Agrant-type%3Aciba"), ("auth_req_id", accessToken)),
            new(
                "/connect/token", post, basic, ("grant_type", "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"),
                ("subject_token", "x" + accessToken), ("subject_token_type", "urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token")),
            new(
                "/connect/token", post, null, ("grant_type", "client_credentials"),
                ("client_assertion_type", "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"),
                ("client_assertion", accessToken)),
            new("/connect/introspect", post, basic, ("token", accessToken)),
            new("/connect/revoke", post, basic, ("token", "x" + refreshToken), ("token_type_hint", "refresh_token")),
            new("/connect/userinfo", get, "Bearer x" + accessToken),
            new(
                "/connect/logout", get, null, ("id_token_hint", accessToken),
                ("post_logout_redirect_uri", "https%3A%2F%2Fshop.example%2Fsigned-out"), ("state", "s"), ("client_id", client)),
            new("/connect/checksession", get, null),
            new("/connect/register", post, null, ("redirect_uris", "x")),
            new("/connect/register", post, null)
            {
                Json = """
                    {"redirect_uris":["https://shop.example/callback"],"client_name":"x",
                    "token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[]}}
                    """,
            },
            new("/connect/register", post, null)
            {
                Json = """
                    {"redirect_uris":"https://shop.example/callback","grant_types":["implicit"],
                    "response_types":["token"],"jwks_uri":"http://127.0.0.1/"}
                    """,
            },
            new("/connect/register/{*}", get, "Bearer x"),
            new("/.well-known/openid-configuration", get, null),
            new("/.well-known/oauth-authorization-server", get, null),
            new("/.well-known/webfinger", get, null, ("resource", "acct:joe@sso.test")),
            new("/.well-known/jwks", get, null),
            new("/delivery/receipts/{*}", post, "Bearer x", ("message_uuid", "x"), ("status", "delivered")),
        ];
    }

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    [GeneratedRegex("^[a-z_]+$")]
    private static partial Regex ErrorCode();

    [GeneratedRegex(@"^[ !#-\[\]-~]+$")]
    private static partial Regex Description();

    /// <summary>An application and its living tokens, which no log line may hold.</summary>
    public sealed class Shop : IAsyncLifetime
    {
        public SsoServer Server { get; } = new() { Settings = { "--Registration:Enabled=true", "--Registration:WithoutToken=true" } };

        internal IReadOnlyList<Target> Targets { get; private set; } = [];

        public IReadOnlyList<string> Secrets { get; private set; } = [];

        public async ValueTask InitializeAsync()
        {
            await Server.InitializeAsync();
            var party = await Server.RegisterAsync(
                "shop", client => client.GrantTypes = [.. GrantTypes.All.Except([GrantTypes.ClientCredentials])]);
            var ada = await (await Server.AddPersonAsync("ada")).WithAppAsync();
            var tokens = await party.RedeemAsync(
                (await party.SignInAsync(Server.OpenBrowser(), ada, ("scope", "openid offline_access"))).Code);
            var pair = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{party.Id}:{party.Secret}"));
            Targets = TargetsOf(party.Id, "Basic " + pair, tokens.AccessToken!, tokens.RefreshToken!);
            Secrets = [party.Secret!, pair, tokens.AccessToken!, tokens.RefreshToken!];
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
