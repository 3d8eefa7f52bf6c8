using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>
/// What the sample client area does with logout tokens (Back-Channel Logout §2.6), from a provider whose keys the test holds.
/// </summary>
[Spec("Back-Channel Logout", "2.6")]
public sealed class ClientAreaLogoutTests : IAsyncLifetime
{
    private const string LogoutEvent = "http://schemas.openid.net/event/backchannel-logout";

    private readonly RSA _key = RSA.Create(2048);
    private readonly RSA _stranger = RSA.Create(2048);
    private Peer _provider = null!;
    private ClientAreaProcess _area = null!;

    private string Issuer => _provider.Address.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        _provider = await Peer.StartAsync();
        _provider.Publish("/.well-known/openid-configuration", () => JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["issuer"] = Issuer,
            ["authorization_endpoint"] = Issuer + "/authorize",
            ["token_endpoint"] = Issuer + "/token",
            ["userinfo_endpoint"] = Issuer + "/userinfo",
            ["jwks_uri"] = Issuer + "/jwks",
        }));
        _provider.Publish("/jwks", () =>
        {
            var key = _key.ExportParameters(includePrivateParameters: false);
            var (modulus, exponent) = (Base64UrlEncoder.Encode(key.Modulus), Base64UrlEncoder.Encode(key.Exponent));
            return JsonSerializer.Serialize(
                new { keys = new[] { new { kty = "RSA", use = "sig", kid = "1", n = modulus, e = exponent } } });
        });
        _provider.Publish("/userinfo", () => """{"sub":"ada"}""");
        _area = await ClientAreaProcess.StartAsync(Issuer);
    }

    public async ValueTask DisposeAsync()
    {
        _area.Dispose();
        await _provider.DisposeAsync();
        _key.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public async Task A_logout_token_ends_the_session_that_it_names_and_no_other_and_is_taken_once()
    {
        using var ended = await SignInAsync("s1");
        using var other = await SignInAsync("s2");
        var token = Sign(_key, Claims("s1"));

        Assert.Equal(HttpStatusCode.OK, await TellAsync(token));

        Assert.False(await IsInAsync(ended));
        Assert.True(await IsInAsync(other));
        Assert.Equal(HttpStatusCode.BadRequest, await TellAsync(token));
        // A second one about the same session is another token, as when the answer to the first was lost.
        Assert.Equal(HttpStatusCode.OK, await TellAsync(Sign(_key, Claims("s1"))));
    }

    [Fact]
    public async Task Any_other_token_is_refused_and_ends_nothing()
    {
        using var here = await SignInAsync("s1");
        var refused = new Dictionary<string, string>
        {
            ["another key under the same id"] = Sign(_stranger, Claims("s1")),
            ["another audience"] = Sign(_key, Claims("s1", claims => claims["aud"] = "shop")),
            ["another issuer"] = Sign(_key, Claims("s1", claims => claims["iss"] = "https://evil.example")),
            ["a nonce"] = Sign(_key, Claims("s1", claims => claims["nonce"] = "n")),
            ["no events"] = Sign(_key, Claims("s1", claims => claims.Remove("events"))),
            ["another event"] = Sign(_key, Claims("s1", claims => claims["events"] = Event("http://schemas.openid.net/event/other"))),
            ["the event as text"] = Sign(_key, Claims("s1", claims => claims["events"] = LogoutEvent)),
            ["the event inside another"] = Sign(_key, Claims("s1", claims => claims["events"] =
                new Dictionary<string, object> { ["other"] = LogoutEvent })),
            ["no session"] = Sign(_key, Claims("s1", claims => claims.Remove("sid"))),
            ["no id"] = Sign(_key, Claims("s1", claims => claims.Remove("jti"))),
            ["no end"] = Sign(_key, Claims("s1", claims => claims.Remove("exp"))),
            ["an end in the past"] = Sign(_key, Claims("s1", claims => claims["exp"] = Now - 600)),
            ["the type of an ID token"] = Sign(_key, Claims("s1"), "JWT"),
            ["no signature"] = Base64UrlEncoder.Encode("""{"alg":"none","typ":"logout+jwt"}""") + "."
                + Base64UrlEncoder.Encode(JsonSerializer.Serialize(Claims("s1"))) + ".",
            ["no token"] = "",
        };
        foreach (var (what, token) in refused)
        {
            Assert.Equal((what, HttpStatusCode.BadRequest), (what, await TellAsync(token)));
        }

        Assert.True(await IsInAsync(here));
        Assert.Equal(HttpStatusCode.OK, await TellAsync(Sign(_key, Claims("s1"))));
        Assert.False(await IsInAsync(here));
    }

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static Dictionary<string, object> Event(string name) => new() { [name] = new Dictionary<string, object>() };

    /// <summary>What Back-Channel Logout §2.4 wants in a logout token.</summary>
    private Dictionary<string, object> Claims(string session, Action<Dictionary<string, object>>? change = null)
    {
        Dictionary<string, object> claims = new()
        {
            ["iss"] = Issuer,
            ["sub"] = "ada",
            ["aud"] = ClientAreaProcess.ClientId,
            ["iat"] = Now,
            ["exp"] = Now + 120,
            ["jti"] = RandomNumberGenerator.GetHexString(16),
            ["sid"] = session,
            ["events"] = Event(LogoutEvent),
        };
        change?.Invoke(claims);
        return claims;
    }

    private static string Sign(RSA key, Dictionary<string, object> claims, string type = "logout+jwt") =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            JsonSerializer.Serialize(claims),
            new SigningCredentials(new RsaSecurityKey(key) { KeyId = "1" }, SecurityAlgorithms.RsaSha256),
            new Dictionary<string, object> { ["typ"] = type });

    private async Task<HttpStatusCode> TellAsync(string token)
    {
        using var client = new HttpClient { BaseAddress = _area.Address };
        using var form = new FormUrlEncodedContent([KeyValuePair.Create("logout_token", token)]);
        using var answer = await client.PostAsync("/backchannel-logout", form);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        return answer.StatusCode;
    }

    /// <summary>The code flow, with the provider's part said by the test.</summary>
    private async Task<HttpClient> SignInAsync(string session)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = _area.Address };
        using var begun = await client.GetAsync("/signin");
        var request = QueryHelpers.ParseQuery(begun.Headers.Location!.Query);
        _provider.Publish("/token", () => JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["access_token"] = "a",
            ["token_type"] = "Bearer",
            ["id_token"] = Sign(_key, Claims(session, claims => claims["nonce"] = request["nonce"].ToString()), "JWT"),
        }));
        using var back = await client.GetAsync(
            QueryHelpers.AddQueryString("/callback", new Dictionary<string, string?> { ["code"] = "c", ["state"] = request["state"] }));
        Assert.Equal("/", back.Headers.Location?.OriginalString);
        Assert.True(await IsInAsync(client));
        return client;
    }

    private static async Task<bool> IsInAsync(HttpClient client) =>
        (await client.GetStringAsync("/")).Contains("data-protected", StringComparison.Ordinal);
}
