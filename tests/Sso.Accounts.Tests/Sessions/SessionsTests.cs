using System.Collections.Immutable;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Visits;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Sessions;

/// <summary>How long a session lives, by which handle it is known, and what ends it.</summary>
public sealed class SessionsTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Theory]
    [Spec("S43")]
    [InlineData(59, true)]
    [InlineData(60, false)]
    public async Task A_session_ends_after_sixty_idle_minutes(int minutes, bool lives)
    {
        var (_, browser) = await SignedInAsync();
        accounts.Clock.Advance(TimeSpan.FromMinutes(minutes));
        Assert.Equal(lives, await browser.IsSignedInAsync());
    }

    [Fact]
    [Spec("S43")]
    public async Task A_session_in_use_ends_after_twelve_hours()
    {
        var (_, browser) = await SignedInAsync();
        for (var half = 1; half < 24; half++)
        {
            accounts.Clock.Advance(TimeSpan.FromMinutes(30));
            Assert.True(await browser.IsSignedInAsync());
        }

        accounts.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.False(await browser.IsSignedInAsync());
    }

    [Fact]
    [Spec("S43")]
    public async Task A_new_password_proof_begins_another_twelve_hours_and_a_second_factor_does_not()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var browser = accounts.OpenBrowser();
        await browser.AfterPasswordAsync(ada);
        accounts.Clock.Advance(TimeSpan.FromMinutes(30));
        var request = await browser.AfterPasswordAsync(ada);
        var end = accounts.Now + BrowserSessions.Absolute;
        Assert.Equal(end, (await browser.SignInAsync()).ExpiresAt);
        accounts.Clock.Advance(TimeSpan.FromMinutes(10));
        await browser.AppCodeAsync(request, await ada.AppCodeAsync());
        Assert.Equal(end, (await browser.SignInAsync()).ExpiresAt);
    }

    [Fact]
    [Spec("S43")]
    [Spec("S51")]
    public async Task Looking_without_activity_does_not_keep_a_session_alive()
    {
        var (_, browser) = await SignedInAsync();
        for (var poll = 0; poll < 6; poll++)
        {
            accounts.Clock.Advance(TimeSpan.FromMinutes(9));
            Assert.NotNull(await browser.CurrentAsync(isActivity: false));
        }

        accounts.Clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Null(await browser.CurrentAsync(isActivity: false));
    }

    [Fact]
    public async Task When_it_was_seen_last_is_written_every_five_minutes_at_most()
    {
        var (_, browser) = await SignedInAsync();
        var began = accounts.Now;
        accounts.Clock.Advance(TimeSpan.FromMinutes(5));
        await browser.CurrentAsync();
        Assert.Equal(began, (await browser.SignInAsync()).LastSeenAt);
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        await browser.CurrentAsync();
        Assert.Equal(accounts.Now, (await browser.SignInAsync()).LastSeenAt);
    }

    [Fact]
    [Spec("S44")]
    public async Task A_copied_handle_is_worth_nothing_after_the_sign_out()
    {
        var (_, browser) = await SignedInAsync();
        var thief = Holding(browser.Session);
        Assert.True(await thief.IsSignedInAsync());
        Assert.NotNull(await browser.EndAsync());
        Assert.False(await thief.IsSignedInAsync());
    }

    [Fact]
    [Spec("S44")]
    public async Task A_sign_out_takes_the_handle_away_and_is_recorded_and_a_second_one_ends_nothing()
    {
        var (ada, browser) = await SignedInAsync();
        var (session, handle) = ((await browser.SignInAsync()).SessionId, browser.Session);
        Assert.Equal(session, await browser.EndAsync());
        Assert.Equal("", browser.Session);
        Assert.Contains(
            (SecurityEventKind.SignedOut, session),
            (await accounts.EventsAsync(ada.Id)).Select(row => (row.Kind, row.SessionId!.Value)));
        Assert.Null(await Holding(handle).EndAsync());
    }

    [Fact]
    public async Task A_browser_is_told_why_the_session_that_it_names_is_over()
    {
        var (_, idle) = await SignedInAsync();
        var (_, ended) = await SignedInAsync();
        var copy = Holding(ended.Session);
        Assert.Null(await EndOfAsync(idle));
        await ended.EndAsync();
        accounts.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(SessionEnd.Expired, await EndOfAsync(idle));
        Assert.Equal(SessionEnd.Ended, await EndOfAsync(copy));
        Assert.Null(await EndOfAsync(accounts.OpenBrowser()));
    }

    [Fact]
    [Spec("S40")]
    public async Task The_rows_hold_nothing_that_works_as_a_handle()
    {
        var (ada, browser) = await SignedInAsync();
        var handle = browser.Session!;
        var row = await accounts.ReadAsync(
            database => database.Sessions.AsNoTracking().SingleAsync(session => session.PersonId == ada.Id));
        Assert.DoesNotContain(
            handle, Encoding.UTF8.GetString(row.HandleHash) + Convert.ToBase64String(row.Secret), StringComparison.Ordinal);
        foreach (var forged in (string[])
        [
            Convert.ToBase64String(row.HandleHash).TrimEnd('=').Replace('/', '_').Replace('+', '-'),
            Convert.ToHexString(row.HandleHash), row.Id.ToString("N"), handle[..^1] + (handle[^1] == 'A' ? 'B' : 'A'), "",
        ])
        {
            Assert.False(await Holding(forged).IsSignedInAsync());
        }
    }

    [Fact]
    [Spec("S40")]
    public async Task The_handle_changes_at_each_rise_of_proof_and_the_old_one_is_dead()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(ada);
        var (before, session) = (browser.Session, (await browser.SignInAsync()).SessionId);
        Assert.IsType<CodeOutcome.Accepted>(await browser.AppCodeAsync(request, await ada.AppCodeAsync()));
        Assert.NotEqual(before, browser.Session);
        Assert.Equal(session, (await browser.SignInAsync()).SessionId);
        Assert.False(await Holding(before).IsSignedInAsync());
    }

    [Fact]
    [Spec("S40")]
    public async Task Its_lasting_part_stays_as_long_as_the_session()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(ada);
        var lasting = SessionHandle.LastingPartOf(browser.Session);
        await browser.AppCodeAsync(request, await ada.AppCodeAsync());
        Assert.Equal(lasting, SessionHandle.LastingPartOf(browser.Session));
        await browser.EndAsync();
        await browser.AfterPasswordAsync(ada);
        Assert.NotEqual(lasting, SessionHandle.LastingPartOf(browser.Session));
    }

    [Fact]
    public async Task Nothing_is_given_when_the_second_look_finds_no_proof()
    {
        var (ada, visit) = (await accounts.AddPersonAsync("ada"), new Visit());
        Assert.False(await accounts.RunAsync<BrowserSessions, bool>(sessions => sessions.BeginAsync(
            visit, ada.Id, _ => Task.FromResult<ImmutableArray<Proof>?>(null),
            session => SecurityEvent.PasswordProved(accounts.Now, ada.Id, session, Browser.App), CancellationToken.None)));
        Assert.Null(visit.GivenSession);
        Assert.Empty(await ada.EventsAsync());
    }

    [Fact]
    public async Task The_person_is_shown_where_a_session_was_begun()
    {
        var (ada, browser) = await SignedInAsync();
        var row = await accounts.ReadAsync(
            database => database.Sessions.AsNoTracking().SingleAsync(session => session.PersonId == ada.Id));
        Assert.Equal((browser.Address, "Firefox/144.0 (Windows)"), (row.Address, row.UserAgent));
    }

    [Fact]
    public async Task A_completed_sign_in_is_the_last_access_that_the_next_one_shows()
    {
        var (ada, browser) = await SignedInAsync();
        await browser.CompleteAsync();
        var first = accounts.Now;
        accounts.Clock.Advance(TimeSpan.FromMinutes(10));
        var second = accounts.OpenBrowser();
        await second.SignedInAsync(ada);
        await second.CompleteAsync();
        var shown = await second.SignInAsync();
        Assert.Equal((first, browser.Address), (shown.PreviousAccessAt, shown.PreviousAccessAddress));
    }

    [Fact]
    public async Task A_sign_in_is_completed_once()
    {
        var (ada, browser) = await SignedInAsync();
        await browser.CompleteAsync();
        await browser.CompleteAsync();
        Assert.Single(await ada.EventsAsync(), SecurityEventKind.SignedIn);
    }

    [Fact]
    public async Task A_disabled_person_has_no_live_session()
    {
        var (ada, browser) = await SignedInAsync();
        await accounts.ReadAsync(async database =>
        {
            (await database.Users.SingleAsync(person => person.Id == ada.Id)).Disable(accounts.Now);
            return await database.SaveChangesAsync();
        });
        Assert.False(await browser.IsSignedInAsync());
    }

    [Fact]
    public async Task What_was_proved_long_ago_is_not_proved_again_by_a_session()
    {
        var (_, browser) = await SignedInAsync(ProofMethod.Password);
        accounts.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal(
            TimeSpan.FromMinutes(50), accounts.Now - Assert.Single((await browser.SignInAsync()).Proofs).At);
    }

    private async Task<(Customer Ada, Browser Browser)> SignedInAsync(params ProofMethod[] methods)
    {
        var (ada, browser) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        await browser.SignedInAsync(ada, methods);
        return (ada, browser);
    }

    private Browser Holding(string? handle)
    {
        var browser = accounts.OpenBrowser();
        browser.Session = handle;
        return browser;
    }

    private static Task<SessionEnd?> EndOfAsync(Browser browser) => browser.ActAsync<SessionEnding, SessionEnd?>(
        (sessions, visit) => sessions.EndOfAsync(visit, CancellationToken.None));
}
