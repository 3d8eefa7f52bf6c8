using Microsoft.EntityFrameworkCore;
using Sso.Data.Delivery;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol.Authorization;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.SignIn;

/// <summary>Ten codes for the day the phone is lost.</summary>
public sealed class RecoveryCodesTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Fact]
    [Spec("S26")]
    [Spec("S27")]
    public async Task Each_of_ten_codes_signs_in_once()
    {
        var (ada, codes) = await WithCodesAsync();
        Assert.Equal(10, codes.Count);
        foreach (var code in codes)
        {
            Assert.IsType<CodeOutcome.Accepted>(await UseAsync(ada, code));
        }

        Assert.IsType<CodeOutcome.Used>(await UseAsync(ada, codes[2]));
    }

    [Fact]
    [Spec("S27")]
    public async Task One_code_used_twenty_times_at_once_signs_in_once()
    {
        var (ada, codes) = await WithCodesAsync();
        var open = new List<(Browser Browser, AuthorizationRequest Request)>();
        for (var browsers = 0; browsers < 20; browsers++)
        {
            var browser = accounts.OpenBrowser();
            open.Add((browser, await browser.AfterPasswordAsync(ada)));
        }

        await Task.WhenAll(open.Select(one => one.Browser.RecoveryCodeAsync(one.Request, codes[0])));
        var opened = 0;
        foreach (var (browser, request) in open)
        {
            opened += await browser.NextAsync(request) is NextStep.Issue ? 1 : 0;
        }

        Assert.Equal(1, opened);
    }

    [Fact]
    [Spec("S26")]
    public async Task The_rows_hold_hashes_of_codes_of_a_hundred_and_twenty_bits()
    {
        var (ada, codes) = await WithCodesAsync();
        Assert.Equal(10, codes.Distinct().Count());
        // 24 characters of 32: enough for a fast hash.
        Assert.All(codes, code => Assert.Matches("^[A-Z2-7]{4}(-[A-Z2-7]{4}){5}$", code));
        var hashes = await accounts.ReadAsync(
            database => database.RecoveryCodes.Where(row => row.PersonId == ada.Id).Select(row => row.Hash).ToListAsync());
        Assert.Equal(10, hashes.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(hashes, hash => Assert.Equal(32, hash.Length));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("")]
    [InlineData("lower")]
    [InlineData("–")]
    [InlineData("\u2011")]
    [InlineData("\u00A0\u200B")]
    [InlineData("－")]
    public async Task A_code_may_be_typed_in_any_case_with_or_without_hyphens(string separator)
    {
        var (ada, codes) = await WithCodesAsync();
        var typed = separator == "lower" ? codes[1].ToLowerInvariant() : codes[1].Replace("-", separator, StringComparison.Ordinal);
        Assert.IsType<CodeOutcome.Accepted>(await UseAsync(ada, typed));
    }

    [Fact]
    public async Task A_zero_and_a_one_stand_for_the_letters_that_they_were_read_for()
    {
        var (ada, codes) = await WithCodesAsync();
        var code = codes.First(made => made.AsSpan().ContainsAny('O', 'I'));
        Assert.IsType<CodeOutcome.Accepted>(await UseAsync(ada, code.Replace('O', '0').Replace('I', '1')));
    }

    [Fact]
    [Spec("U41")]
    public async Task What_has_not_the_shape_of_a_code_costs_no_try()
    {
        var (ada, codes) = await WithCodesAsync();
        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(ada);
        for (var mistake = 0; mistake < 4; mistake++)
        {
            Assert.IsType<CodeOutcome.Empty>(await browser.RecoveryCodeAsync(request, " "));
            Assert.IsType<CodeOutcome.Format>(await browser.RecoveryCodeAsync(request, codes[0][..20]));
        }

        Assert.IsType<CodeOutcome.Accepted>(await browser.RecoveryCodeAsync(request, codes[0]));
    }

    [Fact]
    [Spec("A8")]
    [Spec("S18")]
    public async Task Of_twenty_wrong_codes_in_an_hour_ten_are_compared_and_then_not_even_the_right_one()
    {
        var (ada, codes) = await WithCodesAsync();
        for (var guess = 0; guess < 20; guess++)
        {
            Assert.IsNotType<CodeOutcome.Accepted>(await UseAsync(ada, new string('A', 24)));
        }

        Assert.Equal(10, (await ada.EventsAsync()).Count(kind => kind == SecurityEventKind.SecondFactorFailed));
        Assert.IsType<CodeOutcome.Locked>(await UseAsync(ada, codes[0]));
        accounts.Clock.Advance(TimeSpan.FromHours(1));
        Assert.IsType<CodeOutcome.Accepted>(await UseAsync(ada, codes[0]));
    }

    [Fact]
    [Spec("S28")]
    public async Task A_new_set_voids_the_old_one_at_once_before_it_is_confirmed()
    {
        var (ada, old) = await WithCodesAsync();
        var browser = accounts.OpenBrowser();
        var made = await MakeAsync(browser, await browser.SignedInAsync(ada));
        Assert.IsType<CodeOutcome.Wrong>(await UseAsync(ada, old[5]));
        Assert.IsType<CodeOutcome.Accepted>(await UseAsync(ada, made[1]));
    }

    [Fact]
    [Spec("S28")]
    public async Task The_same_codes_are_shown_until_one_was_typed_back()
    {
        var (ada, browser) = (await (await accounts.AddPersonAsync("ada")).WithAppAsync(), accounts.OpenBrowser());
        var signIn = await browser.SignedInAsync(ada);
        var codes = await MakeAsync(browser, signIn);
        Assert.Equal(codes, await browser.RecoveryCodesBeingSavedAsync(signIn));
        Assert.IsType<CodeOutcome.Wrong>(await browser.ConfirmRecoveryCodeAsync(signIn, "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"));
        Assert.Equal(codes, await browser.RecoveryCodesBeingSavedAsync(signIn));
        Assert.IsType<CodeOutcome.Accepted>(await browser.ConfirmRecoveryCodeAsync(signIn, codes[3]));
        Assert.Null(await browser.RecoveryCodesBeingSavedAsync(signIn));
        // The one that was typed stays good.
        Assert.IsType<CodeOutcome.Accepted>(await UseAsync(ada, codes[3]));
    }

    [Fact]
    [Spec("S28")]
    public async Task They_count_as_saved_only_once_one_was_typed_back()
    {
        var (ada, browser) = (await (await accounts.AddPersonAsync("ada")).WithAppAsync(), accounts.OpenBrowser());
        var signIn = await browser.SignedInAsync(ada);
        var request = accounts.Request();
        var codes = await MakeAsync(browser, signIn);
        Assert.IsType<NextStep.SaveRecoveryCodes>(await browser.NextAsync(request));
        await browser.ConfirmRecoveryCodeAsync(signIn, codes[0]);
        Assert.IsType<NextStep.Issue>(await browser.NextAsync(request));
    }

    [Fact]
    public async Task Whoever_pastes_the_whole_set_has_saved_it_and_cannot_sign_in_with_it()
    {
        var (ada, browser) = (await (await accounts.AddPersonAsync("ada")).WithAppAsync(), accounts.OpenBrowser());
        var signIn = await browser.SignedInAsync(ada);
        var pasted = string.Concat(await MakeAsync(browser, signIn))[..64];
        Assert.IsType<CodeOutcome.Accepted>(await browser.ConfirmRecoveryCodeAsync(signIn, pasted));
        Assert.IsType<CodeOutcome.Format>(await UseAsync(ada, pasted));
    }

    [Fact]
    [Spec("S28")]
    public async Task Another_session_does_not_see_them()
    {
        var (ada, browser, other) =
            (await (await accounts.AddPersonAsync("ada")).WithAppAsync(), accounts.OpenBrowser(), accounts.OpenBrowser());
        await MakeAsync(browser, await browser.SignedInAsync(ada));
        Assert.Null(await other.RecoveryCodesBeingSavedAsync(await other.SignedInAsync(ada)));
    }

    [Fact]
    [Spec("S28")]
    public async Task After_a_quarter_of_an_hour_they_are_shown_no_more_and_can_still_be_confirmed()
    {
        var (ada, browser) = (await (await accounts.AddPersonAsync("ada")).WithAppAsync(), accounts.OpenBrowser());
        var signIn = await browser.SignedInAsync(ada);
        var codes = await MakeAsync(browser, signIn);
        accounts.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Null(await browser.RecoveryCodesBeingSavedAsync(signIn));
        Assert.IsType<CodeOutcome.Accepted>(await browser.ConfirmRecoveryCodeAsync(signIn, codes[5]));
    }

    [Fact]
    [Spec("U29")]
    public async Task Made_four_times_at_once_there_is_one_set_and_it_is_the_one_that_is_shown()
    {
        var (ada, browser) = (await (await accounts.AddPersonAsync("ada")).WithAppAsync(), accounts.OpenBrowser());
        var signIn = await browser.SignedInAsync(ada);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => browser.MakeRecoveryCodesAsync(signIn)));
        Assert.Equal(10, (await browser.RecoveryCodesBeingSavedAsync(signIn))!.Count);
        Assert.Equal(10, await accounts.RecoveryCodesLeftAsync(ada));
    }

    [Fact]
    public async Task A_session_that_was_ended_makes_none()
    {
        var (ada, codes) = await WithCodesAsync();
        var browser = accounts.OpenBrowser();
        var signIn = await browser.SignedInAsync(ada);
        await browser.EndAsync();
        await browser.MakeRecoveryCodesAsync(signIn);
        Assert.IsType<CodeOutcome.Accepted>(await UseAsync(ada, codes[0]));
    }

    [Fact]
    public async Task The_owner_sees_how_many_are_left()
    {
        var (ada, codes) = await WithCodesAsync();
        await UseAsync(ada, codes[0]);
        await UseAsync(ada, codes[1]);
        Assert.Equal(8, await accounts.RecoveryCodesLeftAsync(ada));
    }

    [Fact]
    [Spec("S12")]
    public async Task The_first_set_is_no_news_and_a_second_one_is()
    {
        var ada = await accounts.AddPersonAsync("ada");
        var browser = accounts.OpenBrowser();
        var signIn = await browser.SignedInAsync(ada);
        var codes = await MakeAsync(browser, signIn);
        await browser.ConfirmRecoveryCodeAsync(signIn, codes[0]);
        Assert.Empty(await ada.ToldAsync());
        await MakeAsync(browser, signIn);
        Assert.Equal(["RecoveryCodesCreated"], await ada.ToldAsync());
    }

    [Fact]
    [Spec("S12")]
    public async Task The_use_of_one_is_told_by_mail_and_by_text_and_the_mail_does_not_hold_it()
    {
        var (ada, codes) = await WithCodesAsync();
        await ada.WithPhoneAsync();
        await UseAsync(ada, codes[0]);
        var (_, mail) = Assert.Single(await accounts.MailsToAsync(ada.Email), sent => sent.Name == "RecoveryCodeUsed");
        Assert.DoesNotContain(codes[0], mail.Text + mail.Html, StringComparison.Ordinal);
        Assert.Equal([TextNotice.RecoveryCodeUsed], await ada.TextedAsync());
    }

    private async Task<(Customer Ada, IReadOnlyList<string> Codes)> WithCodesAsync()
    {
        var (ada, browser) = (await (await accounts.AddPersonAsync("ada")).WithAppAsync(), accounts.OpenBrowser());
        var signIn = await browser.SignedInAsync(ada);
        var codes = await MakeAsync(browser, signIn);
        Assert.IsType<CodeOutcome.Accepted>(await browser.ConfirmRecoveryCodeAsync(signIn, codes[9]));
        return (ada, codes);
    }

    private async Task<CodeOutcome> UseAsync(Customer ada, string code)
    {
        var browser = accounts.OpenBrowser();
        return await browser.RecoveryCodeAsync(await browser.AfterPasswordAsync(ada), code);
    }

    private static async Task<IReadOnlyList<string>> MakeAsync(Browser browser, SignInRow signIn)
    {
        await browser.MakeRecoveryCodesAsync(signIn);
        return (await browser.RecoveryCodesBeingSavedAsync(signIn))!;
    }
}
