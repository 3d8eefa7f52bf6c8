using Microsoft.EntityFrameworkCore;
using Sso.Data.Delivery;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Contacts;

/// <summary>A new address is proved before it counts, and the old one can take it back for 72 hours.</summary>
public sealed class EmailChangeTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    private static int _addresses;

    [Fact]
    [Spec("A15")]
    public async Task The_address_changes_only_when_its_link_was_used()
    {
        var (ada, browser, address) = await SignedInAsync();
        Assert.IsType<EmailOutcome.Sent>(await browser.AskForAddressAsync(address));
        Assert.Equal((ada.Email, true), await AddressAsync(ada));
        Assert.True(await ConfirmAsync(address));
        Assert.Equal((address, true), await AddressAsync(ada));
        Assert.True(await browser.IsSignedInAsync());
    }

    [Fact]
    [Spec("S12")]
    public async Task The_old_address_is_told_with_a_way_to_undo_it_and_without_the_new_one()
    {
        var (ada, browser, address) = await SignedInAsync();
        await ada.WithPhoneAsync();
        await MoveAsync(browser, address);
        var (name, notice) = Assert.Single(await accounts.MailsToAsync(ada.Email));
        Assert.Equal("EmailChanged", name);
        Assert.Contains("/undo?link=", notice.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(address, notice.Text, StringComparison.Ordinal);
        Assert.Equal([TextNotice.EmailChanged], await ada.TextedAsync());
        Assert.Contains(SecurityEventKind.EmailChanged, await ada.EventsAsync());
    }

    [Fact]
    [Spec("A15")]
    public async Task The_link_works_once()
    {
        var (_, browser, address) = await SignedInAsync();
        await browser.AskForAddressAsync(address);
        var link = await accounts.LinkAsync(address, "/email/confirm");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => accounts.OpenBrowser().ConfirmAddressAsync(link)));
        Assert.Single(outcomes, isDone => isDone);
        Assert.False(await ConfirmAsync(address));
    }

    [Theory]
    [Spec("S80")]
    [InlineData(23, true)]
    [InlineData(24, false)]
    public async Task The_link_lives_24_hours(int hours, bool lives)
    {
        var (_, browser, address) = await SignedInAsync();
        await browser.AskForAddressAsync(address);
        accounts.Clock.Advance(TimeSpan.FromHours(hours));
        Assert.Equal(lives, await ConfirmAsync(address));
    }

    [Fact]
    [Spec("S80")]
    public async Task A_newer_request_voids_the_older_one()
    {
        var (ada, browser, first) = await SignedInAsync();
        var second = NewAddress();
        await browser.AskForAddressAsync(first);
        await browser.AskForAddressAsync(second);
        Assert.False(await ConfirmAsync(first));
        Assert.True(await ConfirmAsync(second));
        Assert.Equal((second, true), await AddressAsync(ada));
    }

    [Fact]
    [Spec("S80")]
    public async Task A_withdrawn_request_is_void()
    {
        var (ada, browser, address) = await SignedInAsync();
        await browser.AskForAddressAsync(address);
        await accounts.WithdrawAddressAsync(ada);
        Assert.False(await ConfirmAsync(address));
    }

    [Fact]
    [Spec("S80")]
    public async Task A_link_is_good_for_one_purpose()
    {
        var (_, browser, address) = await SignedInAsync();
        await browser.AskForAddressAsync(address);
        var link = await accounts.LinkAsync(address, "/email/confirm");
        Assert.False(await browser.UndoAsync(link));
        Assert.IsType<NewPasswordOutcome.DeadLink>(await browser.ResetPasswordAsync(link));
    }

    [Fact]
    [Spec("A15")]
    public async Task An_address_that_was_never_confirmed_is_confirmed_the_same_way_and_nobody_else_is_told()
    {
        var (ada, browser, _) = await SignedInAsync(person => person.EmailConfirmed = false);
        await browser.AskForAddressAsync(ada.Email);
        Assert.Equal((ada.Email, false), await AddressAsync(ada));
        Assert.True(await ConfirmAsync(ada.Email));
        Assert.Equal((ada.Email, true), await AddressAsync(ada));
        Assert.Equal(["ConfirmEmail"], await ada.ToldAsync());
    }

    [Fact]
    [Spec("A15")]
    public async Task An_unconfirmed_address_is_not_told_because_its_link_would_give_the_account_away()
    {
        var (ada, browser, address) = await SignedInAsync(person => person.EmailConfirmed = false);
        await MoveAsync(browser, address);
        Assert.Equal((address, true), await AddressAsync(ada));
        Assert.Empty(await ada.ToldAsync());
    }

    [Fact]
    public async Task The_address_that_one_has_is_no_change()
    {
        var (ada, browser, _) = await SignedInAsync();
        Assert.IsType<EmailOutcome.Same>(await browser.AskForAddressAsync(ada.Email));
        Assert.Empty(await ada.ToldAsync());
    }

    [Fact]
    public async Task An_address_that_was_pasted_with_what_nobody_sees_is_the_one_that_can_be_seen()
    {
        var (_, browser, address) = await SignedInAsync();
        await browser.AskForAddressAsync($"\u202A{address.Replace("@", "\uFEFF＠", StringComparison.Ordinal)}\u202C\u00A0");
        Assert.Single(await accounts.MailsToAsync(address));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(" ", true)]
    [InlineData("ada", false)]
    [InlineData("ada@", false)]
    public async Task What_is_no_address_is_told_so(string typed, bool isEmpty)
    {
        var (_, browser, _) = await SignedInAsync();
        Assert.Equal(isEmpty ? new EmailOutcome.Empty() : new EmailOutcome.Invalid(), await browser.AskForAddressAsync(typed));
    }

    [Theory]
    [Spec("S65")]
    [Spec("A11")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_an_address_that_somebody_has_that_person_hears_and_the_answer_is_the_same(bool isInCapitals)
    {
        var (ada, browser, _) = await SignedInAsync();
        var eve = await accounts.AddPersonAsync("eve");
        Assert.IsType<EmailOutcome.Sent>(await browser.AskForAddressAsync(isInCapitals ? eve.Email.ToUpperInvariant() : eve.Email));
        var (name, mail) = Assert.Single(await accounts.MailsToAsync(eve.Email));
        Assert.Equal("AddressWanted", name);
        Assert.DoesNotContain(ada.UserName, mail.Text, StringComparison.Ordinal);
    }

    [Theory]
    [Spec("S65")]
    [Spec("A11")]
    [InlineData("user name")]
    [InlineData("unconfirmed address")]
    [InlineData("address that an undo can bring back")]
    public async Task To_another_kind_of_taken_address_nothing_leaves_and_the_answer_is_the_same(string whose)
    {
        var (ada, browser, wanted) = await SignedInAsync();
        var eve = await accounts.AddPersonAsync("eve", person =>
        {
            if (whose == "user name")
            {
                (person.UserName, person.NormalizedUserName) = (wanted, SignInName.Normalize(wanted));
            }

            person.EmailConfirmed = whose != "unconfirmed address";
        });
        if (whose == "address that an undo can bring back")
        {
            var hers = accounts.OpenBrowser();
            await hers.SignedInAsync(eve);
            await MoveAsync(hers, NewAddress());
        }

        wanted = whose == "user name" ? wanted : eve.Email;
        var before = (await accounts.MailsToAsync(wanted)).Count;
        Assert.IsType<EmailOutcome.Sent>(await browser.AskForAddressAsync(wanted));
        Assert.Equal(before, (await accounts.MailsToAsync(wanted)).Count);
        Assert.Equal(1, await accounts.ReadAsync(
            database => database.ContactChanges.CountAsync(change => change.PersonId == ada.Id && change.DoneAt == null)));
    }

    [Fact]
    [Spec("A11")]
    public async Task An_address_that_somebody_got_while_the_link_was_on_its_way_is_not_taken_over()
    {
        var (ada, browser, address) = await SignedInAsync();
        await browser.AskForAddressAsync(address);
        await accounts.AddPersonAsync("eve", person => (person.Email, person.NormalizedEmail) = (address, SignInName.Normalize(address)));
        Assert.False(await ConfirmAsync(address));
        Assert.Equal((ada.Email, true), await AddressAsync(ada));
    }

    [Fact]
    [Spec("S80")]
    public async Task A_changed_address_voids_the_links_that_lie_in_the_old_mailbox()
    {
        var (ada, browser, address) = await SignedInAsync();
        await accounts.OpenBrowser().ForgetPasswordAsync(ada.UserName);
        var link = await ada.LinkAsync("/password/reset");
        await MoveAsync(browser, address);
        Assert.Null(await accounts.OwnerOfPasswordLinkAsync(link));
    }

    [Fact]
    [Spec("S80")]
    public async Task A_new_password_voids_an_address_that_waits()
    {
        var (ada, browser, address) = await SignedInAsync();
        await browser.AskForAddressAsync(address);
        await browser.ChangePasswordAsync();
        Assert.False(await ConfirmAsync(address));
        Assert.Equal((ada.Email, true), await AddressAsync(ada));
    }

    [Fact]
    [Spec("S87")]
    public async Task The_fourth_request_in_an_hour_waits()
    {
        var (_, browser, _) = await SignedInAsync();
        for (var request = 0; request < 3; request++)
        {
            Assert.IsType<EmailOutcome.Sent>(await browser.AskForAddressAsync(NewAddress()));
        }

        Assert.Equal(TimeSpan.FromHours(1), Assert.IsType<EmailOutcome.LimitReached>(await browser.AskForAddressAsync(NewAddress())).For);
    }

    [Fact]
    [Spec("S23")]
    public async Task The_old_address_takes_it_back_with_every_later_change_and_everything_ends()
    {
        var (ada, thief, first) = await SignedInAsync();
        var second = NewAddress();
        await MoveAsync(thief, first);
        await MoveAsync(thief, second);
        var (mine, his) = (await ada.LinkAsync("/undo"), await accounts.LinkAsync(first, "/undo"));
        Assert.True(await accounts.OpenBrowser().UndoAsync(mine));
        Assert.Equal((ada.Email, true), await AddressAsync(ada));
        Assert.False(await accounts.OpenBrowser().UndoAsync(his));
        Assert.False(await thief.IsSignedInAsync());
        Assert.IsType<PasswordOutcome.Wrong>(await thief.PasswordAsync(ada));
    }

    [Fact]
    [Spec("S23")]
    public async Task After_the_undo_the_link_to_a_new_password_goes_to_the_old_address_only()
    {
        var (ada, thief, address) = await SignedInAsync();
        await MoveAsync(thief, address);
        await accounts.OpenBrowser().UndoAsync(await ada.LinkAsync("/undo"));
        Assert.Contains("Reset", await ada.ToldAsync());
        Assert.DoesNotContain("Reset", (await accounts.MailsToAsync(address)).Select(sent => sent.Name));
    }

    [Fact]
    [Spec("S23")]
    public async Task Who_undoes_the_later_change_of_a_thief_first_still_has_the_earlier_one_to_undo()
    {
        var (ada, thief, first) = await SignedInAsync();
        await MoveAsync(thief, first);
        await MoveAsync(thief, NewAddress());
        Assert.True(await accounts.OpenBrowser().UndoAsync(await accounts.LinkAsync(first, "/undo")));
        Assert.Equal((first, true), await AddressAsync(ada));
        Assert.True(await accounts.OpenBrowser().UndoAsync(await ada.LinkAsync("/undo")));
        Assert.Equal((ada.Email, true), await AddressAsync(ada));
    }

    [Fact]
    [Spec("S23")]
    public async Task The_old_address_also_calls_off_a_deletion_that_only_the_new_one_heard_of()
    {
        var (ada, thief, address) = await SignedInAsync();
        await MoveAsync(thief, address);
        Assert.True(await thief.AskForDeletionAsync());
        await accounts.OpenBrowser().UndoAsync(await ada.LinkAsync("/undo"));
        Assert.False(await accounts.ReadAsync(database => database.AccountDeletions.AnyAsync(row => row.PersonId == ada.Id)));
    }

    [Theory]
    [Spec("S23")]
    [InlineData(71, true)]
    [InlineData(72, false)]
    public async Task It_can_be_undone_for_72_hours(int hours, bool lives)
    {
        var (ada, browser, address) = await SignedInAsync();
        await MoveAsync(browser, address);
        accounts.Clock.Advance(TimeSpan.FromHours(hours));
        Assert.Equal(lives, await accounts.OpenBrowser().UndoAsync(await ada.LinkAsync("/undo")));
        Assert.Equal((lives ? ada.Email : address, true), await AddressAsync(ada));
    }

    [Fact]
    [Spec("S23")]
    public async Task It_is_undone_once()
    {
        var (ada, browser, address) = await SignedInAsync();
        await MoveAsync(browser, address);
        var link = await ada.LinkAsync("/undo");
        Assert.True(await accounts.OpenBrowser().UndoAsync(link));
        Assert.False(await accounts.OpenBrowser().UndoAsync(link));
    }

    private async Task<(Customer Ada, Browser Browser, string Address)> SignedInAsync(Action<Person>? change = null)
    {
        var ada = await (await accounts.AddPersonAsync("ada", change)).WithAppAsync();
        var browser = accounts.OpenBrowser();
        await browser.SignedInAsync(ada);
        return (ada, browser, NewAddress());
    }

    private async Task MoveAsync(Browser browser, string address)
    {
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.IsType<EmailOutcome.Sent>(await browser.AskForAddressAsync(address));
        Assert.True(await ConfirmAsync(address));
    }

    private async Task<bool> ConfirmAsync(string address) =>
        await accounts.OpenBrowser().ConfirmAddressAsync(await accounts.LinkAsync(address, "/email/confirm"));

    private static async Task<(string?, bool)> AddressAsync(Customer customer)
    {
        var person = await customer.RowAsync();
        Assert.Equal(SignInName.Normalize(person.Email!), person.NormalizedEmail);
        return (person.Email, person.EmailConfirmed);
    }

    private static string NewAddress() => $"nuovo{Interlocked.Increment(ref _addresses)}@example.it";
}
