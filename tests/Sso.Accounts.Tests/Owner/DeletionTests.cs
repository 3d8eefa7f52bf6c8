using Microsoft.EntityFrameworkCore;
using Sso.Data.Delivery;
using Sso.Data.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Owner;

/// <summary>The owner wants the account deleted: it is announced, can be called off, and is done when its time has come.</summary>
public sealed class DeletionTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    private static readonly TimeSpan Wait = TimeSpan.FromDays(14);

    [Fact]
    public async Task The_wish_is_told_on_every_channel_and_ends_all_other_sessions()
    {
        var (ada, browser) = await SignedInAsync();
        await ada.WithPhoneAsync();
        var elsewhere = accounts.OpenBrowser();
        await elsewhere.SignedInAsync(ada);
        Assert.True(await browser.AskForDeletionAsync());
        Assert.True(await browser.IsSignedInAsync());
        Assert.False(await elsewhere.IsSignedInAsync());
        Assert.Equal(["DeletionRequested"], await ada.ToldAsync());
        Assert.Equal([TextNotice.DeletionRequested], await ada.TextedAsync());
        Assert.Contains(SecurityEventKind.DeletionRequested, await ada.EventsAsync());
    }

    [Fact]
    public async Task It_is_due_after_fourteen_days_and_the_session_says_so()
    {
        var (_, browser) = await SignedInAsync();
        await browser.AskForDeletionAsync();
        Assert.Equal(accounts.Now + Wait, (await browser.SignInAsync()).DeletionDueAt);
    }

    [Fact]
    public async Task Asked_for_again_it_is_the_first_wish_that_counts()
    {
        var (ada, browser) = await SignedInAsync();
        Assert.True(await browser.AskForDeletionAsync());
        var due = (await browser.SignInAsync()).DeletionDueAt;
        accounts.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.False(await browser.AskForDeletionAsync());
        Assert.Equal(due, (await browser.SignInAsync()).DeletionDueAt);
        Assert.Equal(["DeletionRequested"], await ada.ToldAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Until_then_it_is_called_off_by_mail_or_after_a_sign_in(bool byMail)
    {
        var (ada, browser) = await SignedInAsync();
        await browser.AskForDeletionAsync();
        accounts.Clock.Advance(Wait - TimeSpan.FromMinutes(1));
        if (byMail)
        {
            Assert.True(await accounts.OpenBrowser().CallOffDeletionByLinkAsync(await ada.LinkAsync("/account/keep")));
        }
        else
        {
            browser.Session = null;
            await browser.SignedInAsync(ada);
            await browser.CallOffDeletionAsync();
        }

        accounts.Clock.Advance(TimeSpan.FromDays(1));
        await accounts.DueDeletionsAsync();
        Assert.NotNull(await ada.RowAsync());
        Assert.Equal(["DeletionRequested", "DeletionCalledOff"], await ada.ToldAsync());
    }

    [Fact]
    public async Task Called_off_its_link_is_dead()
    {
        var (ada, browser) = await SignedInAsync();
        await browser.AskForDeletionAsync();
        var link = await ada.LinkAsync("/account/keep");
        await browser.CallOffDeletionAsync();
        Assert.Null(await accounts.OwnerOfKeepLinkAsync(link));
        Assert.False(await browser.CallOffDeletionByLinkAsync(link));
    }

    [Fact]
    public async Task Opening_the_page_of_the_link_calls_nothing_off()
    {
        var (ada, browser) = await SignedInAsync();
        await browser.AskForDeletionAsync();
        Assert.Equal(ada.Id, (await accounts.OwnerOfKeepLinkAsync(await ada.LinkAsync("/account/keep")))!.Id);
        Assert.NotNull((await browser.SignInAsync()).DeletionDueAt);
    }

    [Fact]
    public async Task A_minute_before_its_time_nothing_is_deleted()
    {
        var (ada, browser) = await SignedInAsync();
        await browser.AskForDeletionAsync();
        accounts.Clock.Advance(Wait - TimeSpan.FromMinutes(1));
        await accounts.DueDeletionsAsync();
        Assert.NotNull(await ada.RowAsync());
    }

    [Fact]
    [Spec("S139")]
    public async Task When_the_time_is_up_the_person_is_gone_and_one_last_mail_says_so()
    {
        var (ada, browser) = await SignedInAsync();
        await browser.AskForDeletionAsync();
        accounts.Clock.Advance(Wait);
        await Task.WhenAll(accounts.DueDeletionsAsync(), accounts.DueDeletionsAsync());
        Assert.False(await accounts.ReadAsync(database => database.Users.AnyAsync(person => person.Id == ada.Id)));
        Assert.Equal(["DeletionRequested", "Deleted"], await ada.ToldAsync());
        Assert.IsType<PasswordOutcome.Wrong>(await accounts.OpenBrowser().PasswordAsync(ada));
    }

    [Fact]
    [Spec("S139")]
    public async Task What_happened_to_the_account_stays_recorded_without_addresses()
    {
        var (ada, browser) = await SignedInAsync();
        await browser.AskForDeletionAsync();
        accounts.Clock.Advance(Wait);
        await accounts.DueDeletionsAsync();
        var events = await accounts.EventsAsync(ada.Id);
        Assert.Contains(events, row => row.Kind == SecurityEventKind.PersonDeleted);
        Assert.All(events, row => Assert.Null(row.Address));
    }

    private async Task<(Customer Ada, Browser Browser)> SignedInAsync()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var browser = accounts.OpenBrowser();
        await browser.SignedInAsync(ada);
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        return (ada, browser);
    }
}
