using System.Net;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Registration;

/// <summary>
/// Registrations for ID tokens that come through the browser (OIDC Dynamic Registration §2), where server
/// and policy are switched on for them.
/// </summary>
[Spec("XP09")]
[OneDatabase]
public sealed class IdTokenRegistrationTests(IdTokenRegistrationTests.Open fixture) : IClassFixture<IdTokenRegistrationTests.Open>
{
    private readonly OpenRegistration open = fixture.Registration;

    [Fact]
    public async Task An_application_that_takes_only_ID_tokens_registers_and_gets_them()
    {
        var answer = await open.RegisterAsync(OnlyIdTokens());
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body.ToString());
        Assert.Equal("implicit", Assert.Single(answer.Body.GetProperty("grant_types").EnumerateArray()).GetString());
        Assert.Equal("id_token", Assert.Single(answer.Body.GetProperty("response_types").EnumerateArray()).GetString());

        var shop = open.AsParty(answer);
        var ada = await (await open.Server.AddPersonAsync("ada")).WithAppAsync();
        var browser = open.Server.OpenBrowser();
        var page = await shop.SignInAsync(
            browser, ada, ("response_type", "id_token"), ("code_challenge", null), ("code_challenge_method", null));

        Assert.Equal(ada.Subject, new JsonWebToken(page.Parameter("id_token")).Subject);
        Assert.Equal("unauthorized_client", (await browser.GetAsync(shop.AuthorizeUrl())).Error);
        Assert.Equal("unauthorized_client", (await browser.GetAsync(shop.AuthorizeUrl(("response_type", "code id_token")))).Error);
    }

    [Theory]
    [Spec("XP11")]
    [InlineData("http://localhost:8080/callback")]
    [InlineData("https://localhost/callback")]
    public async Task Localhost_is_no_address_for_them(string uri)
    {
        var answer = await open.RegisterAsync(OnlyIdTokens(uri));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_redirect_uri"), (answer.Status, answer.Error));
    }

    private static JsonObject OnlyIdTokens(string uri = OpenRegistration.RedirectUri) => OpenRegistration.Metadata(
        ("grant_types", new JsonArray("implicit")), ("response_types", new JsonArray("id_token")), ("redirect_uris", new JsonArray(uri)));

    /// <summary>Open registration on a server that offers these response types.</summary>
    public sealed class Open : IAsyncLifetime
    {
        public OpenRegistration Registration { get; } = new();

        public ValueTask InitializeAsync()
        {
            foreach (var setting in (string[])
            [
                "--Authorization:IdTokenResponses=true", "--Registration:ResponseTypes:0=code", "--Registration:ResponseTypes:1=id_token",
            ])
            {
                Registration.Server.Settings.Add(setting);
            }

            return Registration.InitializeAsync();
        }

        public ValueTask DisposeAsync() => Registration.DisposeAsync();
    }
}
