using System.Text.RegularExpressions;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.SignIn;

/// <summary>Codes to the confirmed address, for people without a second factor and clients that are content with that.</summary>
public sealed partial class MailCodesTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Fact]
    [Spec("S38")]
    public async Task The_code_in_the_mail_opens_the_gate_as_one_factor()
    {
        var (di, browser, request) = await AtTheChallengeAsync();
        Assert.IsType<CodeOutcome.Accepted>(await CheckAsync(browser, request, await CodeInMailAsync(di)));
        var issued = Assert.IsType<NextStep.Issue>(await browser.NextAsync(request)).Authentication;
        Assert.Equal(Authentication.SingleFactor, issued.Acr);
        Assert.Equal(["pwd", "mca"], issued.Amr);
    }

    [Fact]
    [Spec("A47")]
    public async Task It_does_not_open_what_a_client_that_wants_a_second_factor_asks_for()
    {
        var (di, browser, request) = await AtTheChallengeAsync();
        await CheckAsync(browser, request, await CodeInMailAsync(di));
        Assert.IsType<NextStep.EnrollSecondFactor>(await browser.NextAsync(accounts.Request()));
    }

    [Theory]
    [InlineData(299, true)]
    [InlineData(301, false)]
    public async Task A_code_lives_five_minutes(int seconds, bool lives)
    {
        var (di, browser, request) = await AtTheChallengeAsync();
        var code = await CodeInMailAsync(di);
        accounts.Clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(lives ? new CodeOutcome.Accepted() : new CodeOutcome.Expired(), await CheckAsync(browser, request, code));
    }

    [Fact]
    public async Task A_code_is_taken_once()
    {
        var (di, browser, request) = await AtTheChallengeAsync();
        var code = await CodeInMailAsync(di);
        Assert.IsType<CodeOutcome.Accepted>(await CheckAsync(browser, request, code));
        Assert.IsType<CodeOutcome.Used>(await CheckAsync(browser, request, code));
    }

    [Fact]
    [Spec("A8")]
    public async Task Five_wrong_codes_restart_the_sign_in_and_tell_the_owner()
    {
        var (di, browser, request) = await AtTheChallengeAsync();
        var code = await CodeInMailAsync(di);
        for (var wrong = 0; wrong < 4; wrong++)
        {
            Assert.IsType<CodeOutcome.Wrong>(await CheckAsync(browser, request, await di.WrongSentCodeAsync()));
        }

        Assert.IsType<CodeOutcome.ChallengeVoid>(await CheckAsync(browser, request, await di.WrongSentCodeAsync()));
        Assert.IsType<NextStep.SignIn>(await browser.NextAsync(request));
        Assert.Equal(["Code", "FactorFailed"], await di.ToldAsync());
        request = await browser.AfterPasswordAsync(di, Mailed());
        Assert.IsNotType<CodeOutcome.Accepted>(await CheckAsync(browser, request, code));
    }

    [Fact]
    public async Task The_sixth_code_of_an_hour_does_not_leave()
    {
        var di = await accounts.AddPersonAsync("di");
        for (var sent = 0; sent < 5; sent++)
        {
            Assert.IsType<SendOutcome.Sent>(await SendFromNewAsync(di));
        }

        var limit = Assert.IsType<SendOutcome.LimitReached>(await SendFromNewAsync(di));
        Assert.Equal(5, (await di.ToldAsync()).Count);
        accounts.Clock.Advance(limit.For);
        Assert.IsType<SendOutcome.Sent>(await SendFromNewAsync(di));
    }

    [Fact]
    public async Task Of_ten_codes_in_a_day_the_next_waits_for_the_day()
    {
        var di = await accounts.AddPersonAsync("di");
        for (var sent = 0; sent < 10; sent++)
        {
            accounts.Clock.Advance(TimeSpan.FromHours(1));
            Assert.IsType<SendOutcome.Sent>(await SendFromNewAsync(di));
        }

        accounts.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(
            TimeSpan.FromHours(14), Assert.IsType<SendOutcome.LimitReached>(await SendFromNewAsync(di)).For);
    }

    [Fact]
    [Spec("S24")]
    public async Task The_address_is_masked()
    {
        var (di, browser, _) = await AtTheChallengeAsync();
        var signIn = await browser.SignInAsync();
        var view = await browser.ActAsync<MailCodes, MessageChallengeView?>(
            (codes, _) => codes.CurrentAsync(signIn, CancellationToken.None));
        Assert.Equal($"{di.UserName[0]}•••@example.it", view!.Recipient);
    }

    [Fact]
    public async Task A_resend_mails_the_same_code()
    {
        var (di, browser, _) = await AtTheChallengeAsync();
        var code = await CodeInMailAsync(di);
        accounts.Clock.Advance(TimeSpan.FromSeconds(30));
        var signIn = await browser.SignInAsync();
        Assert.IsType<SendOutcome.Sent>(await browser.ActAsync<MailCodes, SendOutcome>(
            (codes, visit) => codes.ResendAsync(visit, signIn, CancellationToken.None)));
        Assert.Equal((2, code), ((await di.ToldAsync()).Count, await CodeInMailAsync(di)));
    }

    [Fact]
    public async Task Whoever_has_an_app_is_asked_for_the_app()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(ada, Mailed());
        Assert.Equal(
            [ProofMethod.AuthenticatorApp, ProofMethod.RecoveryCode],
            Assert.IsType<NextStep.ChallengeSecondFactor>(await browser.NextAsync(request)).Methods.Order());
    }

    [Fact]
    public async Task Whoever_has_no_confirmed_address_enrols_a_method()
    {
        var flo = await accounts.AddPersonAsync("flo", person => person.EmailConfirmed = false);
        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(flo, Mailed());
        Assert.IsType<NextStep.EnrollSecondFactor>(await browser.NextAsync(request));
    }

    private AuthorizationRequest Mailed() => accounts.Request(client => client.AcceptsMailCodes = true);

    private async Task<(Customer Di, Browser Browser, AuthorizationRequest Request)> AtTheChallengeAsync()
    {
        var di = await accounts.AddPersonAsync("di");
        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(di, Mailed());
        Assert.Equal([ProofMethod.MailCode], Assert.IsType<NextStep.ChallengeSecondFactor>(await browser.NextAsync(request)).Methods);
        Assert.IsType<SendOutcome.Sent>(await SendAsync(browser));
        return (di, browser, request);
    }

    private async Task<SendOutcome> SendFromNewAsync(Customer di)
    {
        var browser = accounts.OpenBrowser();
        await browser.AfterPasswordAsync(di, Mailed());
        return await SendAsync(browser);
    }

    private static async Task<SendOutcome> SendAsync(Browser browser)
    {
        var signIn = await browser.SignInAsync();
        return await browser.ActAsync<MailCodes, SendOutcome>((codes, visit) => codes.SendAsync(visit, signIn, CancellationToken.None));
    }

    private static async Task<CodeOutcome> CheckAsync(Browser browser, AuthorizationRequest request, string code)
    {
        var signIn = await browser.SignInAsync();
        return await browser.ActAsync<MailCodes, CodeOutcome>(
            (codes, visit) => codes.CheckAsync(visit, request, signIn, code, CancellationToken.None));
    }

    private async Task<string> CodeInMailAsync(Customer di) => SixDigits().Match(
        (await accounts.MailsToAsync(di.Email)).Last(sent => sent.Name == "Code").Mail.Text).Value;

    [GeneratedRegex(@"\b[0-9]{6}\b")]
    private static partial Regex SixDigits();
}
