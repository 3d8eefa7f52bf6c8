using System.Globalization;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.SignIn;

/// <summary>Codes of the authenticator app at sign-in.</summary>
[Spec("RFC 6238", "5.2")]
public sealed class AppCodesTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Theory]
    [Spec("S17")]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task One_step_either_side_is_accepted_and_no_more(int steps, bool accepted)
    {
        var (ada, browser, request) = await AtTheChallengeAsync();
        var outcome = await browser.AppCodeAsync(request, await ada.AppCodeAsync(steps));
        Assert.Equal(accepted ? new CodeOutcome.Accepted() : new CodeOutcome.Wrong(), outcome);
    }

    [Fact]
    public async Task The_right_code_opens_the_gate()
    {
        var (ada, browser, request) = await AtTheChallengeAsync();
        await browser.AppCodeAsync(request, await ada.AppCodeAsync());
        var issued = Assert.IsType<NextStep.Issue>(await browser.NextAsync(request));
        Assert.Equal(Authentication.MultiFactorWithoutText, issued.Authentication.Acr);
    }

    [Fact]
    [Spec("S16")]
    public async Task A_code_is_taken_once_over_all_sessions()
    {
        var (ada, first, request) = await AtTheChallengeAsync();
        var second = accounts.OpenBrowser();
        var other = await second.AfterPasswordAsync(ada);
        var code = await ada.AppCodeAsync();
        Assert.IsType<CodeOutcome.Accepted>(await first.AppCodeAsync(request, code));
        Assert.IsType<CodeOutcome.Used>(await second.AppCodeAsync(other, code));
    }

    [Fact]
    [Spec("S16")]
    public async Task A_code_that_comes_ten_times_at_once_is_taken_once()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var open = new List<(Browser Browser, AuthorizationRequest Request)>();
        for (var browsers = 0; browsers < 10; browsers++)
        {
            var browser = accounts.OpenBrowser();
            open.Add((browser, await browser.AfterPasswordAsync(ada)));
        }

        var code = await ada.AppCodeAsync();
        var outcomes = await Task.WhenAll(open.Select(one => one.Browser.AppCodeAsync(one.Request, code)));
        Assert.Single(outcomes, outcome => outcome is CodeOutcome.Accepted);
    }

    [Fact]
    [Spec("S16")]
    public async Task After_the_code_of_a_step_that_of_the_step_before_is_no_longer_taken()
    {
        var (ada, first, request) = await AtTheChallengeAsync();
        Assert.IsType<CodeOutcome.Accepted>(await first.AppCodeAsync(request, await ada.AppCodeAsync()));
        var second = accounts.OpenBrowser();
        request = await second.AfterPasswordAsync(ada);
        Assert.IsType<CodeOutcome.Used>(await second.AppCodeAsync(request, await ada.AppCodeAsync(-1)));
    }

    [Fact]
    [Spec("S16")]
    public async Task The_next_step_is_another_code()
    {
        var (ada, first, request) = await AtTheChallengeAsync();
        Assert.IsType<CodeOutcome.Accepted>(await first.AppCodeAsync(request, await ada.AppCodeAsync()));
        accounts.Clock.Advance(TimeSpan.FromSeconds(30));
        var second = accounts.OpenBrowser();
        request = await second.AfterPasswordAsync(ada);
        Assert.IsType<CodeOutcome.Accepted>(await second.AppCodeAsync(request, await ada.AppCodeAsync()));
    }

    [Fact]
    public async Task Whoever_has_two_apps_types_the_code_of_either_and_each_works_once()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var older = await ada.AppCodeAsync();
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await ada.WithAppAsync();
        foreach (var (code, outcome) in ((string, CodeOutcome)[])
        [
            (older, new CodeOutcome.Accepted()), (await ada.AppCodeAsync(), new CodeOutcome.Accepted()), (older, new CodeOutcome.Used()),
        ])
        {
            var browser = accounts.OpenBrowser();
            Assert.Equal(outcome, await browser.AppCodeAsync(await browser.AfterPasswordAsync(ada), code));
        }
    }

    [Theory]
    [Spec("U40")]
    [InlineData("{0} {1}")]
    [InlineData(" {0}-{1} ")]
    [InlineData("{0}\u00a0{1}")]
    [InlineData("fullwidth")]
    public async Task A_code_may_be_typed_with_spaces_hyphens_and_other_digits(string shape)
    {
        var (ada, browser, request) = await AtTheChallengeAsync();
        var code = await ada.AppCodeAsync();
        var typed = shape == "fullwidth"
            ? new string([.. code.Select(digit => (char)(digit - '0' + '０'))])
            : string.Format(CultureInfo.InvariantCulture, shape, code[..3], code[3..]);
        Assert.IsType<CodeOutcome.Accepted>(await browser.AppCodeAsync(request, typed));
    }

    [Theory]
    [Spec("U41")]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("12345")]
    [InlineData("12345a")]
    public async Task What_is_no_code_costs_no_try(string typed)
    {
        var (ada, browser, request) = await AtTheChallengeAsync();
        for (var mistake = 0; mistake < 7; mistake++)
        {
            Assert.Equal(
                string.IsNullOrWhiteSpace(typed) ? new CodeOutcome.Empty() : new CodeOutcome.Format(),
                await browser.AppCodeAsync(request, typed));
        }

        Assert.IsType<CodeOutcome.Accepted>(await browser.AppCodeAsync(request, await ada.AppCodeAsync()));
    }

    [Fact]
    [Spec("S18")]
    public async Task The_sixth_code_of_a_challenge_is_not_looked_at_and_the_password_is_asked_again()
    {
        var (ada, browser, request) = await AtTheChallengeAsync();
        await FailAsync(ada, browser, request, 5);
        Assert.IsType<CodeOutcome.ChallengeVoid>(await browser.AppCodeAsync(request, await ada.AppCodeAsync()));
        Assert.IsType<NextStep.SignIn>(await browser.NextAsync(request));
    }

    [Fact]
    [Spec("S12")]
    public async Task The_owner_is_told_once_that_somebody_knows_the_password_and_not_the_code()
    {
        var (ada, browser, request) = await AtTheChallengeAsync();
        await FailAsync(ada, browser, request, 5);
        Assert.Empty(await ada.ToldAsync());
        await browser.AppCodeAsync(request, "000000");
        await browser.AppCodeAsync(request, "000000");
        Assert.Equal(["FactorFailed"], await ada.ToldAsync());
    }

    [Fact]
    [Spec("S18")]
    public async Task How_many_tries_are_left_is_known_from_the_first_on()
    {
        var (ada, browser, request) = await AtTheChallengeAsync();
        Assert.Null(await LeftAsync(browser, request));
        foreach (var left in (int[])[4, 3, 2, 1, 0])
        {
            await FailAsync(ada, browser, request, 1);
            Assert.Equal(left, await LeftAsync(browser, request));
        }
    }

    [Fact]
    [Spec("S18")]
    [Spec("A8")]
    public async Task After_ten_wrong_codes_in_an_hour_even_the_right_one_waits_in_any_session()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        for (var session = 0; session < 2; session++)
        {
            var guesser = accounts.OpenBrowser();
            await FailAsync(ada, guesser, await guesser.AfterPasswordAsync(ada), 5);
        }

        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(ada);
        var locked = Assert.IsType<CodeOutcome.Locked>(await browser.AppCodeAsync(request, await ada.AppCodeAsync()));
        Assert.Equal(TimeSpan.FromHours(1), locked.For);
        accounts.Clock.Advance(locked.For);
        request = await browser.AfterPasswordAsync(ada);
        Assert.IsType<CodeOutcome.Accepted>(await browser.AppCodeAsync(request, await ada.AppCodeAsync()));
    }

    [Fact]
    [Spec("A8")]
    [Spec("S18")]
    public async Task Of_twenty_wrong_codes_in_an_hour_ten_are_compared()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var guesser = accounts.OpenBrowser();
        for (var guess = 0; guess < 20; guess++)
        {
            var request = await guesser.AfterPasswordAsync(ada);
            Assert.IsNotType<CodeOutcome.Accepted>(await guesser.AppCodeAsync(request, await ada.WrongAppCodeAsync()));
        }

        Assert.Equal(10, (await ada.EventsAsync()).Count(kind => kind == SecurityEventKind.SecondFactorFailed));
    }

    [Fact]
    [Spec("S72")]
    [Spec("A9")]
    public async Task Of_twenty_wrong_codes_at_once_at_most_five_are_compared_and_one_mail_leaves()
    {
        var (ada, browser, request) = await AtTheChallengeAsync();
        var wrong = await ada.WrongAppCodeAsync();
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => browser.AppCodeIfSignedInAsync(request, wrong)));
        Assert.InRange((await ada.EventsAsync()).Count(kind => kind == SecurityEventKind.SecondFactorFailed), 1, 5);
        Assert.Equal(["FactorFailed"], await ada.ToldAsync());
    }

    [Fact]
    public async Task A_code_for_a_session_that_was_ended_meanwhile_proves_nothing()
    {
        var (ada, browser, request) = await AtTheChallengeAsync();
        var signIn = await browser.SignInAsync();
        await browser.EndAsync();
        var code = await ada.AppCodeAsync();
        Assert.IsType<CodeOutcome.ChallengeVoid>(await browser.ActAsync<AppCodes, CodeOutcome>(
            (codes, visit) => codes.CheckAsync(visit, request, signIn, code, CancellationToken.None)));
    }

    [Fact]
    public async Task A_right_code_tells_when_the_method_was_used_last()
    {
        var (ada, browser, request) = await AtTheChallengeAsync();
        accounts.Clock.Advance(TimeSpan.FromMinutes(3));
        await browser.AppCodeAsync(request, await ada.AppCodeAsync());
        Assert.Equal(accounts.Now, Assert.Single(await ada.FactorsAsync()).LastUsedAt);
    }

    [Fact]
    public async Task The_proof_and_the_failure_are_recorded_with_their_method_and_reason()
    {
        var (ada, browser, request) = await AtTheChallengeAsync();
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await FailAsync(ada, browser, request, 1);
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await browser.AppCodeAsync(request, await ada.AppCodeAsync());
        Assert.Equal(
            [
                (SecurityEventKind.PasswordProved, ProofMethod.Password, null),
                (SecurityEventKind.SecondFactorFailed, ProofMethod.AuthenticatorApp, "wrong"),
                (SecurityEventKind.SecondFactorProved, ProofMethod.AuthenticatorApp, null),
            ],
            (await accounts.EventsAsync(ada.Id)).Select(row => (row.Kind, row.Method ?? ProofMethod.Password, row.Reason)));
    }

    private async Task<(Customer Ada, Browser Browser, AuthorizationRequest Request)> AtTheChallengeAsync()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var browser = accounts.OpenBrowser();
        return (ada, browser, await browser.AfterPasswordAsync(ada));
    }

    private static async Task FailAsync(Customer ada, Browser browser, AuthorizationRequest request, int times)
    {
        for (var wrong = 0; wrong < times; wrong++)
        {
            Assert.IsType<CodeOutcome.Wrong>(await browser.AppCodeAsync(request, await ada.WrongAppCodeAsync()));
        }
    }

    private static Task<int?> LeftAsync(Browser browser, AuthorizationRequest request) => browser.ActAsync<FactorProofs, int?>(
        (proofs, visit) => proofs.TriesLeftAsync(visit, request, CancellationToken.None));
}
