using System.Net;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>All state is in the database: any node serves any request.</summary>
[Spec("F5")]
public sealed class TwoNodesTests(SsoServer first) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task A_sign_in_begun_on_one_node_is_finished_on_the_other()
    {
        await using var second = await first.StartSecondNodeAsync();
        var shop = await first.RegisterAsync("shop");
        await second.ReloadAsync();
        var customer = await (await first.AddPersonAsync("anna")).WithAppAsync();
        var browser = first.OpenBrowser();
        var page = await browser.GetAsync(shop.AuthorizeUrl());
        browser.MoveTo(second);
        page = await Journey.PasswordAsync(browser, page, customer);
        browser.MoveTo(first);
        var answer = await Journey.AppAsync(browser, page, customer);
        Assert.Equal(HttpStatusCode.OK, (await shop.RedeemAsync(answer.Code)).Status);
    }

    [Fact]
    [Spec("S16")]
    public async Task One_app_code_at_the_same_instant_on_both_nodes_is_accepted_once()
    {
        await using var second = await first.StartSecondNodeAsync();
        var shop = await first.RegisterAsync("shop");
        await second.ReloadAsync();
        var customer = await (await first.AddPersonAsync("anna")).WithAppAsync();
        var (one, other) = (first.OpenBrowser(), second.OpenBrowser());
        var pages = (await Journey.PasswordAsync(one, await one.GetAsync(shop.AuthorizeUrl()), customer),
            await Journey.PasswordAsync(other, await other.GetAsync(shop.AuthorizeUrl()), customer));
        var code = await first.AppCodeAsync(customer.Id);
        var answers = await Task.WhenAll(
            one.SubmitAsync(pages.Item1, ("Input.Code", code)), other.SubmitAsync(pages.Item2, ("Input.Code", code)));
        Assert.Single(answers, answer => answer.Code is not null);
    }

    [Fact]
    [Spec("S90")]
    public async Task One_code_redeemed_at_the_same_instant_on_both_nodes_gives_exactly_one_set_of_tokens()
    {
        await using var second = await first.StartSecondNodeAsync();
        var shop = await first.RegisterAsync("shop");
        await second.ReloadAsync();
        var customer = await (await first.AddPersonAsync("anna")).WithAppAsync();
        for (var round = 0; round < 20; round++)
        {
            var code = (await shop.SignInAsync(first.OpenBrowser(), customer)).Code;
            var answers = await Task.WhenAll(
                Enumerable.Range(0, 6).Select(index => (index % 2 == 0 ? shop : shop.On(second)).RedeemAsync(code)));
            Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
            Assert.Equal(5, answers.Count(answer => answer.Error == "invalid_grant"));
        }
    }
}
