using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

public sealed partial class MailCodesTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private RelyingParty _shop = null!;

    public async ValueTask InitializeAsync()
    {
        await server.ForgetAttemptsAsync();
        _shop = await server.RegisterAsync("shop", client => client.AcceptsMailCodes = true);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("S38")]
    public async Task A_code_by_mail_signs_in_and_the_tokens_claim_one_factor()
    {
        var (browser, di, page) = await AtTheChallengeAsync();
        var back = await browser.SubmitAsync(page, ("Input.Code", await CodeAsync(di)));
        Assert.True(back.LeftSso, back.Path);
        var tokens = await _shop.RedeemAsync(back.Code);
        Assert.Equal("urn:sso:acr:1fa", tokens.IdToken.GetClaim("acr").Value);
        Assert.Equal(["pwd", "mca"], tokens.Amr);
    }

    [Fact]
    public async Task Where_the_client_does_not_take_codes_by_mail_a_second_factor_is_enrolled()
    {
        var strict = await server.RegisterAsync("strict");
        var di = await server.AddPersonAsync("di");
        var browser = server.OpenBrowser();
        Assert.Equal("/signin/enrol", (await Journey.PasswordAsync(browser, await browser.GetAsync(strict.AuthorizeUrl()), di)).Path);
        Assert.Empty(await di.MailsAsync());
    }

    [Fact]
    [Spec("A47")]
    public async Task What_a_code_by_mail_opened_does_not_open_the_account_area()
    {
        var (browser, di, page) = await AtTheChallengeAsync();
        Assert.True((await browser.SubmitAsync(page, ("Input.Code", await CodeAsync(di)))).LeftSso);
        Assert.Equal("/signin/enrol", (await browser.GetAsync("/account")).Path);
    }

    [Fact]
    public async Task Whoever_has_an_app_uses_the_app()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(_shop.AuthorizeUrl()), ada);
        Assert.Equal("/signin/verify/app", page.Path);
        Assert.Equal("/signin/verify/app", (await browser.GetAsync("/signin/verify/mail" + page.Url.Query)).Path);
        Assert.Empty(await ada.MailsAsync());
    }

    [Fact]
    public async Task A_demanded_second_factor_is_not_met_by_mail()
    {
        var di = await server.AddPersonAsync("di");
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(_shop.AuthorizeUrl(("acr_values", "urn:sso:acr:mfa"))), di);
        Assert.Equal("/signin/enrol", page.Path);
    }

    [Fact]
    [Spec("S24")]
    public async Task The_address_is_masked()
    {
        var (_, di, page) = await AtTheChallengeAsync();
        Assert.Contains($"{di.UserName[0]}•••@example.it", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(di.Email, page.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    [Spec("A14")]
    public async Task The_code_is_in_the_mail_and_on_no_page()
    {
        var (browser, di, page) = await AtTheChallengeAsync();
        var code = await CodeAsync(di);
        Assert.DoesNotContain(code, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(code, (await browser.SubmitAsync(page, ("Input.Code", Wrong(code)))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sixth_code_of_an_hour_is_refused_in_words()
    {
        var di = await server.AddPersonAsync("di");
        for (var sent = 0; sent < 5; sent++)
        {
            Assert.Null((await ChallengeAsync(server.OpenBrowser(), di)).Document.QuerySelector("#error-summary"));
        }

        var refused = await ChallengeAsync(server.OpenBrowser(), di);
        Assert.Contains("troppi codici", refused.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(5, (await di.MailsAsync()).Count);
    }

    [Fact]
    public async Task A_refresh_token_of_such_a_sign_in_lives_as_long_as_the_client_takes_codes_by_mail()
    {
        var (browser, di, page) = await AtTheChallengeAsync();
        var back = await browser.SubmitAsync(page, ("Input.Code", await CodeAsync(di)));
        var tokens = await _shop.RedeemAsync(back.Code);
        tokens = await _shop.RefreshAsync(tokens.RefreshToken!);
        await using (var database = server.OpenDatabase())
        {
            await database.Clients.Where(client => client.Id == _shop.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(client => client.AcceptsMailCodes, false));
            await database.RaiseClientsVersionAsync(CancellationToken.None);
        }

        await server.ReloadAsync();
        Assert.Equal("invalid_grant", (await _shop.RefreshAsync(tokens.RefreshToken!)).Error);
    }

    private async Task<(Browser Browser, Customer Customer, Page Page)> AtTheChallengeAsync()
    {
        var (browser, di) = (server.OpenBrowser(), await server.AddPersonAsync("di"));
        return (browser, di, await ChallengeAsync(browser, di));
    }

    private async Task<Page> ChallengeAsync(Browser browser, Customer customer)
    {
        var page = await Journey.PasswordAsync(
            browser, await browser.GetAsync(_shop.AuthorizeUrl(("scope", "openid offline_access"))), customer);
        Assert.Equal("/signin/verify/mail", page.Path);
        return page;
    }

    private static async Task<string> CodeAsync(Customer customer) => SixDigits().Match((await customer.MailsAsync())[0].Text).Value;

    private static string Wrong(string code) => code == "000000" ? "111111" : "000000";

    [GeneratedRegex(@"\b[0-9]{6}\b")]
    private static partial Regex SixDigits();
}
