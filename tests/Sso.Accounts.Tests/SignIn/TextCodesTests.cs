using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.SignIn;

/// <summary>Codes by text message at sign-in: how long they live, how often they are sent and tried.</summary>
public sealed class TextCodesTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Theory]
    [Spec("S20")]
    [InlineData(299, true)]
    [InlineData(301, false)]
    public async Task A_code_lives_five_minutes(int seconds, bool lives)
    {
        var (bo, browser, request) = await AtTheChallengeAsync();
        accounts.Clock.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(
            lives ? new CodeOutcome.Accepted() : new CodeOutcome.Expired(), await CheckAsync(browser, request, await bo.SentCodeAsync()));
    }

    [Fact]
    public async Task The_right_code_opens_the_gate()
    {
        var (bo, browser, request) = await AtTheChallengeAsync();
        await CheckAsync(browser, request, await bo.SentCodeAsync());
        Assert.Equal(
            Authentication.MultiFactor, Assert.IsType<NextStep.Issue>(await browser.NextAsync(request)).Authentication.Acr);
    }

    [Fact]
    [Spec("S20")]
    public async Task A_code_is_taken_once()
    {
        var (bo, browser, request) = await AtTheChallengeAsync();
        var code = await bo.SentCodeAsync();
        Assert.IsType<CodeOutcome.Accepted>(await CheckAsync(browser, request, code));
        Assert.IsType<CodeOutcome.Used>(await CheckAsync(browser, request, code));
    }

    [Fact]
    public async Task The_code_of_one_session_is_wrong_in_another()
    {
        var (bo, browser, request) = await AtTheChallengeAsync();
        var code = await bo.SentCodeAsync();
        var other = accounts.OpenBrowser();
        var its = await other.AfterPasswordAsync(bo);
        await SendAsync(other);
        Assert.IsType<CodeOutcome.Wrong>(await CheckAsync(other, its, code));
        Assert.IsType<CodeOutcome.Accepted>(await CheckAsync(browser, request, code));
    }

    [Fact]
    [Spec("U29")]
    public async Task While_a_code_lives_no_other_is_sent()
    {
        var (bo, browser, _) = await AtTheChallengeAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SendAsync(browser)));
        Assert.IsType<SendOutcome.AlreadySent>(await SendAsync(browser));
        Assert.Equal(1, await bo.CodesTextedAsync());
    }

    [Fact]
    [Spec("S20")]
    public async Task After_an_expired_code_a_new_one_is_sent_and_the_old_one_stays_dead()
    {
        var (bo, browser, request) = await AtTheChallengeAsync();
        var code = await bo.SentCodeAsync();
        accounts.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.IsType<SendOutcome.Sent>(await SendAsync(browser));
        Assert.NotEqual(code, await bo.SentCodeAsync());
        Assert.IsType<CodeOutcome.Wrong>(await CheckAsync(browser, request, code));
        Assert.IsType<CodeOutcome.Accepted>(await CheckAsync(browser, request, await bo.SentCodeAsync()));
    }

    [Fact]
    [Spec("S20")]
    [Spec("S22")]
    public async Task A_resend_sends_the_same_code_and_extends_nothing()
    {
        var (bo, browser, request) = await AtTheChallengeAsync();
        var code = await bo.SentCodeAsync();
        accounts.Clock.Advance(TimeSpan.FromSeconds(270));
        Assert.IsType<SendOutcome.Sent>(await ResendAsync(browser));
        Assert.Equal(code, await bo.SentCodeAsync());
        accounts.Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.IsType<CodeOutcome.Expired>(await CheckAsync(browser, request, code));
    }

    [Fact]
    [Spec("U42")]
    public async Task A_resend_waits_thirty_sixty_and_a_hundred_and_twenty_seconds_and_then_there_are_no_more()
    {
        var (bo, browser, _) = await AtTheChallengeAsync();
        foreach (var wait in (int[])[30, 60, 120])
        {
            accounts.Clock.Advance(TimeSpan.FromSeconds(wait - 1));
            Assert.Equal(new SendOutcome.Wait(TimeSpan.FromSeconds(1)), await ResendAsync(browser));
            accounts.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.IsType<SendOutcome.Sent>(await ResendAsync(browser));
        }

        accounts.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.IsType<SendOutcome.LimitReached>(await ResendAsync(browser));
        Assert.Equal(4, await bo.CodesTextedAsync());
        Assert.False((await ViewAsync(browser))!.CanResend);
    }

    [Fact]
    public async Task The_page_is_told_how_long_the_code_lives_and_when_it_may_be_sent_again()
    {
        var (_, browser, _) = await AtTheChallengeAsync();
        accounts.Clock.Advance(TimeSpan.FromSeconds(10));
        var view = (await ViewAsync(browser))!;
        Assert.Equal((TimeSpan.FromSeconds(290), TimeSpan.FromSeconds(20), true), (view.Life, view.ResendIn, view.CanResend));
        accounts.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.True((await ViewAsync(browser))!.IsOver);
    }

    [Fact]
    [Spec("S22")]
    public async Task Five_wrong_codes_void_it_also_when_it_was_sent_again_between_them()
    {
        var (bo, browser, request) = await AtTheChallengeAsync();
        for (var wrong = 0; wrong < 4; wrong++)
        {
            Assert.IsType<CodeOutcome.Wrong>(await CheckAsync(browser, request, await bo.WrongSentCodeAsync()));
        }

        accounts.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.IsType<SendOutcome.Sent>(await ResendAsync(browser));
        Assert.IsType<CodeOutcome.ChallengeVoid>(await CheckAsync(browser, request, await bo.WrongSentCodeAsync()));
        Assert.IsType<NextStep.SignIn>(await browser.NextAsync(request));
    }

    [Fact]
    [Spec("S22")]
    [Spec("S12")]
    public async Task A_void_code_stays_void_after_the_password_and_the_owner_was_told()
    {
        var (bo, browser, request) = await AtTheChallengeAsync();
        var code = await bo.SentCodeAsync();
        for (var wrong = 0; wrong < 5; wrong++)
        {
            await CheckAsync(browser, request, await bo.WrongSentCodeAsync());
        }

        request = await browser.AfterPasswordAsync(bo);
        Assert.IsNotType<CodeOutcome.Accepted>(await CheckAsync(browser, request, code));
        Assert.Contains("FactorFailed", await bo.ToldAsync());
    }

    [Theory]
    [Spec("U41")]
    [InlineData("")]
    [InlineData("12 34")]
    public async Task What_is_no_code_costs_no_try(string typed)
    {
        var (bo, browser, request) = await AtTheChallengeAsync();
        for (var mistake = 0; mistake < 7; mistake++)
        {
            Assert.True(await CheckAsync(browser, request, typed) is CodeOutcome.Empty or CodeOutcome.Format);
        }

        Assert.IsType<CodeOutcome.Accepted>(await CheckAsync(browser, request, await bo.SentCodeAsync()));
    }

    [Fact]
    [Spec("S127")]
    public async Task The_sixth_text_of_an_hour_to_one_number_does_not_leave()
    {
        var bo = await (await accounts.AddPersonAsync("bo")).WithPhoneAsync();
        for (var sent = 0; sent < 5; sent++)
        {
            Assert.IsType<SendOutcome.Sent>(await SendFromNewAsync(bo));
        }

        var limit = Assert.IsType<SendOutcome.LimitReached>(await SendFromNewAsync(bo));
        Assert.Equal(5, await bo.CodesTextedAsync());
        accounts.Clock.Advance(limit.For);
        Assert.IsType<SendOutcome.Sent>(await SendFromNewAsync(bo));
    }

    [Fact]
    public async Task Whoever_has_two_numbers_chooses_and_only_the_chosen_one_gets_the_code()
    {
        var bo = await (await accounts.AddPersonAsync("bo")).WithPhoneAsync();
        var older = await bo.FactorAsync(ProofMethod.TextMessage);
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await bo.WithPhoneAsync();
        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(bo);
        await SendAsync(browser, older);
        Assert.Null(await ViewAsync(browser, phone: null));
        Assert.IsType<CodeOutcome.Accepted>(await CheckAsync(browser, request, await bo.SentCodeAsync(), older));
    }

    [Fact]
    public async Task Without_a_choice_the_newest_number_gets_it_and_so_for_a_number_of_somebody_else()
    {
        var (bo, eve) = (await (await accounts.AddPersonAsync("bo")).WithPhoneAsync(),
            await (await accounts.AddPersonAsync("eve")).WithPhoneAsync());
        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(bo);
        await SendAsync(browser, await eve.FactorAsync(ProofMethod.TextMessage));
        Assert.Equal((1, 0), (await bo.CodesTextedAsync(), await eve.CodesTextedAsync()));
        Assert.IsType<CodeOutcome.Accepted>(await CheckAsync(browser, request, await bo.SentCodeAsync()));
    }

    [Fact]
    [Spec("S24")]
    public async Task The_number_is_masked()
    {
        var (_, browser, _) = await AtTheChallengeAsync();
        Assert.StartsWith("+39 ••• ••• ••", (await ViewAsync(browser))!.Recipient, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("A14")]
    public async Task No_row_holds_the_code()
    {
        var (bo, _, _) = await AtTheChallengeAsync();
        var code = await bo.SentCodeAsync();
        Assert.Empty(await accounts.ReadAsync(async database => (await DatabaseDump.OfAsync(database)).Find(code)));
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("used before")]
    public async Task Why_a_code_was_refused_is_recorded(string reason)
    {
        var (bo, browser, request) = await AtTheChallengeAsync();
        var code = await bo.SentCodeAsync();
        if (reason == "expired")
        {
            accounts.Clock.Advance(TimeSpan.FromMinutes(5));
        }
        else
        {
            await CheckAsync(browser, request, code);
        }

        await CheckAsync(browser, request, code);
        Assert.Equal(
            reason, (await accounts.EventsAsync(bo.Id)).Last(row => row.Kind == SecurityEventKind.SecondFactorFailed).Reason);
    }

    private async Task<(Customer Bo, Browser Browser, AuthorizationRequest Request)> AtTheChallengeAsync()
    {
        var bo = await (await accounts.AddPersonAsync("bo")).WithPhoneAsync();
        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(bo);
        Assert.IsType<SendOutcome.Sent>(await SendAsync(browser));
        return (bo, browser, request);
    }

    private async Task<SendOutcome> SendFromNewAsync(Customer bo)
    {
        var browser = accounts.OpenBrowser();
        await browser.AfterPasswordAsync(bo);
        return await SendAsync(browser);
    }

    private static async Task<SendOutcome> SendAsync(Browser browser, Guid? phone = null)
    {
        var signIn = await browser.SignInAsync();
        return await browser.ActAsync<TextCodes, SendOutcome>(
            (codes, visit) => codes.SendAsync(visit, signIn, phone, CancellationToken.None));
    }

    private static async Task<SendOutcome> ResendAsync(Browser browser)
    {
        var signIn = await browser.SignInAsync();
        return await browser.ActAsync<TextCodes, SendOutcome>(
            (codes, visit) => codes.ResendAsync(visit, signIn, phone: null, CancellationToken.None));
    }

    private static async Task<CodeOutcome> CheckAsync(Browser browser, AuthorizationRequest request, string code, Guid? phone = null)
    {
        var signIn = await browser.SignInAsync();
        return await browser.ActAsync<TextCodes, CodeOutcome>(
            (codes, visit) => codes.CheckAsync(visit, request, signIn, phone, code, CancellationToken.None));
    }

    private static async Task<MessageChallengeView?> ViewAsync(Browser browser, Guid? phone = null)
    {
        var signIn = await browser.SignInAsync();
        return await browser.ActAsync<TextCodes, MessageChallengeView?>(
            (codes, _) => codes.CurrentAsync(signIn, phone, CancellationToken.None));
    }
}
