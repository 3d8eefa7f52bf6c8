using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol;
using Sso.Server.Tests.Registration;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>
/// The plans with a client that registers itself, as the certification suite does (GE05): whatever it asks for afterwards, its people are
/// asked for consent once, and for a second factor.
/// </summary>
[OneDatabase]
public sealed class RegisteredClientTests(RegisteredClientTests.Open fixture) : IClassFixture<RegisteredClientTests.Open>
{
    private readonly OpenRegistration open = fixture.Registration;

    [Theory]
    [Spec("BA09")]
    [Spec("BA10")]
    [Spec("BA11")]
    [Spec("BA12")]
    [Spec("BA13")]
    [Spec("BA19")]
    [Spec("XP07")]
    [InlineData("openid")]
    [InlineData("openid profile email address phone")]
    public async Task It_gets_every_scope_after_consent_and_a_silent_answer_afterwards(string scope)
    {
        var (suite, _) = await RegisterAsync("client_secret_basic", new ClientKey("RS256"));
        var done = await RunAsync(suite, ("scope", scope));
        Assert.Equal(
            Scopes.Parse(scope)!.SelectMany(one => one == "openid" ? ["sub"] : Scopes.Claims[one]).Order(StringComparer.Ordinal),
            done.Claims.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));

        var again = await suite.FinishAsync(await suite.AuthorizeSilentlyAsync(("scope", scope), ("prompt", "none")));

        Assert.Equal((done.IdToken.Subject, done.AuthTime), (again.IdToken.Subject, again.AuthTime));
    }

    [Theory]
    [Spec("GE05")]
    [Spec("DY10")]
    [Spec("DY23")]
    [InlineData("/connect/token")]
    [InlineData("")]
    public async Task Its_one_key_without_kid_signs_assertions_of_a_minute_without_kid(string audience)
    {
        var key = new ClientKey("RS256");
        var (suite, registered) = await RegisterAsync("private_key_jwt", key);
        Assert.False(registered.Body.GetProperty("jwks").GetProperty("keys")[0].TryGetProperty("kid", out _));
        Assert.Null(registered.Text("client_secret"));
        var callback = await AuthorizeAsync(suite);

        var assertion = suite.Party.Assertion(claims =>
        {
            var now = open.Server.Clock.GetUtcNow().ToUnixTimeSeconds();
            (claims["aud"], claims["iat"], claims["nbf"], claims["exp"]) = (SsoServer.Issuer + audience, now, now, now + 60);
        });
        Assert.False(new JsonWebToken(assertion).TryGetHeaderValue<string>("kid", out _));

        await suite.FinishAsync(callback, ("client_assertion", assertion));
    }

    [Theory]
    [Spec("PY12")]
    [InlineData("client_secret_basic")]
    [InlineData("client_secret_post")]
    [InlineData("client_secret_jwt")]
    [InlineData("private_key_jwt")]
    public async Task Whatever_method_it_registered_redeems_its_code(string method)
    {
        var (suite, registered) = await RegisterAsync(method, new ClientKey("RS256"));
        var callback = await AuthorizeAsync(suite);

        await suite.FinishAsync(callback, method == "client_secret_jwt" ? [("client_assertion", ByTheSecret(registered))] : []);
    }

    [Fact]
    [Spec("GE06")]
    [Spec("GE07")]
    [Spec("GE14")]
    public async Task What_it_is_told_has_its_types_and_it_removes_itself()
    {
        var (_, registered) = await RegisterAsync("client_secret_basic", new ClientKey("RS256"));
        Assert.Equal(0, registered.Body.GetProperty("client_secret_expires_at").GetInt64());
        foreach (var name in (string[])["client_id", "client_secret", "registration_client_uri", "registration_access_token"])
        {
            Assert.Equal(JsonValueKind.String, registered.Body.GetProperty(name).ValueKind);
        }

        Assert.Contains("no-store", registered.Headers, StringComparison.Ordinal);
        Assert.StartsWith("https://", registered.Text("registration_client_uri"), StringComparison.Ordinal);
        var gone = await open.SendAsync(
            HttpMethod.Delete, registered.Text("registration_client_uri")!, registered.Text("registration_access_token"));
        Assert.Equal(HttpStatusCode.NoContent, gone.Status);
    }

    private async Task<CertificationClient.Outcome> RunAsync(CertificationClient suite, params (string Name, string? Value)[] changes) =>
        await suite.FinishAsync(await AuthorizeAsync(suite, changes));

    /// <summary>Through the sign-in page, the second factor and the question for consent.</summary>
    private async Task<Callback> AuthorizeAsync(CertificationClient suite, params (string Name, string? Value)[] changes)
    {
        var (url, browser) = (suite.Url(changes), suite.Browser);
        var person = await (await CertifiedPerson.AddAsync(open.Server)).WithAppAsync();
        var choice = await Journey.PasswordAsync(browser, await browser.GetAsync(url), person);
        var consent = await Journey.AppAsync(
            browser, await browser.GetAsync($"/signin/verify/app?flow={choice.Parameter("flow")}"), person);
        Assert.Equal("/consent", consent.Path);
        return suite.Checked(url, await browser.SubmitAsync(consent));
    }

    /// <summary>The suite's own request: one RSA key for RS256, without kid.</summary>
    private async Task<(CertificationClient Suite, JsonAnswer Registered)> RegisterAsync(string method, ClientKey key)
    {
        var registered = await open.RegisterAsync(OpenRegistration.Metadata(
            ("grant_types", new JsonArray("authorization_code")),
            ("token_endpoint_auth_method", method), ("jwks", JsonNode.Parse(ClientKey.SetOf(key)))));
        Assert.True(registered.Status == HttpStatusCode.Created, registered.Body.ToString());
        Assert.Null(registered.Error);
        return (new CertificationClient(open.Server, open.AsParty(registered).With(key), isFormPost: false), registered);
    }

    private string ByTheSecret(JsonAnswer registered) =>
        new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = registered.Text("client_id"),
            Audience = SsoServer.Issuer,
            Expires = open.Server.Clock.GetUtcNow().AddMinutes(1).UtcDateTime,
            Claims = new Dictionary<string, object> { ["sub"] = registered.Text("client_id")!, ["jti"] = CertificationClient.Random() },
            SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(System.Text.Encoding.UTF8.GetBytes(registered.Text("client_secret")!)), "HS256"),
        });

    /// <summary>The settings that docs/operators.md names for a certification.</summary>
    public sealed class Open : IAsyncLifetime
    {
        public OpenRegistration Registration { get; } = new();

        public ValueTask InitializeAsync()
        {
            foreach (var (scope, index) in Scopes.Identity.Select((scope, index) => (scope, index)))
            {
                Registration.Server.Settings.Add($"--Registration:Scopes:{index}={scope}");
            }

            Registration.Server.Settings.Add("--Registration:AuthenticationMethods:4=client_secret_post");
            return Registration.InitializeAsync();
        }

        public ValueTask DisposeAsync() => Registration.DisposeAsync();
    }
}
