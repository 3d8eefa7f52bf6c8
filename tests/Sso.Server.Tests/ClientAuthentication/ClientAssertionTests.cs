using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Data.Clients;
using Sso.Data.Secrets;
using Sso.Protocol.Clients;
using Sso.Server.ClientAuthentication;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.ClientAuthentication;

/// <summary>private_key_jwt and client_secret_jwt (RFC 7523 §3, OIDC Core §9).</summary>
[Spec("S95")]
[Spec("RFC 7523", "3")]
public sealed class ClientAssertionTests(SsoServerWithPeer fixture) : IClassFixture<SsoServerWithPeer>
{
    private static readonly ClientKey Rsa = new("RS256");
    private static readonly ClientKey Stranger = new("RS256", "stranger");

    private SsoServer Server => fixture.Server;

    [Theory]
    [InlineData("RS256")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [Spec("DY10")]
    [Spec("DY23")]
    [Spec("S94")]
    public async Task An_assertion_of_its_own_key_authenticates_a_client(string algorithm)
    {
        var client = await RegisterAsync(new ClientKey(algorithm));

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client)).Status);
    }

    [Theory]
    [InlineData(SsoServer.Issuer)]
    [InlineData(SsoServer.Issuer + "/connect/token")]
    [Spec("XP02")]
    [Spec("DY10")]
    public async Task An_ordinary_client_names_the_issuer_or_the_token_endpoint_as_audience(string audience)
    {
        var client = await RegisterAsync(Rsa);

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, client.Assertion(claims => claims["aud"] = audience))).Status);
        Assert.Equal(
            HttpStatusCode.OK, (await AskAsync(client, client.Assertion(claims => claims["aud"] = new JsonArray(audience)))).Status);
        var other = await client.PostAsync(
            "/connect/introspect", ("token", "none"), ("client_assertion", client.Assertion(claims => claims["aud"] = audience)));
        Assert.Equal(HttpStatusCode.OK, other.Status);
    }

    [Fact]
    [Spec("XP02")]
    public async Task An_ordinary_client_may_name_the_endpoint_that_it_calls_and_no_other()
    {
        var client = await RegisterAsync(Rsa);
        string ForIntrospection() => client.Assertion(claims => claims["aud"] = SsoServer.Issuer + "/connect/introspect");

        Assert.Equal(
            HttpStatusCode.OK,
            (await client.PostAsync("/connect/introspect", ("token", "none"), ("client_assertion", ForIntrospection()))).Status);
        Assert.Equal("invalid_client", (await AskAsync(client, ForIntrospection())).Error);
    }

    public static TheoryData<string, Func<RelyingParty, string>> Forged => new()
    {
        {
            "unsigned",
            client => client.Assertion(
                header: new JsonObject { ["alg"] = "none" }).Split('.') is [var header, var body, _] ? $"{header}.{body}." : ""
        },
        { "signed as if by a shared key", client => client.Assertion(header: new JsonObject { ["alg"] = "HS256" }) },
        { "by another algorithm than it says", client => client.Assertion(header: new JsonObject { ["alg"] = "PS256" }) },
        { "by the key of somebody else", client => client.Assertion(key: Stranger) },
        { "by the key of somebody else and expired", client => client.Assertion(claims => Move(claims, "exp", -10), key: Stranger) },
        {
            "with a key in its own header",
            client => client.Assertion(key: Stranger, header: new JsonObject { ["jwk"] = Stranger.Jwk, ["kid"] = null })
        },
        { "with an extension", client => client.Assertion(header: new JsonObject { ["crit"] = new JsonArray("b64"), ["b64"] = true }) },
        { "changed", client => client.Assertion() + "A" },
    };

    [Theory, MemberData(nameof(Forged))]
    [Spec("S107")]
    public async Task Who_has_not_the_key_of_the_client_hears_what_everybody_hears(string what, Func<RelyingParty, string> assertion)
    {
        var (client, nobody) = (await RegisterAsync(Rsa), await RegisterAsync(Rsa));
        var answer = await AskAsync(client, assertion(client));

        Assert.True(answer is { Status: HttpStatusCode.Unauthorized, Error: "invalid_client" }, $"{what}: {answer.Body}");
        var unknown = await AskAsync(nobody, nobody.Assertion(claims => (claims["iss"], claims["sub"]) = ("nobody", "nobody")));
        Assert.Equal(unknown.Body.ToString(), answer.Body.ToString());
    }

    [Fact]
    [Spec("FS36")]
    public async Task The_name_alone_authenticates_nobody()
    {
        var client = await RegisterAsync(Rsa);

        Assert.Equal(
            "invalid_client",
            (await client.TokenAsync(
                ("grant_type", "client_credentials"), ("client_id", client.Id),
                ("client_assertion", null), ("client_assertion_type", null))).Error);
    }

    [Fact]
    [Spec("S94")]
    public async Task An_assertion_stands_alone_and_names_its_own_client()
    {
        var client = await RegisterAsync(Rsa);

        Assert.Equal("invalid_request", (await AskAsync(client, client.Assertion(), ("client_secret", "secret"))).Error);
        Assert.Equal("invalid_client", (await AskAsync(client, client.Assertion(), ("client_id", "other"))).Error);
        Assert.Equal(
            "invalid_client",
            (await AskAsync(
                client, client.Assertion(), ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"))).Error);
        var basic = await Server.RegisterAsync(
            "basic", registration => (registration.GrantTypes, registration.Jwks) = (["client_credentials"], ClientKey.SetOf(Rsa)));
        Assert.Equal(
            "invalid_request", (await AskAsync(basic, basic.Assertion(key: Rsa), ("client_assertion_type", ClientAssertion.Type))).Error);
    }

    [Fact]
    [Spec("S95")]
    public async Task An_assertion_counts_once_on_all_nodes()
    {
        await using var second = await Server.StartSecondNodeAsync();
        var client = await RegisterAsync(Rsa);
        await second.ReloadAsync();
        var assertion = client.Assertion();

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, assertion)).Status);
        Assert.Equal("invalid_client", (await AskAsync(client.On(second), assertion)).Error);
        Assert.Equal("invalid_client", (await AskAsync(client, assertion)).Error);

        var raced = client.Assertion();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(number => AskAsync(number % 2 == 0 ? client : client.On(second), raced)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
    }

    [Fact]
    [Spec("A25")]
    public async Task What_was_spent_stays_spent_on_a_node_that_starts_later_and_at_another_endpoint()
    {
        var client = await RegisterAsync(Rsa);
        var assertion = client.Assertion();
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, assertion)).Status);
        await using var restarted = await Server.StartSecondNodeAsync();

        Assert.Equal("invalid_client", (await AskAsync(client.On(restarted), assertion)).Error);
        var elsewhere = await client.On(restarted).PostAsync(
            "/connect/introspect", ("token", "x"), ("client_assertion_type", ClientAssertion.Type), ("client_assertion", assertion));
        Assert.Equal("invalid_client", elsewhere.Error);
    }

    [Fact]
    public async Task Two_clients_may_choose_the_same_jti()
    {
        var (one, other) = (await RegisterAsync(Rsa), await RegisterAsync(Rsa));

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(one, one.Assertion(claims => claims["jti"] = "1"))).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(other, other.Assertion(claims => claims["jti"] = "1"))).Status);
    }

    [Fact]
    [Spec("FS44")]
    [Spec("FS45")]
    public async Task A_clock_may_be_eight_seconds_fast_and_not_a_minute()
    {
        var client = await RegisterAsync(Rsa);
        string Ahead(int seconds) => client.Assertion(claims =>
        {
            foreach (var name in (string[])["iat", "nbf", "exp"])
            {
                claims[name] = Server.Clock.GetUtcNow().ToUnixTimeSeconds() + seconds + (name == "exp" ? 60 : 0);
            }
        });

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, Ahead(8))).Status);
        Assert.Equal("invalid_client", (await AskAsync(client, Ahead(61))).Error);
    }

    [Fact]
    [Spec("A42")]
    public async Task What_is_remembered_of_assertions_is_gone_when_they_have_expired()
    {
        var client = await RegisterAsync(Rsa);
        await Server.ForgetAttemptsAsync();
        for (var number = 0; number < 20; number++)
        {
            await AskAsync(client);
            await AskAsync(client, client.Assertion(claims => Move(claims, "exp", 90)));
        }

        await using var database = Server.OpenDatabase();
        var latest = await database.AttemptCounters.Select(counter => counter.ExpiresAt).ToListAsync(TestContext.Current.CancellationToken);
        Assert.All(latest, until => Assert.True(until <= Server.Clock.GetUtcNow().AddMinutes(6)));
        await Server.PassAsync(TimeSpan.FromMinutes(7));
        await Server.App.Services.GetRequiredService<IEnumerable<Microsoft.Extensions.Hosting.IHostedService>>()
            .OfType<Housekeeping>().Single().RunAsync(TestContext.Current.CancellationToken);
        Assert.False(
            await database.AttemptCounters.AnyAsync(
                counter => counter.ExpiresAt < Server.Clock.GetUtcNow(), TestContext.Current.CancellationToken));
    }

    [Fact]
    [Spec("DY14")]
    public async Task Keys_at_an_address_are_fetched_with_their_kid()
    {
        var key = new ClientKey("PS256", "2026-11");
        fixture.Peer.Publish("/shop/jwks", () => ClientKey.SetOf(key));
        var client = await Server.RegisterAsync("fetched", key, registration =>
            (registration.Jwks, registration.JwksUri, registration.GrantTypes) =
                (null, fixture.Peer.At("/shop/jwks").ToString(), ["client_credentials"]));

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client)).Status);
        Assert.Equal("invalid_client", (await AskAsync(client, client.Assertion(key: Stranger))).Error);
    }

    [Fact]
    [Spec("PY12")]
    public async Task A_shared_secret_that_has_ended_proves_nothing_and_the_use_of_the_other_is_noted()
    {
        var (former, present) = (ClientSecret.New(), ClientSecret.New());
        var client = await Server.RegisterAsync("hmac", registration =>
        {
            (registration.AuthenticationMethod, registration.GrantTypes) =
                (ClientAuthenticationMethod.ClientSecretJwt, ["client_credentials"]);
            registration.FirstSecret = Sealed(registration.Id, former) with { ExpiresAt = Server.Clock.GetUtcNow() };
            registration.SecondSecret = Sealed(registration.Id, present);
        });

        Assert.Equal("invalid_client", (await AskAsync(client, Hmac(client, former))).Error);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, Hmac(client, present))).Status);
        await Server.App.Services.GetRequiredService<SecretUses>().WriteAsync(CancellationToken.None);
        await using var database = Server.OpenDatabase();
        var row = await database.Clients.AsNoTracking().SingleAsync(row => row.Id == client.Id);
        Assert.Null(row.SecretLastUsedAt);
        Assert.NotNull(row.OtherSecretLastUsedAt);
    }

    private StoredSecret Sealed(string clientId, string secret) => new(
        ClientSecret.HashOf(secret),
        Server.App.Services.GetRequiredService<Sealer>().Protect(ClientRegistration.SecretContextOf(clientId), secret),
        ExpiresAt: null);

    [Fact]
    [Spec("PY12")]
    public async Task A_shared_secret_signs_with_HS256_where_the_client_is_registered_so()
    {
        var (former, present) = (ClientSecret.New(), ClientSecret.New());
        var client = await Server.RegisterAsync("hmac", registration =>
        {
            (registration.AuthenticationMethod, registration.GrantTypes) =
                (ClientAuthenticationMethod.ClientSecretJwt, ["client_credentials"]);
            (registration.FirstSecret, registration.SecondSecret) = (Sealed(registration.Id, former), Sealed(registration.Id, present));
        });

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, Hmac(client, former))).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, Hmac(client, present))).Status);
        Assert.Equal("invalid_client", (await AskAsync(client, Hmac(client, ClientSecret.New()))).Error);
        Assert.Equal("invalid_client", (await AskAsync(client, client.Assertion(key: Rsa))).Error);
    }

    [Fact]
    [Spec("GE04")]
    public async Task Metadata_lists_the_methods_and_their_algorithms()
    {
        using var http = Server.Backchannel();
        var document = JsonNode.Parse(await http.GetStringAsync("/.well-known/openid-configuration"))!;
        foreach (var endpoint in (string[])["token", "introspection", "revocation"])
        {
            string[] methods =
                [.. document[$"{endpoint}_endpoint_auth_methods_supported"]!.AsArray().Select(value => value!.GetValue<string>())];
            string[] algorithms =
            [
                .. document[$"{endpoint}_endpoint_auth_signing_alg_values_supported"]!.AsArray().Select(value => value!.GetValue<string>()),
            ];
            Assert.Contains("private_key_jwt", methods);
            Assert.Contains("client_secret_jwt", methods);
            Assert.Equal(endpoint != "introspection", methods.Contains("none"));
            Assert.DoesNotContain("tls_client_auth", methods);
            Assert.Subset(algorithms.ToHashSet(), new HashSet<string> { "RS256", "PS256", "ES256", "HS256" });
            Assert.DoesNotContain("none", algorithms);
        }
    }

    private static void Move(JsonObject claims, string name, int minutes) => claims[name] = claims[name]!.GetValue<long>() + (minutes * 60);

    private string Hmac(RelyingParty client, string secret)
    {
        var now = Server.Clock.GetUtcNow();
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = client.Id,
            Audience = SsoServer.Issuer,
            Expires = now.AddMinutes(1).UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = client.Id, ["jti"] = Guid.CreateVersion7().ToString() },
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(Encoding.UTF8.GetBytes(secret)), "HS256"),
        });
    }

    private Task<RelyingParty> RegisterAsync(ClientKey key) =>
        Server.RegisterAsync("asserting", key, client => client.GrantTypes = ["client_credentials"]);

    private static Task<TokenAnswer> AskAsync(RelyingParty client, string? assertion = null, params (string Name, string? Value)[] more) =>
        client.TokenAsync(
            assertion is null
                ? [("grant_type", "client_credentials"), .. more]
                : [("grant_type", "client_credentials"), ("client_assertion", assertion), .. more]);
}
