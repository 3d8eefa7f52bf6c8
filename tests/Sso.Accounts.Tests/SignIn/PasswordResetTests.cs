using Microsoft.EntityFrameworkCore;
using Sso.Data.Delivery;
using Sso.Data.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.SignIn;

/// <summary>Another password: by a mailed link, by the current one, and when it was somebody else.</summary>
public sealed class PasswordResetTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Fact]
    [Spec("S82")]
    public async Task The_link_sets_a_new_password_ends_everything_open_and_leaves_the_second_factor()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var (signedIn, halfWay) = (accounts.OpenBrowser(), accounts.OpenBrowser());
        await signedIn.SignedInAsync(ada);
        await halfWay.AfterPasswordAsync(ada);
        Assert.IsType<NewPasswordOutcome.Changed>(await ResetAsync(await AskAsync(ada)));
        Assert.False(await signedIn.IsSignedInAsync());
        Assert.False(await halfWay.IsSignedInAsync());
        Assert.Single(await ada.FactorsAsync());
        Assert.IsType<PasswordOutcome.Wrong>(await accounts.OpenBrowser().PasswordAsync(ada));
        Assert.IsType<PasswordOutcome.Succeeded>(await accounts.OpenBrowser().PasswordAsync(ada, AccountsDatabase.NewPassword));
    }

    [Fact]
    [Spec("S12")]
    public async Task A_new_password_is_told_by_mail_and_by_text()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithPhoneAsync();
        await ResetAsync(await AskAsync(ada));
        Assert.Equal(["Reset", "PasswordChanged"], await ada.ToldAsync());
        Assert.Equal([TextNotice.PasswordChanged], await ada.TextedAsync());
    }

    [Theory]
    [Spec("S80")]
    [InlineData(29, true)]
    [InlineData(30, false)]
    public async Task A_link_lives_thirty_minutes(int minutes, bool lives)
    {
        var link = await AskAsync(await accounts.AddPersonAsync("ada"));
        accounts.Clock.Advance(TimeSpan.FromMinutes(minutes));
        Assert.Equal(lives ? new NewPasswordOutcome.Changed() : new NewPasswordOutcome.DeadLink(), await ResetAsync(link));
    }

    [Fact]
    [Spec("S80")]
    public async Task A_link_works_once()
    {
        var link = await AskAsync(await accounts.AddPersonAsync("ada"));
        Assert.IsType<NewPasswordOutcome.Changed>(await ResetAsync(link));
        Assert.IsType<NewPasswordOutcome.DeadLink>(await ResetAsync(link));
    }

    [Fact]
    [Spec("S80")]
    public async Task One_link_used_by_ten_at_once_sets_one_password()
    {
        var link = await AskAsync(await accounts.AddPersonAsync("ada"));
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => ResetAsync(link, $"una frase tutta nuova {number}")));
        Assert.Single(outcomes, outcome => outcome is NewPasswordOutcome.Changed);
    }

    [Fact]
    [Spec("S80")]
    public async Task A_newer_link_voids_the_older_one()
    {
        var ada = await accounts.AddPersonAsync("ada");
        var first = await AskAsync(ada);
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var second = await AskAsync(ada);
        Assert.IsType<NewPasswordOutcome.DeadLink>(await ResetAsync(first));
        Assert.IsType<NewPasswordOutcome.Changed>(await ResetAsync(second));
    }

    [Fact]
    [Spec("S80")]
    public async Task Opening_the_page_of_the_link_uses_nothing()
    {
        var ada = await accounts.AddPersonAsync("ada");
        var link = await AskAsync(ada);
        for (var scanner = 0; scanner < 3; scanner++)
        {
            Assert.Equal(ada.Id, (await accounts.OwnerOfPasswordLinkAsync(link))!.Id);
        }

        Assert.IsType<NewPasswordOutcome.Changed>(await ResetAsync(link));
    }

    [Fact]
    [Spec("S80")]
    [Spec("S138")]
    public async Task Neither_the_rows_nor_the_link_of_a_notice_set_a_password()
    {
        var ada = await accounts.AddPersonAsync("ada");
        var link = await AskAsync(ada);
        var row = await accounts.ReadAsync(
            database => database.MailedLinks.AsNoTracking().SingleAsync(stored => stored.PersonId == ada.Id));
        Assert.Null(await accounts.OwnerOfPasswordLinkAsync(Convert.ToHexString(row.Hash)));
        Assert.Empty(await accounts.ReadAsync(async database => (await DatabaseDump.OfAsync(database)).Find(link)));
        await ResetAsync(link);
        Assert.Null(await accounts.OwnerOfPasswordLinkAsync(await ada.LinkAsync("/not-me")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nobody-made-this")]
    public async Task What_is_no_link_of_ours_is_dead(string? link) =>
        Assert.IsType<NewPasswordOutcome.DeadLink>(await ResetAsync(link));

    [Fact]
    [Spec("S65")]
    public async Task To_nobody_a_disabled_person_and_an_unconfirmed_address_nothing_leaves()
    {
        var ed = await accounts.AddPersonAsync("ed", person => person.Disable(accounts.Now));
        var flo = await accounts.AddPersonAsync("flo", person => person.EmailConfirmed = false);
        foreach (var (typed, address) in ((string, string)[])
            [(ed.UserName, ed.Email), (flo.Email, flo.Email), ("nobody@example.it", "nobody@example.it")])
        {
            await RequestAsync(typed);
            Assert.Empty(await accounts.MailsToAsync(address));
        }
    }

    [Fact]
    [Spec("S65")]
    public async Task For_nobody_as_many_rows_are_written_as_for_somebody()
    {
        var ada = await accounts.AddPersonAsync("ada");
        Assert.Equal(await WrittenAsync(ada.UserName), await WrittenAsync("nobody-of-that-name"));

        async Task<(int, int, int)> WrittenAsync(string typed)
        {
            var (mails, links, events) = await CountAsync();
            await RequestAsync(typed);
            var after = await CountAsync();
            return (after.Mails - mails, after.Links - links, after.Events - events);
        }
    }

    [Fact]
    [Spec("S87")]
    public async Task Three_mails_leave_in_an_hour_and_the_third_link_stays_good()
    {
        var ada = await accounts.AddPersonAsync("ada");
        for (var asked = 0; asked < 3; asked++)
        {
            accounts.Clock.Advance(TimeSpan.FromSeconds(1));
            await RequestAsync(ada.Email);
        }

        var link = await ada.LinkAsync("/password/reset");
        await RequestAsync(ada.Email);
        Assert.Equal(3, (await ada.ToldAsync()).Count);
        Assert.NotNull(await accounts.OwnerOfPasswordLinkAsync(link));
    }

    [Fact]
    [Spec("S87")]
    public async Task From_one_address_ten_mails_leave_in_an_hour()
    {
        var asker = accounts.OpenBrowser();
        var left = 0;
        for (var asked = 0; asked < 12; asked++)
        {
            var ada = await accounts.AddPersonAsync("ada");
            await asker.ForgetPasswordAsync(ada.Email);
            left += (await ada.ToldAsync()).Count;
        }

        Assert.Equal(10, left);
    }

    [Fact]
    public async Task A_poor_password_is_refused_and_the_link_stays_good()
    {
        var link = await AskAsync(await accounts.AddPersonAsync("ada"));
        Assert.Equal(
            PasswordFlaw.TooShort, Assert.IsType<NewPasswordOutcome.Refused>(await ResetAsync(link, "corta")).Flaw);
        Assert.IsType<NewPasswordOutcome.Changed>(await ResetAsync(link));
    }

    [Fact]
    [Spec("S6")]
    public async Task The_owner_changes_it_with_the_current_one_and_only_this_session_stays()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var (here, there) = (accounts.OpenBrowser(), accounts.OpenBrowser());
        await there.SignedInAsync(ada);
        await here.SignedInAsync(ada);
        Assert.IsType<NewPasswordOutcome.Changed>(await here.ChangePasswordAsync());
        Assert.True(await here.IsSignedInAsync());
        Assert.False(await there.IsSignedInAsync());
        Assert.Equal(["PasswordChanged"], await ada.ToldAsync());
    }

    [Fact]
    [Spec("S6")]
    public async Task A_copy_of_the_handle_is_dead_after_the_change()
    {
        var (ada, here, copy) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser(), accounts.OpenBrowser());
        await here.SignedInAsync(ada);
        copy.Session = here.Session;
        await here.ChangePasswordAsync();
        Assert.False(await copy.IsSignedInAsync());
    }

    [Fact]
    [Spec("S6")]
    public async Task With_a_wrong_current_one_nothing_changes_and_it_is_recorded()
    {
        var (ada, here) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        await here.SignedInAsync(ada);
        Assert.IsType<NewPasswordOutcome.WrongCurrentPassword>(await here.ChangePasswordAsync(AccountsDatabase.WrongPassword));
        Assert.IsType<PasswordOutcome.Succeeded>(await accounts.OpenBrowser().PasswordAsync(ada));
        Assert.Contains(SecurityEventKind.PasswordFailed, await ada.EventsAsync());
    }

    [Fact]
    [Spec("S6")]
    public async Task Sent_twice_it_finds_its_own_password_and_tells_once()
    {
        var (ada, here) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        await here.SignedInAsync(ada);
        Assert.IsType<NewPasswordOutcome.Changed>(await here.ChangePasswordAsync());
        Assert.IsType<NewPasswordOutcome.Changed>(await here.ChangePasswordAsync());
        Assert.Equal(["PasswordChanged"], await ada.ToldAsync());
        Assert.IsType<NewPasswordOutcome.WrongCurrentPassword>(await here.ChangePasswordAsync(password: "ancora un'altra frase"));
    }

    [Fact]
    [Spec("S6")]
    public async Task A_quarter_of_an_hour_after_the_change_a_guess_is_a_guess()
    {
        var (ada, here) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        await here.SignedInAsync(ada);
        await here.ChangePasswordAsync();
        accounts.Clock.Advance(TimeSpan.FromMinutes(16));
        Assert.IsType<NewPasswordOutcome.WrongCurrentPassword>(
            await here.ChangePasswordAsync(AccountsDatabase.WrongPassword, AccountsDatabase.NewPassword));
    }

    [Fact]
    [Spec("S71")]
    public async Task A_stranger_who_fails_at_the_door_does_not_keep_the_owner_from_a_new_password()
    {
        var (ada, here) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        await here.SignedInAsync(ada);
        for (var failure = 0; failure < 6; failure++)
        {
            await accounts.OpenBrowser().PasswordAsync(ada, AccountsDatabase.WrongPassword);
        }

        Assert.IsType<NewPasswordOutcome.Changed>(await here.ChangePasswordAsync());
    }

    [Fact]
    [Spec("S70")]
    public async Task Five_wrong_current_passwords_in_a_session_make_it_wait_and_it_is_told_how_long()
    {
        var (ada, here) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        await here.SignedInAsync(ada);
        for (var failure = 0; failure < 5; failure++)
        {
            Assert.IsType<NewPasswordOutcome.WrongCurrentPassword>(await here.ChangePasswordAsync(AccountsDatabase.WrongPassword));
        }

        Assert.Equal(new NewPasswordOutcome.Wait(TimeSpan.FromSeconds(30)), await here.ChangePasswordAsync());
        accounts.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.IsType<NewPasswordOutcome.Changed>(await here.ChangePasswordAsync());
    }

    [Fact]
    [Spec("S70")]
    public async Task After_fifty_no_wait_helps_in_that_session()
    {
        var (ada, here) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        await accounts.FillPasswordCounterAsync($"session/{(await here.SignedInAsync(ada)).SessionId:N}");
        Assert.Equal(new NewPasswordOutcome.Wait(null), await here.ChangePasswordAsync());
    }

    [Fact]
    public async Task A_current_password_that_is_too_long_is_a_wrong_one()
    {
        var (ada, here) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        await here.SignedInAsync(ada);
        Assert.IsType<NewPasswordOutcome.WrongCurrentPassword>(await here.ChangePasswordAsync(new string('a', 5000)));
    }

    [Fact]
    public async Task A_session_that_was_ended_meanwhile_changes_nothing()
    {
        var (ada, here) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        var signIn = await here.SignedInAsync(ada);
        await here.EndAsync();
        Assert.IsType<NewPasswordOutcome.SessionEnded>(await here.ChangePasswordAsync(signIn: signIn));
        Assert.IsType<PasswordOutcome.Succeeded>(await accounts.OpenBrowser().PasswordAsync(ada));
    }

    [Fact]
    public async Task Asked_for_in_the_account_area_everything_ends_and_the_link_leaves()
    {
        var (ada, here) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        await here.SignedInAsync(ada);
        await here.AskForPasswordLinkAsync();
        Assert.False(await here.IsSignedInAsync());
        Assert.NotNull(await accounts.OwnerOfPasswordLinkAsync(await ada.LinkAsync("/password/reset")));
    }

    [Fact]
    [Spec("S12")]
    public async Task It_was_not_me_ends_everything_takes_the_password_away_and_mails_a_link()
    {
        var (ada, thief) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        await thief.SignedInAsync(ada);
        await thief.ChangePasswordAsync();
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(await accounts.OpenBrowser().CloseByLinkAsync(await ada.LinkAsync("/not-me")));
        Assert.False(await thief.IsSignedInAsync());
        Assert.IsType<PasswordOutcome.Wrong>(await thief.PasswordAsync(ada, AccountsDatabase.NewPassword));
        Assert.Equal(["PasswordChanged", "Reset"], await ada.ToldAsync());
        Assert.Contains(SecurityEventKind.AccountSecured, await ada.EventsAsync());
        Assert.IsType<NewPasswordOutcome.Changed>(
            await ResetAsync(await ada.LinkAsync("/password/reset"), "la mia frase di nuovo mia"));
    }

    [Fact]
    [Spec("S12")]
    public async Task The_link_not_me_works_once_and_for_72_hours()
    {
        var (ada, browser) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        await browser.SignedInAsync(ada);
        await browser.ChangePasswordAsync();
        var link = await ada.LinkAsync("/not-me");
        accounts.Clock.Advance(TimeSpan.FromHours(71));
        Assert.True(await accounts.OpenBrowser().CloseByLinkAsync(link));
        Assert.False(await accounts.OpenBrowser().CloseByLinkAsync(link));
        await ResetAsync(await ada.LinkAsync("/password/reset"));
        link = await ada.LinkAsync("/not-me");
        accounts.Clock.Advance(TimeSpan.FromHours(72));
        Assert.False(await accounts.OpenBrowser().CloseByLinkAsync(link));
    }

    [Fact]
    public async Task Without_a_confirmed_address_not_me_ends_the_others_and_does_not_shut_the_owner_out()
    {
        var ada = await accounts.AddPersonAsync("ada", person => person.EmailConfirmed = false);
        var (here, there) = (accounts.OpenBrowser(), accounts.OpenBrowser());
        await there.SignedInAsync(ada);
        await here.SignedInAsync(ada);
        Assert.False(await here.CloseByOwnerAsync());
        Assert.True(await here.IsSignedInAsync());
        Assert.False(await there.IsSignedInAsync());
        Assert.NotNull((await ada.RowAsync()).PasswordHash);
    }

    private async Task<string> AskAsync(Customer ada)
    {
        await RequestAsync(ada.UserName);
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        return await ada.LinkAsync("/password/reset");
    }

    private Task RequestAsync(string typed) => accounts.OpenBrowser().ForgetPasswordAsync(typed);

    private Task<NewPasswordOutcome> ResetAsync(string? link, string password = AccountsDatabase.NewPassword) =>
        accounts.OpenBrowser().ResetPasswordAsync(link, password);

    private Task<(int Mails, int Links, int Events)> CountAsync() => accounts.ReadAsync(async database =>
        (await database.OutgoingMails.CountAsync(), await database.MailedLinks.CountAsync(), await database.SecurityEvents.CountAsync()));
}
