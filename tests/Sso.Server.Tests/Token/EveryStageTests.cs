using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Protocol;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Token;

/// <summary>
/// A person is disabled, a client is, a consent is withdrawn, a session ended: after every stage the next one refuses, on both nodes.
/// </summary>
[OneDatabase]
public sealed class EveryStageTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [Spec("A7")]
    [Spec("A24")]
    [Spec("S45")]
    [InlineData("the page was opened")]
    [InlineData("the password was proved")]
    [InlineData("the second factor was proved")]
    [InlineData("the consent was shown")]
    [InlineData("a code was given")]
    [InlineData("tokens were given")]
    [InlineData("tokens were refreshed")]
    public async Task A_person_who_is_disabled_after_a_stage_comes_no_further(string stage)
    {
        var shop = await server.RegisterAsync("shop", client => client.ConsentRequired = stage == "the consent was shown");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid offline_access")));
        if (stage == "the page was opened")
        {
            await DisableAsync(ada);
            page = await Journey.PasswordAsync(browser, page, ada);
            Assert.Equal("/signin", page.Path);
            Assert.Contains("sospeso", page.Text, StringComparison.Ordinal);
            return;
        }

        page = await Journey.PasswordAsync(browser, page, ada);
        if (stage == "the password was proved")
        {
            await DisableAsync(ada);
            await AssertOutAsync(browser, await Journey.AppAsync(browser, page, ada), shop);
            return;
        }

        page = await Journey.AppAsync(browser, page, ada);
        if (stage == "the second factor was proved")
        {
            await DisableAsync(ada);
            await AssertOutAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), shop);
            return;
        }

        if (stage == "the consent was shown")
        {
            Assert.Equal("/consent", page.Path);
            await DisableAsync(ada);
            await AssertOutAsync(browser, await browser.SubmitAsync(page), shop);
            return;
        }

        await using var second = await server.StartSecondNodeAsync();
        if (stage == "a code was given")
        {
            await DisableAsync(ada);
            Assert.Equal("invalid_grant", (await shop.On(second).RedeemAsync(page.Code)).Error);
            Assert.Equal("invalid_grant", (await shop.RedeemAsync(page.Code)).Error);
            return;
        }

        var tokens = await shop.RedeemAsync(page.Code);
        tokens = stage == "tokens were refreshed" ? await shop.RefreshAsync(tokens.RefreshToken) : tokens;
        Assert.Equal(HttpStatusCode.OK, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        await DisableAsync(ada);
        foreach (var there in (RelyingParty[])[shop, shop.On(second)])
        {
            Assert.Equal("invalid_grant", (await there.RefreshAsync(tokens.RefreshToken)).Error);
            Assert.Equal(HttpStatusCode.Unauthorized, (await there.UserInfoAsync(tokens.AccessToken)).Status);
        }
    }

    [Fact]
    [Spec("A24")]
    [Spec("A50")]
    public async Task A_client_that_is_disabled_gets_nothing_any_more_and_its_tokens_open_nothing_of_ours()
    {
        await using var second = await server.StartSecondNodeAsync();
        var shop = await server.RegisterAsync("shop", client => client.GrantTypes = [.. client.GrantTypes, GrantTypes.ClientCredentials]);
        await second.ReloadAsync();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid offline_access"))).Code);
        var code = (await browser.GetAsync(shop.AuthorizeUrl())).Code;
        await using (var database = server.OpenDatabase())
        {
            var now = server.Clock.GetUtcNow();
            await database.Clients.Where(client => client.Id == shop.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(client => client.DisabledAt, now));
            await database.RaiseClientsVersionAsync(CancellationToken.None);
        }

        // As the poll of each second does.
        await server.ReloadAsync();
        await second.ReloadAsync();
        foreach (var there in (RelyingParty[])[shop, shop.On(second)])
        {
            Assert.Equal("invalid_client", (await there.RedeemAsync(code)).Error);
            Assert.Equal("invalid_client", (await there.RefreshAsync(tokens.RefreshToken)).Error);
            Assert.Equal("invalid_client", (await there.TokenAsync(("grant_type", GrantTypes.ClientCredentials))).Error);
            Assert.Equal(HttpStatusCode.Unauthorized, (await there.UserInfoAsync(tokens.AccessToken)).Status);
        }

        Assert.Equal("/error", (await browser.GetAsync(shop.AuthorizeUrl())).Path);
    }

    [Theory]
    [Spec("A50")]
    [InlineData("take the application's access")]
    [InlineData("sign out")]
    [InlineData("end the session from elsewhere")]
    public async Task What_is_withdrawn_is_noticed_at_once_wherever_a_token_of_it_is_brought(string act)
    {
        await using var second = await server.StartSecondNodeAsync();
        var shop = await server.RegisterAsync("shop", client => client.ConsentRequired = true);
        await second.ReloadAsync();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var (browser, other) = (server.OpenBrowser(), server.OpenBrowser());
        var page = await Journey.AppAsync(
            browser, await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), ada), ada);
        var tokens = await shop.RedeemAsync((await browser.SubmitAsync(page)).Code);
        var code = (await browser.GetAsync(shop.AuthorizeUrl())).Code;
        Assert.Equal(HttpStatusCode.OK, (await shop.On(second).UserInfoAsync(tokens.AccessToken)).Status);
        await server.PassAsync(TimeSpan.FromMinutes(2));
        await Journey.SignInAsync(other, ada, "/account");
        switch (act)
        {
            case "take the application's access":
                page = await other.GetAsync("/account/apps");
                var form = page.Document.QuerySelector($"main form:has([value='{shop.Id}'])")!;
                await other.PostAsync(
                    "/account/apps",
                    form.QuerySelectorAll("[name]")
                        .Select(field => KeyValuePair.Create(field.GetAttribute("name")!, field.GetAttribute("value")!)));
                // A new code is not given without asking again.
                Assert.Equal("/consent", (await browser.GetAsync(shop.AuthorizeUrl())).Path);
                break;
            case "sign out":
                await browser.SubmitAsync(await browser.GetAsync("/signout"));
                break;
            default:
                await other.SubmitAsync(await other.GetAsync("/account/sessions"), form: "others");
                Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
                break;
        }

        foreach (var there in (RelyingParty[])[shop.On(second), shop])
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await there.UserInfoAsync(tokens.AccessToken)).Status);
            Assert.Equal("invalid_grant", (await there.RedeemAsync(code)).Error);
        }
    }

    [Fact]
    [Spec("A23")]
    public async Task A_forbidden_scope_and_a_missing_second_factor_are_refused_by_every_grant()
    {
        var shop = await server.RegisterAsync("shop", client => (client.GrantTypes, client.SecondFactor) =
            ([.. client.GrantTypes, GrantTypes.ClientCredentials], Protocol.Clients.SecondFactorPolicy.None));
        var flo = await server.AddPersonAsync("flo");
        var browser = server.OpenBrowser();
        Assert.Equal("invalid_scope", (await browser.GetAsync(shop.AuthorizeUrl(("scope", "openid forbidden")))).Error);
        var tokens = await shop.RedeemAsync(
            (await Journey.SignInAsync(browser, flo, shop.AuthorizeUrl(("scope", "openid offline_access")))).Code);
        Assert.Equal("invalid_scope", (await shop.RefreshAsync(tokens.RefreshToken, ("scope", "openid profile"))).Error);
        Assert.Equal("invalid_scope", (await shop.TokenAsync(("grant_type", GrantTypes.ClientCredentials), ("scope", "forbidden"))).Error);
        Assert.Equal("invalid_scope", (await shop.TokenAsync(("grant_type", GrantTypes.ClientCredentials), ("scope", "openid"))).Error);

        // From now on the client demands a second factor, which Flo did not prove.
        var code = (await browser.GetAsync(shop.AuthorizeUrl())).Code;
        await using (var database = server.OpenDatabase())
        {
            await database.Clients.Where(client => client.Id == shop.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(client => client.SecondFactor, Protocol.Clients.SecondFactorPolicy.Required));
            await database.RaiseClientsVersionAsync(CancellationToken.None);
        }

        await server.ReloadAsync();
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(code)).Error);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("/signin/enrol", (await browser.GetAsync(shop.AuthorizeUrl())).Path);
        Assert.Equal("/signin/enrol", (await browser.GetAsync("/account")).Path);
    }

    /// <summary>As an operator does it.</summary>
    private async Task DisableAsync(Customer customer)
    {
        var result = await CommandLine.RunOnAsync(
            [
                $"--Database:Provider={server.Database.Provider}", $"--Database:ConnectionString={server.Database.ConnectionString}",
                $"--Secrets:PassphraseFile={Path.Combine(server.Database.Folder, "passphrase")}", $"--Sso:Issuer={SsoServer.Issuer}",
            ],
            "", "user", "disable", customer.UserName);
        Assert.True(result.Code == 0, result.Error);
    }

    private static async Task AssertOutAsync(Browser browser, Page page, RelyingParty shop)
    {
        Assert.Null(page.Code);
        Assert.Equal("/signin", page.Path);
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
        Assert.Equal("login_required", (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "none")))).Error);
    }
}
