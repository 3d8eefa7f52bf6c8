using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Data.Administrators;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Owner;

/// <summary>A second factor goes: which one may, who hears of it, and how it comes back.</summary>
[Spec("S34")]
public sealed class FactorRemovalTests(OptionalFactorDatabase accounts) : IClassFixture<OptionalFactorDatabase>
{
    [Fact]
    [Spec("S12")]
    public async Task One_of_two_methods_is_removed_and_the_owner_is_told()
    {
        var (ada, browser) = await WithBothAsync();
        Assert.Equal(RemovalOutcome.Removed, await browser.RemoveFactorAsync(await ada.FactorAsync(ProofMethod.AuthenticatorApp)));
        Assert.Equal(ProofMethod.TextMessage, Assert.Single(await ada.FactorsAsync()).Method);
        var (name, mail) = Assert.Single(await accounts.MailsToAsync(ada.Email));
        Assert.Equal("FactorRemoved", name);
        Assert.Contains("\nMetodo: App Authenticator\n", mail.Text, StringComparison.Ordinal);
        Assert.Equal([TextNotice.FactorRemoved], await ada.TextedAsync());
        Assert.Contains(SecurityEventKind.SecondFactorRemoved, await ada.EventsAsync());
    }

    [Fact]
    [Spec("S23")]
    public async Task A_number_that_goes_hears_of_it_itself()
    {
        var (ada, browser) = await WithBothAsync();
        Assert.Equal(RemovalOutcome.Removed, await browser.RemoveFactorAsync(await ada.FactorAsync(ProofMethod.TextMessage)));
        Assert.Equal(["NumberRemoved"], await ada.ToldAsync());
        Assert.Equal([TextNotice.NumberRemoved], await ada.TextedAsync());
    }

    [Fact]
    [Spec("S23")]
    public async Task A_removed_number_comes_back_by_the_link_in_the_mail_as_it_was()
    {
        var (ada, browser) = await WithBothAsync();
        var number = await ada.FactorAsync(ProofMethod.TextMessage);
        await browser.RemoveFactorAsync(number);
        Assert.True(await accounts.OpenBrowser().UndoAsync(await ada.LinkAsync("/undo")));
        Assert.Contains(await ada.FactorsAsync(), factor => factor.Id == number && factor.UsedForNotices);
        Assert.False(await browser.IsSignedInAsync());
    }

    [Fact]
    [Spec("U50")]
    public async Task The_last_one_stays()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var browser = accounts.OpenBrowser();
        await browser.SignedInAsync(ada);
        Assert.Equal(RemovalOutcome.IsLast, await browser.RemoveFactorAsync(await ada.FactorAsync(ProofMethod.AuthenticatorApp)));
        Assert.Single(await ada.FactorsAsync());
        Assert.Empty(await ada.ToldAsync());
    }

    [Fact]
    public async Task A_number_for_notices_only_does_not_count_as_another_method()
    {
        var (ada, browser) = await WithBothAsync();
        var number = await ada.FactorAsync(ProofMethod.TextMessage);
        Assert.IsType<NumberUsesOutcome.Done>(await UseAsync(browser, number, forSignIn: false, forNotices: true));
        Assert.Equal(RemovalOutcome.IsLast, await browser.RemoveFactorAsync(await ada.FactorAsync(ProofMethod.AuthenticatorApp)));
    }

    [Fact]
    public async Task Two_removals_at_once_leave_one_method()
    {
        var (ada, browser) = await WithBothAsync();
        var signIn = await browser.SignInAsync();
        var outcomes = await Task.WhenAll((await ada.FactorsAsync()).Select(factor => browser.RemoveFactorAsync(factor.Id, signIn)));
        Assert.Equal([RemovalOutcome.Removed, RemovalOutcome.IsLast], outcomes.Order());
        Assert.Single(await ada.FactorsAsync());
    }

    [Fact]
    [Spec("S114")]
    public async Task Nobody_removes_the_method_of_somebody_else()
    {
        var (ada, _) = await WithBothAsync();
        var (_, hers) = await WithBothAsync();
        Assert.Equal(RemovalOutcome.NotFound, await hers.RemoveFactorAsync(await ada.FactorAsync(ProofMethod.AuthenticatorApp)));
        Assert.Equal(2, (await ada.FactorsAsync()).Count);
    }

    [Fact]
    public async Task A_session_that_was_ended_removes_nothing()
    {
        var (ada, browser) = await WithBothAsync();
        var signIn = await browser.SignInAsync();
        await browser.EndAsync();
        Assert.Equal(RemovalOutcome.NotFound, await browser.RemoveFactorAsync(await ada.FactorAsync(ProofMethod.AuthenticatorApp), signIn));
        Assert.Equal(2, (await ada.FactorsAsync()).Count);
    }

    [Fact]
    [Spec("S23")]
    public async Task What_a_number_loses_is_told_by_mail_and_to_the_number()
    {
        var (ada, browser) = await WithBothAsync();
        var number = await ada.FactorAsync(ProofMethod.TextMessage);
        await UseAsync(browser, number, forSignIn: true, forNotices: false);
        await UseAsync(browser, number, forSignIn: false, forNotices: true);
        Assert.Equal(["NumberNotForNotices", "ContactAdded", "NumberNotForSignIn"], await ada.ToldAsync());
        Assert.Equal([TextNotice.NumberNotForNotices, TextNotice.NumberNotForSignIn], await ada.TextedAsync());
    }

    [Fact]
    [Spec("V25")]
    public async Task A_number_without_any_use_is_refused_and_with_it_every_other_change_of_the_form()
    {
        var (ada, browser) = await WithBothAsync();
        await ada.WithPhoneAsync();
        var numbers = (await ada.FactorsAsync()).Where(row => row.Method == ProofMethod.TextMessage).Select(row => row.Id).ToList();
        var refused = Assert.IsType<NumberUsesOutcome.NoUse>(await browser.UseNumbersAsync(
            new NumberUse(numbers[0], ForSignIn: true, ForNotices: false), new NumberUse(numbers[1], ForSignIn: false, ForNotices: false)));
        Assert.Equal([numbers[1]], refused.Numbers);
        Assert.All(
            (await ada.FactorsAsync()).Where(row => numbers.Contains(row.Id)),
            row => Assert.Equal((true, true), (row.UsedForSignIn, row.UsedForNotices)));
        Assert.Empty(await ada.ToldAsync());
        Assert.Empty(await ada.TextedAsync());
    }

    [Fact]
    [Spec("V25")]
    public async Task The_last_method_stays_one_and_no_other_change_of_the_form_is_made()
    {
        var ada = await (await (await accounts.AddPersonAsync("ada")).WithPhoneAsync()).WithPhoneAsync();
        var browser = accounts.OpenBrowser();
        await browser.SignedInAsync(ada);
        var numbers = (await ada.FactorsAsync()).Select(row => row.Id).ToList();
        var outcome = await browser.UseNumbersAsync(
            [.. numbers.Select(number => new NumberUse(number, ForSignIn: false, ForNotices: true))]);
        Assert.Equal(new NumberUsesOutcome.IsLast(numbers[1]), outcome);
        Assert.Equal(numbers, (await ada.FactorsAsync()).Select(row => row.Id));
        Assert.Empty(await ada.ToldAsync());
    }

    [Fact]
    [Spec("V25")]
    public async Task One_number_takes_over_from_another_in_one_form()
    {
        var ada = await (await (await accounts.AddPersonAsync("ada")).WithPhoneAsync()).WithPhoneAsync();
        var numbers = (await ada.FactorsAsync()).Select(row => row.Id).ToList();
        await accounts.ReadAsync(database => database.SecondFactors.Where(row => row.Id == numbers[1])
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedForSignIn, false)));
        var browser = accounts.OpenBrowser();
        await browser.SignedInAsync(ada);
        Assert.IsType<NumberUsesOutcome.Done>(await browser.UseNumbersAsync(
            new NumberUse(numbers[0], ForSignIn: false, ForNotices: true), new NumberUse(numbers[1], ForSignIn: true, ForNotices: true)));
        Assert.Equal([numbers[1]], (await ada.FactorsAsync()).Select(row => row.Id));
    }

    [Fact]
    [Spec("S12")]
    public async Task What_a_number_gains_is_told_by_mail()
    {
        var (ada, browser) = await WithBothAsync();
        var number = await ada.FactorAsync(ProofMethod.TextMessage);
        await accounts.ReadAsync(database => database.SecondFactors.Where(row => row.Id == number)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedForSignIn, false).SetProperty(row => row.UsedForNotices, false)));
        await UseAsync(browser, number, forSignIn: true, forNotices: true);
        Assert.Equal(["ContactAdded", "FactorAdded"], await ada.ToldAsync());
    }

    [Fact]
    [Spec("U50")]
    public async Task Where_the_policy_leaves_it_open_everything_is_turned_off_and_told()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var browser = accounts.OpenBrowser();
        await browser.SignedInAsync(ada);
        Assert.True(await browser.DisableTwoFactorAsync());
        Assert.Empty(await ada.FactorsAsync());
        Assert.Equal(0, await accounts.RecoveryCodesLeftAsync(ada));
        Assert.Equal(["TwoFactorDisabled"], await ada.ToldAsync());
        Assert.Contains(SecurityEventKind.TwoFactorDisabled, await ada.EventsAsync());
    }

    [Fact]
    [Spec("S12")]
    public async Task A_number_that_gets_notices_keeps_getting_them_when_all_is_turned_off()
    {
        var (ada, browser) = await WithBothAsync();
        await browser.DisableTwoFactorAsync();
        var phone = await accounts.ReadAsync(database => database.SecondFactors.AsNoTracking().SingleAsync(row => row.PersonId == ada.Id));
        Assert.Equal((false, true), (phone.UsedForSignIn, phone.UsedForNotices));
        Assert.Equal([TextNotice.TwoFactorDisabled], await ada.TextedAsync());
    }

    [Theory]
    [Spec("S23")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Turned_off_by_somebody_else_one_link_brings_every_number_back_as_it_was_and_takes_what_came_after(bool forNotices)
    {
        var (ada, thief) = await WithBothAsync();
        await ada.WithPhoneAsync();
        await accounts.ReadAsync(database => database.VerifiedNumbers(ada.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.UsedForNotices, forNotices)));
        var numbers = (await ada.FactorsAsync()).Where(row => row.Method == ProofMethod.TextMessage).Select(row => row.Id).ToList();
        await thief.DisableTwoFactorAsync();
        Assert.Equal([TextNotice.TwoFactorDisabled, TextNotice.TwoFactorDisabled], await ada.TextedAsync());
        accounts.Clock.Advance(TimeSpan.FromMinutes(1));
        await ada.WithPhoneAsync();
        Assert.True(await accounts.OpenBrowser().UndoAsync(await ada.LinkAsync("/undo")));
        var back = await ada.FactorsAsync();
        Assert.Equal(numbers, back.Select(row => row.Id));
        Assert.All(back, row => Assert.Equal(forNotices, row.UsedForNotices));
        Assert.False(await thief.IsSignedInAsync());
    }

    [Fact]
    [Spec("S12")]
    public async Task Without_a_number_turning_off_is_told_with_the_link_that_closes_everything()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var thief = accounts.OpenBrowser();
        await thief.SignedInAsync(ada);
        await thief.DisableTwoFactorAsync();
        Assert.True(await accounts.OpenBrowser().CloseByLinkAsync(await ada.LinkAsync("/not-me")));
        Assert.False(await thief.IsSignedInAsync());
        Assert.IsType<PasswordOutcome.Wrong>(await accounts.OpenBrowser().PasswordAsync(ada));
    }

    [Fact]
    [Spec("S116")]
    public async Task Somebody_with_a_role_turns_nothing_off_and_keeps_what_opens_the_console()
    {
        var (ada, browser) = await WithBothAsync();
        await GiveRoleAsync(ada, AdministratorRole.HelpDesk);
        var app = await ada.FactorAsync(ProofMethod.AuthenticatorApp);
        Assert.False(await browser.DisableTwoFactorAsync());
        Assert.Equal(RemovalOutcome.IsNeededForRole, await browser.RemoveFactorAsync(app));
        Assert.Equal(2, (await ada.FactorsAsync()).Count);
        Assert.Empty(await ada.ToldAsync());

        await ada.WithAppAsync();
        Assert.Equal(RemovalOutcome.Removed, await browser.RemoveFactorAsync(app));
        Assert.Equal(
            RemovalOutcome.Removed, await browser.RemoveFactorAsync(await ada.FactorAsync(ProofMethod.TextMessage)));
    }

    [Fact]
    [Spec("S116")]
    public async Task An_operator_takes_the_role_before_what_opens_the_console_except_from_the_only_owner()
    {
        await accounts.ReadAsync(database => database.Administrators.ExecuteDeleteAsync());
        var (ada, owner) = ((await WithBothAsync()).Ada, await (await accounts.AddPersonAsync("owner")).WithAppAsync());
        await GiveRoleAsync(ada, AdministratorRole.HelpDesk);
        await GiveRoleAsync(owner, AdministratorRole.Owner);
        var refusal = await TakeAppAsync(ada);
        Assert.Equal((RefusalKind.Invalid, "factor"), (refusal!.Kind, refusal.Problems[0].Field));
        Assert.Contains($"sso admin remove {ada.UserName}", refusal.Problems[0].Remedy, StringComparison.Ordinal);
        Assert.Equal(2, (await ada.FactorsAsync()).Count);
        Assert.Null(await TakeAppAsync(owner));

        await accounts.ReadAsync(database => database.Administrators.Where(row => row.PersonId == ada.Id).ExecuteDeleteAsync());
        Assert.Null(await TakeAppAsync(ada));

        async Task<Refusal?> TakeAppAsync(Customer whom)
        {
            var app = (await whom.FactorsAsync()).Single(row => row.Method == ProofMethod.AuthenticatorApp);
            return (await accounts.RunAsync<RemoveFactor, Result<Person, Refusal>>(
                remove => remove.ExecuteAsync(whom.UserName, FactorView.IdOf(app), CancellationToken.None))).Error;
        }
    }

    private Task GiveRoleAsync(Customer whom, AdministratorRole role) => accounts.WriteAsync(
        new Administrator { PersonId = whom.Id, Role = role, CreatedAt = accounts.Now, CreatedBy = "a test" });

    private Task<NumberUsesOutcome> UseAsync(Browser browser, Guid number, bool forSignIn, bool forNotices)
    {
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        return browser.UseNumbersAsync(new NumberUse(number, forSignIn, forNotices));
    }

    private async Task<(Customer Ada, Browser Browser)> WithBothAsync()
    {
        var ada = await (await (await accounts.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync();
        var browser = accounts.OpenBrowser();
        await browser.SignedInAsync(ada);
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        return (ada, browser);
    }
}

/// <summary>Where people may do without a second factor.</summary>
public sealed class OptionalFactorDatabase : AccountsDatabase
{
    protected override Dictionary<string, string?> Settings => new() { ["SignIn:AccountPolicy"] = "when-enrolled" };
}
