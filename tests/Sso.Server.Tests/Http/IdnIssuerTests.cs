using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.TestHost;
using Sso.Data;
using Sso.Data.Brands;
using Sso.Server.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

/// <summary>An issuer whose host has letters beyond ASCII, as browsers and settings write it (RFC 5890 §2.3.2.1).</summary>
[OneDatabase]
public sealed class IdnIssuerTests : IAsyncLifetime
{
    private const string Issuer = "https://zugang.xn--mller-kva.example";

    private readonly SsoServer _server = new()
    {
        Settings = { $"--Sso:Issuer={Issuer}", "--Sso:Hosts:0=intern.müller.example", "--Sso:Hosts:1=xn--bcher-kva.example" },
    };

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _server.App.GetTestServer().BaseAddress = new Uri(Issuer);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_customer_signs_in_and_the_application_gets_its_tokens()
    {
        var shop = await _server.RegisterAsync("shop");
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = new Browser(new Uri(Issuer), _server.App.GetTestServer().CreateHandler);

        var answer = await shop.SignInAsync(browser, ada);
        var tokens = await shop.RedeemAsync(answer.Code);
        var (status, claims) = await shop.UserInfoAsync(tokens.AccessToken);

        Assert.Equal((Issuer, Issuer), (answer.Parameter("iss"), tokens.IdToken.Issuer));
        Assert.Equal((HttpStatusCode.OK, ada.Subject), (status, claims.GetProperty("sub").GetString()));
        Assert.Equal("/account", (await browser.GetAsync("/account")).Path);
    }

    [Theory]
    [InlineData("zugang.xn--mller-kva.example", HttpStatusCode.OK)]
    [InlineData("ZUGANG.XN--MLLER-KVA.example:8443", HttpStatusCode.OK)]
    [InlineData("intern.xn--mller-kva.example", HttpStatusCode.OK)]
    [InlineData("xn--bcher-kva.example", HttpStatusCode.OK)]
    [InlineData("marke.xn--mller-kva.example", HttpStatusCode.OK)]
    [InlineData("xn--mller-kva.example", HttpStatusCode.BadRequest)]
    [InlineData("zugang.muller.example", HttpStatusCode.BadRequest)]
    public async Task Its_own_names_are_known_however_they_were_written_down(string host, HttpStatusCode expected)
    {
        await using (var database = _server.OpenDatabase())
        {
            foreach (var name in (string[])["marke.müller.example", "marke.xn--mller-kva.example"])
            {
                database.Brands.Add(new BrandRegistration
                {
                    Id = $"brand{name.Length}",
                    Name = name,
                    Accent = "#f58220",
                    Hosts = [name],
                    CreatedAt = _server.Clock.GetUtcNow(),
                });
            }

            await database.SaveChangesAsync(TestContext.Current.CancellationToken);
            await database.RaiseBrandsVersionAsync(CancellationToken.None);
        }

        await _server.ReloadAsync();
        using var client = _server.Backchannel();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/.well-known/openid-configuration");
        request.Headers.TryAddWithoutValidation("Host", host);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
        if (expected == HttpStatusCode.OK)
        {
            var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
            Assert.Equal(Issuer + "/connect/token", document.GetProperty("token_endpoint").GetString());
        }
    }

    [Theory]
    [InlineData("--Sso:Issuer=https://zugang.müller.example")]
    [InlineData("--MutualTls:Address=https://zugang.müller.example")]
    public void Written_in_its_own_letters_it_is_refused_with_the_spelling_to_use(string setting)
    {
        var refused = Assert.Throws<SettingsException>(() => ServerApplication.Build(
            [$"--Sso:Issuer={Issuer}", "--MutualTls:Enabled=true", setting, "--environment=Development"]));

        Assert.Contains("zugang.xn--mller-kva.example", refused.Message, StringComparison.Ordinal);
        Assert.StartsWith(setting[2..setting.IndexOf('=', StringComparison.Ordinal)], refused.Message, StringComparison.Ordinal);
    }
}
