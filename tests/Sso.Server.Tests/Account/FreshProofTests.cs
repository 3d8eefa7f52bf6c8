using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

/// <summary>The fresh proof that a page of the account area demands cannot be walked around with the flow of another request.</summary>
[OneDatabase]
public sealed class FreshProofTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Theory]
    [Spec("S6")]
    [InlineData("/account/password")]
    [InlineData("/account/mfa/disable")]
    [InlineData("/account/contacts/email")]
    [InlineData("/account/data/delete")]
    public async Task The_flow_of_an_application_does_not_open_a_page_that_demands_a_fresh_proof(string path)
    {
        var shop = await server.RegisterAsync("shop", client => client.ConsentRequired = true);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        await server.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal("/signin", (await browser.GetAsync(path)).Path);

        // A flow whose every step is done, by a handle that still lives.
        var consent = await browser.GetAsync(shop.AuthorizeUrl());
        Assert.Equal("/consent", consent.Path);
        Assert.NotNull((await browser.SubmitAsync(consent)).Code);
        Assert.NotEqual(path, (await browser.GetAsync(path + consent.Url.Query)).Path);
    }

    [Fact]
    [Spec("S6")]
    public async Task The_flow_of_a_page_that_demands_less_does_not_open_one_that_demands_more()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var start = await browser.GetAsync("/account");
        await Journey.AppAsync(browser, await Journey.PasswordAsync(browser, start, ada), ada);
        await server.PassAsync(TimeSpan.FromMinutes(6));
        Assert.NotEqual("/account/password", (await browser.GetAsync("/account/password" + start.Url.Query)).Path);
    }
}
