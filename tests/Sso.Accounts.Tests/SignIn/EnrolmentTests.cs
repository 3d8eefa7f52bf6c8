using Microsoft.EntityFrameworkCore;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.SignIn;

/// <summary>Binding a second factor to an account: with a seed or code of this session, each session for itself.</summary>
[Spec("S34")]
public sealed class EnrolmentTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Fact]
    public async Task The_right_code_activates_the_app_and_counts_for_this_sign_in()
    {
        var (flo, browser, request, signIn) = await AfterPasswordAsync();
        await browser.BeginAppAsync(signIn);
        Assert.IsType<CodeOutcome.Accepted>(await browser.ConfirmAppAsync(request, signIn, await flo.AppCodeAsync()));
        Assert.Equal(ProofMethod.AuthenticatorApp, Assert.Single(await flo.FactorsAsync()).Method);
        Assert.IsType<NextStep.SaveRecoveryCodes>(await browser.NextAsync(request));
    }

    [Fact]
    [Spec("S16")]
    public async Task The_code_that_activated_it_is_not_taken_at_sign_in()
    {
        var (flo, browser, request, signIn) = await AfterPasswordAsync();
        await browser.BeginAppAsync(signIn);
        var code = await flo.AppCodeAsync();
        await browser.ConfirmAppAsync(request, signIn, code);
        var other = accounts.OpenBrowser();
        Assert.IsType<CodeOutcome.Used>(await other.AppCodeAsync(await other.AfterPasswordAsync(flo), code));
    }

    [Fact]
    public async Task The_same_seed_is_shown_until_it_is_a_quarter_of_an_hour_old()
    {
        var (_, browser, _, signIn) = await AfterPasswordAsync();
        var seed = (await browser.BeginAppAsync(signIn)).Key;
        accounts.Clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal(seed, (await browser.BeginAppAsync(signIn)).Key);
        accounts.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.NotEqual(seed, (await browser.BeginAppAsync(signIn)).Key);
    }

    [Fact]
    public async Task A_seed_that_is_a_quarter_of_an_hour_old_is_activated_no_more()
    {
        var (flo, browser, request, signIn) = await AfterPasswordAsync();
        await browser.BeginAppAsync(signIn);
        accounts.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.IsType<CodeOutcome.Expired>(await browser.ConfirmAppAsync(request, signIn, await flo.AppCodeAsync()));
    }

    [Fact]
    [Spec("S37")]
    [Spec("A1")]
    public async Task Two_sessions_that_enrol_at_once_see_and_end_each_others_seed_never()
    {
        var (flo, browser, request, signIn) = await AfterPasswordAsync();
        var mine = (await browser.BeginAppAsync(signIn)).Key;
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var thief = accounts.OpenBrowser();
        await thief.AfterPasswordAsync(flo);
        Assert.NotEqual(mine, (await thief.BeginAppAsync(await thief.SignInAsync())).Key);
        Assert.Equal(mine, (await browser.BeginAppAsync(signIn)).Key);
        var code = AuthenticatorApp.Code(Base32.TryDecode(mine)!, accounts.Now);
        Assert.IsType<CodeOutcome.Accepted>(await browser.ConfirmAppAsync(request, signIn, code));
    }

    [Fact]
    public async Task Once_there_is_a_factor_the_seed_of_another_session_that_proved_none_is_asked_for_that_one()
    {
        var (flo, browser, request, signIn) = await AfterPasswordAsync();
        var other = accounts.OpenBrowser();
        var its = await other.AfterPasswordAsync(flo);
        Assert.IsType<NextStep.EnrollSecondFactor>(await other.NextAsync(its));
        await browser.BeginAppAsync(signIn);
        await browser.ConfirmAppAsync(request, signIn, await flo.AppCodeAsync());
        Assert.IsType<NextStep.ChallengeSecondFactor>(await other.NextAsync(its));
    }

    [Fact]
    public async Task After_five_wrong_codes_the_password_is_asked_again_another_seed_is_made_and_nobody_is_alarmed()
    {
        var (flo, browser, request, signIn) = await AfterPasswordAsync();
        var seed = (await browser.BeginAppAsync(signIn)).Key;
        for (var wrong = 0; wrong < 5; wrong++)
        {
            Assert.IsType<CodeOutcome.Wrong>(await browser.ConfirmAppAsync(request, signIn, await flo.WrongAppCodeAsync()));
        }

        Assert.IsType<CodeOutcome.ChallengeVoid>(await browser.ConfirmAppAsync(request, signIn, "000000"));
        Assert.IsType<NextStep.SignIn>(await browser.NextAsync(request));
        await browser.AfterPasswordAsync(flo);
        Assert.NotEqual(seed, (await browser.BeginAppAsync(await browser.SignInAsync())).Key);
        Assert.Empty(await flo.ToldAsync());
    }

    [Fact]
    [Spec("S16")]
    public async Task A_code_that_was_taken_and_led_to_no_factor_is_not_taken_again_and_that_is_recorded()
    {
        var (flo, browser, request, signIn) = await AfterPasswordAsync();
        await browser.BeginAppAsync(signIn);
        await AddAsync(browser, signIn, accounts.NextNumber());
        var step = (accounts.Now.ToUnixTimeSeconds() / 30) + 1;
        await accounts.ReadAsync(database => database.PendingFactors(signIn)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LastStep, step)));
        await accounts.ReadAsync(database => database.MessageChallenges.Where(row => row.SessionId == signIn.SessionId)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedAt, accounts.Now)));
        Assert.IsType<CodeOutcome.Used>(await browser.ConfirmAppAsync(request, signIn, await flo.AppCodeAsync()));
        Assert.IsType<CodeOutcome.Used>(await browser.ConfirmNumberAsync(request, signIn, await flo.SentCodeAsync()));
        Assert.Empty(await flo.FactorsAsync());
        Assert.Equal(
            [(ProofMethod.AuthenticatorApp, "used before"), (ProofMethod.TextMessage, "used before")],
            (await accounts.EventsAsync(flo.Id)).Where(row => row.Kind == SecurityEventKind.SecondFactorFailed)
                .OrderBy(row => row.Method).Select(row => (row.Method!.Value, row.Reason!)));
    }

    [Fact]
    [Spec("S16")]
    public async Task The_last_wrong_code_by_text_is_recorded_as_well()
    {
        var (flo, browser, request, signIn) = await AfterPasswordAsync();
        await AddAsync(browser, signIn, accounts.NextNumber());
        var wrong = await flo.SentCodeAsync() == "000000" ? "000001" : "000000";
        for (var wrongs = 0; wrongs < 5; wrongs++)
        {
            await browser.ConfirmNumberAsync(request, signIn, wrong);
        }

        Assert.Equal(["wrong", "wrong", "wrong", "wrong", "too often"], await ReasonsAsync(flo));
    }

    [Fact]
    [Spec("S16")]
    public async Task A_code_by_text_that_comes_too_late_is_recorded()
    {
        var (flo, browser, request, signIn) = await AfterPasswordAsync();
        await AddAsync(browser, signIn, accounts.NextNumber());
        accounts.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.IsType<CodeOutcome.Expired>(await browser.ConfirmNumberAsync(request, signIn, await flo.SentCodeAsync()));
        Assert.Equal(["expired"], await ReasonsAsync(flo));
    }

    [Fact]
    [Spec("S12")]
    public async Task An_added_app_is_told_and_recorded()
    {
        var (flo, browser, request, signIn) = await AfterPasswordAsync();
        await browser.BeginAppAsync(signIn);
        await browser.ConfirmAppAsync(request, signIn, await flo.AppCodeAsync());
        Assert.Equal(["FactorAdded"], await flo.ToldAsync());
        Assert.Contains(SecurityEventKind.SecondFactorEnrolled, await flo.EventsAsync());
    }

    [Fact]
    public async Task The_right_code_by_text_activates_the_number_and_counts_for_this_sign_in()
    {
        var (flo, browser, request, signIn) = await AfterPasswordAsync();
        Assert.IsType<NumberOutcome.Sent>(await AddAsync(browser, signIn, accounts.NextNumber()));
        Assert.IsType<CodeOutcome.Accepted>(await browser.ConfirmNumberAsync(request, signIn, await flo.SentCodeAsync()));
        Assert.Equal(ProofMethod.TextMessage, Assert.Single(await flo.FactorsAsync()).Method);
        Assert.IsType<NextStep.SaveRecoveryCodes>(await browser.NextAsync(request));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("02 12345678")]
    [InlineData("+44 7400 123456")]
    public async Task To_what_cannot_get_our_texts_none_is_sent(string typed)
    {
        var (_, browser, _, signIn) = await AfterPasswordAsync();
        Assert.Equal(
            typed switch
            {
                "" => new NumberOutcome.Empty(),
                "12" => new NumberOutcome.Invalid(),
                "02 12345678" => new NumberOutcome.NotMobile(),
                _ => new NumberOutcome.CountryNotServed(),
            },
            await AddAsync(browser, signIn, typed));
    }

    [Fact]
    public async Task A_number_that_is_verified_for_all_that_was_asked_gets_no_code()
    {
        var number = accounts.NextNumber();
        var ada = await (await (await accounts.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync(number);
        var browser = accounts.OpenBrowser();
        var signIn = await browser.SignedInAsync(ada);
        Assert.IsType<NumberOutcome.AlreadyThere>(await AddAsync(browser, signIn, number));
    }

    [Fact]
    public async Task Another_number_takes_the_place_of_the_one_that_waits_for_its_code()
    {
        var (flo, browser, request, signIn) = await AfterPasswordAsync();
        await AddAsync(browser, signIn, accounts.NextNumber());
        var first = await flo.SentCodeAsync();
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await AddAsync(browser, signIn, accounts.NextNumber());
        Assert.IsType<CodeOutcome.Wrong>(await browser.ConfirmNumberAsync(request, signIn, first));
        Assert.IsType<CodeOutcome.Accepted>(await browser.ConfirmNumberAsync(request, signIn, await flo.SentCodeAsync()));
        Assert.Single(await flo.FactorsAsync());
    }

    [Fact]
    [Spec("S23")]
    public async Task A_number_in_the_place_of_another_is_told_to_both_and_by_mail_and_can_be_undone()
    {
        var ada = await (await (await accounts.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync();
        var old = await ada.FactorAsync(ProofMethod.TextMessage);
        var browser = accounts.OpenBrowser();
        var (signIn, request) = (await browser.SignedInAsync(ada), accounts.Request());
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await browser.AddNumberAsync(signIn, accounts.NextNumber(), new(ForSignIn: true, ForNotices: true, old));
        Assert.IsType<CodeOutcome.Accepted>(await browser.ConfirmNumberAsync(request, signIn, await ada.SentCodeAsync()));
        Assert.DoesNotContain(await ada.FactorsAsync(), factor => factor.Id == old);
        Assert.Equal(["NumberChanged"], await ada.ToldAsync());
        Assert.Contains(TextNotice.NumberChanged, await ada.TextedAsync());
        Assert.True(await accounts.OpenBrowser().UndoAsync(await ada.LinkAsync("/undo")));
        Assert.Equal(old, (await ada.FactorsAsync()).Single(factor => factor.Method == ProofMethod.TextMessage).Id);
    }

    [Fact]
    public async Task A_number_for_notices_only_proves_nothing_for_the_sign_in()
    {
        var (flo, browser, request, signIn) = await AfterPasswordAsync();
        await browser.AddNumberAsync(signIn, accounts.NextNumber(), new(ForSignIn: false, ForNotices: true));
        Assert.IsType<CodeOutcome.Accepted>(await browser.ConfirmNumberAsync(request, signIn, await flo.SentCodeAsync()));
        Assert.Empty(await flo.FactorsAsync());
        Assert.IsType<NextStep.EnrollSecondFactor>(await browser.NextAsync(request));
        Assert.Equal(["ContactAdded"], await flo.ToldAsync());
    }

    private async Task<IEnumerable<string?>> ReasonsAsync(Customer flo) =>
        (await accounts.EventsAsync(flo.Id)).Where(row => row.Kind == SecurityEventKind.SecondFactorFailed).Select(row => row.Reason);

    private async Task<(Customer Flo, Browser Browser, AuthorizationRequest Request, SignInRow SignIn)> AfterPasswordAsync()
    {
        var (flo, browser) = (await accounts.AddPersonAsync("flo"), accounts.OpenBrowser());
        var request = await browser.AfterPasswordAsync(flo);
        return (flo, browser, request, await browser.SignInAsync());
    }

    private static Task<NumberOutcome> AddAsync(Browser browser, SignInRow signIn, string number) =>
        browser.AddNumberAsync(signIn, number, new(ForSignIn: true, ForNotices: true));
}
