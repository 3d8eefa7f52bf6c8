using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Configuration;
using Sso.Protocol.Clients;
using Sso.Server.StepUp;
using Sso.Settings;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.StepUp;

/// <summary>A server whose operator guards two scopes and is stricter with the account area.</summary>
public sealed class ServerWithActions : IAsyncLifetime
{
    public SsoServer Server { get; } = new()
    {
        Settings =
        {
            "--Actions:address.read:MaxAge=00:05:00", "--Actions:address.read:Scopes:0=address",
            "--Actions:phone.read:Acr=urn:sso:acr:mfa", "--Actions:phone.read:Scopes:0=phone",
            "--Actions:account.change:MaxAge=00:01:00",
        },
    };

    public ValueTask InitializeAsync() => Server.InitializeAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

[Spec("RFC 9470", "3")]
[OneDatabase]
public sealed class StepUpTests(ServerWithActions fixture) : IClassFixture<ServerWithActions>
{
    private readonly SsoServer server = fixture.Server;

    [Fact]
    [Spec("RFC 9470", "4")]
    public async Task An_old_sign_in_is_challenged_and_a_fresh_proof_is_enough()
    {
        var (shop, ada, browser) = await ShopAndAdaAsync();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid address"))).Code);
        Assert.Equal(HttpStatusCode.OK, (await UserInfoAsync(tokens)).Status);

        await server.PassAsync(TimeSpan.FromMinutes(6));
        var (status, challenge) = await UserInfoAsync(tokens);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("error=\"insufficient_user_authentication\"", challenge, StringComparison.Ordinal);
        Assert.Contains("max_age=\"300\"", challenge, StringComparison.Ordinal);
        Assert.DoesNotContain("acr_values=", challenge, StringComparison.Ordinal);

        Assert.Equal("/signin", (await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid address"), ("max_age", "300")))).Path);
        var fresh = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid address"), ("max_age", "300"))).Code);
        Assert.Equal(HttpStatusCode.OK, (await UserInfoAsync(fresh)).Status);
        Assert.True(AuthTime(fresh) >= AuthTime(tokens) + 360);
    }

    [Fact]
    [Spec("RFC 9470", "6")]
    public async Task A_weak_sign_in_is_challenged_and_token_and_introspection_tell_the_stronger_one()
    {
        var (shop, ada, browser) = await ShopAndAdaAsync();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid phone"))), ada);
        var tokens = await shop.RedeemAsync(page.Code);
        var (status, challenge) = await UserInfoAsync(tokens);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Contains("acr_values=\"urn:sso:acr:mfa\"", challenge, StringComparison.Ordinal);

        page = await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid phone"), ("acr_values", "urn:sso:acr:mfa")));
        Assert.Equal("/signin/verify/app", page.Path);
        var strong = await shop.RedeemAsync((await Journey.AppAsync(browser, page, ada)).Code);
        Assert.Equal(HttpStatusCode.OK, (await UserInfoAsync(strong)).Status);
        var told = (await shop.IntrospectAsync(strong.AccessToken)).Body;
        Assert.Equal(
            ("urn:sso:acr:mfa", AuthTime(strong)), (told.GetProperty("acr").GetString(), told.GetProperty("auth_time").GetInt64()));
        Assert.Equal("urn:sso:acr:mfa", new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(strong.AccessToken).GetClaim("acr").Value);
    }

    [Fact]
    public async Task Other_scopes_are_not_guarded()
    {
        var (shop, ada, browser) = await ShopAndAdaAsync();
        var tokens = await shop.RedeemAsync(
            (await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid email"))), ada)).Code);
        await server.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(HttpStatusCode.OK, (await UserInfoAsync(tokens)).Status);
    }

    [Fact]
    [Spec("S34")]
    public async Task The_account_area_asks_by_the_same_catalogue()
    {
        var (_, ada, browser) = await ShopAndAdaAsync();
        await Journey.SignInAsync(browser, ada, "/account");
        await server.PassAsync(TimeSpan.FromSeconds(50));
        Assert.Equal("/account/password", (await browser.GetAsync("/account/password")).Path);
        await server.PassAsync(TimeSpan.FromSeconds(20));
        Assert.Equal("/signin", (await browser.GetAsync("/account/password")).Path);
    }

    [Theory]
    [InlineData("Actions:Transfer is misnamed: a name has", "Actions:Transfer:MaxAge", "00:05:00")]
    [InlineData("Actions:x demands nothing", "Actions:x:Scopes:0", "email")]
    [InlineData("Actions:x:Acr must be one of", "Actions:x:Acr", "gold")]
    [InlineData("Actions:x:MaxAge must lie", "Actions:x:MaxAge", "00:00:01")]
    [InlineData("Actions:account.change may only", "Actions:account.change:MaxAge", "00:06:00")]
    public void A_wrong_entry_is_named(string problem, string key, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(key, value)]).Build();
        Assert.StartsWith(problem, Assert.Single(configuration.FlawsOf("", new ActionRules())), StringComparison.Ordinal);
    }

    [Fact]
    public void A_scope_that_userinfo_does_not_know_is_named()
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Actions:x:MaxAge", "00:05:00"), new("Actions:x:Scopes:0", "dns.edit")]).Build();
        Assert.Contains("dns.edit", Assert.Single(configuration.FlawsOf("", new ActionRules())), StringComparison.Ordinal);
    }

    private static long AuthTime(TokenAnswer tokens) => long.Parse(tokens.IdToken.GetClaim("auth_time").Value, null);

    private async Task<(HttpStatusCode Status, string Challenge)> UserInfoAsync(TokenAnswer tokens)
    {
        using var client = server.Backchannel();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/connect/userinfo")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", tokens.AccessToken) },
        };
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, answer.Headers.WwwAuthenticate.ToString());
    }

    /// <summary>A client that is content with the password, unless it asks for more.</summary>
    private async Task<(RelyingParty Shop, Customer Ada, Browser Browser)> ShopAndAdaAsync()
    {
        var shop = await server.RegisterAsync("shop", client => client.SecondFactor = SecondFactorPolicy.None);
        await server.PassAsync(TimeSpan.FromSeconds(1));
        return (shop, await (await server.AddPersonAsync("ada")).WithAppAsync(), server.OpenBrowser());
    }
}
