using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.Deletion;
using Sso.Accounts.People;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

/// <summary>Whatever a person has open ends on every node when the account is closed.</summary>
[Spec("S45")]
[OneDatabase]
public sealed class ClosedAccountTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("disabled")]
    [InlineData("deleted")]
    public async Task Sessions_tokens_codes_in_flight_and_half_finished_sign_ins_are_over_on_both_nodes(string how)
    {
        await using var second = await server.StartSecondNodeAsync();
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var (browser, half) = (server.OpenBrowser(), server.OpenBrowser());
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid offline_access"))).Code);
        var (codeHere, codeThere) =
            ((await browser.GetAsync(shop.AuthorizeUrl())).Code, (await browser.GetAsync(shop.AuthorizeUrl())).Code);
        var waiting = await Journey.PasswordAsync(half, await half.GetAsync("/account"), ada);
        Assert.Equal("/signin/verify/app", waiting.Path);

        await CloseAsync(ada, how);
        await server.PassAsync(TimeSpan.FromSeconds(5));

        foreach (var (node, code) in new[] { (server, codeHere), (second, codeThere) })
        {
            var there = shop.On(node);
            browser.MoveTo(node);
            half.MoveTo(node);
            Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
            Assert.Equal("/signin", (await half.GetAsync("/signin/verify/app" + waiting.Url.Query)).Path);
            Assert.Equal("invalid_grant", (await there.RefreshAsync(tokens.RefreshToken)).Error);
            Assert.Equal("invalid_grant", (await there.RedeemAsync(code)).Error);
            Assert.Equal(HttpStatusCode.Unauthorized, (await there.UserInfoAsync(tokens.AccessToken)).Status);
            var again = server.OpenBrowser();
            again.MoveTo(node);
            Assert.Equal("/signin", (await Journey.PasswordAsync(again, await again.GetAsync("/account"), ada)).Path);
        }
    }

    [Fact]
    public async Task A_trusted_device_and_a_pending_way_back_do_not_survive_it()
    {
        var shop = await server.RegisterAsync("shop", client => client.AcceptsTrustedDevices = true);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), ada);
        await browser.SubmitAsync(page, ("Input.Code", await server.AppCodeAsync(ada.Id)), ("Input.Trust", "true"));
        var lost = server.OpenBrowser();
        page = await Journey.PasswordAsync(lost, await lost.GetAsync("/account"), ada);
        await lost.SubmitAsync(await lost.GetAsync("/signin/verify/lost" + page.Url.Query));

        await CloseAsync(ada, "disabled");
        await using var database = server.OpenDatabase();
        await new EnablePerson(database, server.Clock).ExecuteAsync(ada.UserName, CancellationToken.None);

        Assert.Empty(database.FactorRecoveries.Where(row => row.PersonId == ada.Id));
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), ada)).Path);
    }

    private async Task CloseAsync(Customer customer, string how)
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        var outcome = how == "disabled"
            ? await scope.ServiceProvider.GetRequiredService<DisablePerson>().ExecuteAsync(customer.UserName, CancellationToken.None)
            : PersonView.Of(
                await scope.ServiceProvider.GetRequiredService<DeletePerson>().ExecuteAsync(customer.UserName, CancellationToken.None));
        Assert.False(outcome.Failed(out _, out _));
    }
}
