using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Recovery;

/// <summary>The way back for who has lost every second factor: who may ask, how long it takes, and what ends it.</summary>
[Spec("S39")]
[Spec("V7")]
public sealed class LostFactorTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [Fact]
    public async Task Whoever_has_a_confirmed_address_may_ask()
    {
        var (_, browser, _) = await AfterPasswordAsync();
        Assert.Equal(LostFactorState.MayAsk, await StateAsync(browser));
    }

    [Fact]
    public async Task Without_a_confirmed_address_a_human_has_to_help_and_asking_does_nothing()
    {
        var (ada, browser, request) = await AfterPasswordAsync(person => person.EmailConfirmed = false);
        Assert.Equal(LostFactorState.Contact, await StateAsync(browser));
        await AskAsync(browser, request);
        Assert.Null(await RecoveryAsync(ada));
    }

    [Fact]
    public async Task Asking_is_told_by_mail_and_text_at_once_and_recorded()
    {
        var (ada, browser, request) = await AfterPasswordAsync();
        await ada.WithPhoneAsync();
        await AskAsync(browser, request);
        Assert.Equal(["RecoveryRequested"], await ada.ToldAsync());
        Assert.Equal([TextNotice.FactorsLost], await ada.TextedAsync());
        var recorded = Assert.Single(
            await accounts.EventsAsync(ada.Id), row => row.Kind == SecurityEventKind.LostFactorReported);
        Assert.Equal((await browser.SignInAsync()).SessionId, recorded.SessionId);
    }

    [Fact]
    public async Task The_mail_says_when_the_wait_is_over()
    {
        var (ada, browser, request) = await AfterPasswordAsync();
        await AskAsync(browser, request);
        Assert.Contains(
            (accounts.Now + Day).ToLocalTime().ToString("d MMMM yyyy 'alle' HH:mm", CultureInfo.GetCultureInfo("it")),
            Assert.Single(await accounts.MailsToAsync(ada.Email)).Mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_changes_nothing_and_the_wait_is_24_hours()
    {
        var (ada, browser, request) = await AfterPasswordAsync();
        await AskAsync(browser, request);
        Assert.Equal(LostFactorState.Waiting, await StateAsync(browser));
        Assert.IsType<NextStep.ChallengeSecondFactor>(await browser.NextAsync(request));
        Assert.Single(await ada.FactorsAsync());
        accounts.Clock.Advance(Day - TimeSpan.FromSeconds(1));
        await browser.AfterPasswordAsync(ada);
        Assert.Equal(LostFactorState.Waiting, await StateAsync(browser));
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(LostFactorState.Ready, await StateAsync(browser));
    }

    [Fact]
    public async Task Before_the_time_is_up_no_link_leaves_and_none_can_be_asked_for()
    {
        var (ada, browser, request) = await AfterPasswordAsync();
        await AskAsync(browser, request);
        accounts.Clock.Advance(Day - TimeSpan.FromMinutes(1));
        await accounts.DueRecoveriesAsync();
        await browser.AfterPasswordAsync(ada);
        Assert.False(await SendLinkAsync(browser));
        Assert.Equal(["RecoveryRequested"], await ada.ToldAsync());
    }

    [Fact]
    public async Task The_end_of_the_wait_is_told_once_whoever_sees_it()
    {
        var (ada, browser, request) = await AfterPasswordAsync();
        await AskAsync(browser, request);
        accounts.Clock.Advance(Day);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => accounts.DueRecoveriesAsync()));
        Assert.Equal(["RecoveryRequested", "RecoveryReady"], await ada.ToldAsync());
    }

    [Fact]
    public async Task The_link_and_the_password_in_its_flow_lead_to_a_new_factor_and_until_then_the_old_one_stays()
    {
        var (ada, browser) = await ReadyAsync();
        var request = await OpenAndPasswordAsync(ada, browser);
        Assert.IsType<NextStep.EnrollSecondFactor>(await browser.NextAsync(request));
        Assert.Single(await ada.FactorsAsync());
    }

    [Fact]
    public async Task Once_the_new_factor_is_proved_the_old_ones_go_and_everything_else_ends()
    {
        var (ada, browser) = await ReadyAsync();
        var elsewhere = accounts.OpenBrowser();
        await elsewhere.SignedInAsync(ada, ProofMethod.Password);
        var old = await ada.FactorAsync(ProofMethod.AuthenticatorApp);
        var request = await OpenAndPasswordAsync(ada, browser);
        Assert.IsType<CodeOutcome.Accepted>(await EnrolAsync(ada, browser, request));
        Assert.NotEqual(old, Assert.Single(await ada.FactorsAsync()).Id);
        Assert.False(await elsewhere.IsSignedInAsync());
        Assert.True(await browser.IsSignedInAsync());
        Assert.Null(await RecoveryAsync(ada));
    }

    [Fact]
    public async Task The_replaced_factors_are_told_and_recorded()
    {
        var (ada, browser) = await ReadyAsync();
        var request = await OpenAndPasswordAsync(ada, browser);
        await EnrolAsync(ada, browser, request);
        Assert.Equal(["RecoveryRequested", "RecoveryReady", "FactorsReplaced"], await ada.ToldAsync());
        Assert.Contains(SecurityEventKind.FactorsReplaced, await ada.EventsAsync());
    }

    [Fact]
    public async Task The_link_opens_once()
    {
        var (ada, _) = await ReadyAsync();
        var link = await ada.LinkAsync("/signin/recover");
        var opened = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => OpenAsync(link, accounts.Request())));
        Assert.Single(opened, isOpen => isOpen);
        Assert.False(await OpenAsync(link, accounts.Request()));
    }

    [Fact]
    public async Task A_newer_link_voids_the_older_one()
    {
        var (ada, browser) = await ReadyAsync();
        var first = await ada.LinkAsync("/signin/recover");
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await browser.AfterPasswordAsync(ada);
        Assert.True(await SendLinkAsync(browser));
        Assert.False(await OpenAsync(first, accounts.Request()));
        Assert.True(await OpenAsync(await ada.LinkAsync("/signin/recover"), accounts.Request()));
    }

    [Fact]
    public async Task Three_links_in_an_hour_can_be_asked_for()
    {
        var (ada, browser) = await ReadyAsync();
        await browser.AfterPasswordAsync(ada);
        for (var asked = 0; asked < 3; asked++)
        {
            Assert.True(await SendLinkAsync(browser));
        }

        Assert.False(await SendLinkAsync(browser));
    }

    [Fact]
    [Spec("A1")]
    [Spec("A3")]
    public async Task The_opened_flow_is_good_for_its_person_only_and_no_other_flow_is()
    {
        var (ada, browser) = await ReadyAsync();
        var bo = await (await accounts.AddPersonAsync("bo")).WithAppAsync();
        var opened = accounts.Request();
        Assert.True(await OpenAsync(await ada.LinkAsync("/signin/recover"), opened));
        await browser.AfterPasswordAsync(bo, opened);
        Assert.IsType<NextStep.ChallengeSecondFactor>(await browser.NextAsync(opened));
        var other = await browser.AfterPasswordAsync(ada);
        Assert.IsType<NextStep.ChallengeSecondFactor>(await browser.NextAsync(other));
    }

    [Fact]
    public async Task A_password_of_before_does_not_stand_in_for_the_one_of_the_flow()
    {
        var (ada, browser) = await ReadyAsync();
        await browser.AfterPasswordAsync(ada);
        var opened = accounts.Request();
        Assert.True(await OpenAsync(await ada.LinkAsync("/signin/recover"), opened));
        Assert.IsNotType<NextStep.EnrollSecondFactor>(await browser.NextAsync(opened));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Any_proof_of_a_factor_ends_it_and_the_owner_is_told(bool afterTheWait)
    {
        var (ada, browser, request) = await AfterPasswordAsync();
        await AskAsync(browser, request);
        accounts.Clock.Advance(afterTheWait ? Day : TimeSpan.FromMinutes(1));
        await accounts.DueRecoveriesAsync();
        var owner = accounts.OpenBrowser();
        request = await owner.AfterPasswordAsync(ada);
        Assert.IsType<CodeOutcome.Accepted>(await owner.AppCodeAsync(request, await ada.AppCodeAsync()));
        Assert.Null(await RecoveryAsync(ada));
        Assert.Contains("RecoveryStopped", await ada.ToldAsync());
    }

    [Fact]
    public async Task The_flow_of_an_ended_request_leads_nowhere()
    {
        var (ada, browser) = await ReadyAsync();
        var request = await OpenAndPasswordAsync(ada, browser);
        var owner = accounts.OpenBrowser();
        await owner.AppCodeAsync(await owner.AfterPasswordAsync(ada), await ada.AppCodeAsync());
        Assert.IsType<NextStep.ChallengeSecondFactor>(await browser.NextAsync(request));
    }

    [Fact]
    public async Task A_factor_that_is_proved_after_the_way_was_closed_is_not_taken()
    {
        var (ada, browser) = await ReadyAsync();
        var old = await ada.FactorAsync(ProofMethod.AuthenticatorApp);
        var request = await OpenAndPasswordAsync(ada, browser);
        var signIn = await browser.SignInAsync();
        await browser.BeginAppAsync(signIn);
        var code = await ada.AppCodeAsync();
        Assert.True(await StopByLinkAsync(ada));
        Assert.IsType<CodeOutcome.Expired>(await browser.ConfirmAppAsync(request, signIn, code));
        Assert.Equal(old, Assert.Single(await ada.FactorsAsync()).Id);
    }

    [Fact]
    public async Task The_link_in_the_mail_stops_it_once_and_no_other_link_leaves()
    {
        var (ada, browser, request) = await AfterPasswordAsync();
        await AskAsync(browser, request);
        Assert.True(await StopByLinkAsync(ada));
        Assert.False(await StopByLinkAsync(ada));
        accounts.Clock.Advance(Day);
        await accounts.DueRecoveriesAsync();
        Assert.Equal(["RecoveryRequested", "RecoveryStopped"], await ada.ToldAsync());
    }

    [Fact]
    public async Task It_was_not_me_stops_it_and_takes_the_known_password_away()
    {
        var (ada, browser, request) = await AfterPasswordAsync();
        await AskAsync(browser, request);
        Assert.True(await browser.CloseByLinkAsync(await ada.LinkAsync("/signin/recover/stop"), MailedLinkPurpose.StopRecovery));
        Assert.Null(await RecoveryAsync(ada));
        Assert.Null((await ada.RowAsync()).PasswordHash);
        Assert.Contains("Reset", await ada.ToldAsync());
    }

    [Fact]
    public async Task Its_owner_stops_it_in_the_account_area()
    {
        var (ada, browser, request) = await AfterPasswordAsync();
        await AskAsync(browser, request);
        var signIn = await browser.SignInAsync();
        await browser.ActAsync<LostFactor>((lost, visit) => lost.StopByOwnerAsync(visit, signIn, CancellationToken.None));
        Assert.Null(await RecoveryAsync(ada));
        Assert.Contains("RecoveryStopped", await ada.ToldAsync());
    }

    [Fact]
    public async Task A_new_password_ends_it()
    {
        var (ada, browser, request) = await AfterPasswordAsync();
        await AskAsync(browser, request);
        await browser.ForgetPasswordAsync(ada.UserName);
        await browser.ResetPasswordAsync(await ada.LinkAsync("/password/reset"));
        Assert.Null(await RecoveryAsync(ada));
    }

    [Fact]
    public async Task Asked_for_five_times_at_once_it_is_one_request()
    {
        var (ada, browser, request) = await AfterPasswordAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => AskAsync(browser, request)));
        Assert.Equal(["RecoveryRequested"], await ada.ToldAsync());
    }

    [Fact]
    public async Task After_three_requests_in_a_month_a_human_has_to_help()
    {
        var (ada, browser, request) = await AfterPasswordAsync();
        for (var asked = 0; asked < 3; asked++)
        {
            Assert.Equal(LostFactorState.MayAsk, await StateAsync(browser));
            await AskAsync(browser, request);
            accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(await StopByLinkAsync(ada));
        }

        Assert.Equal(LostFactorState.Contact, await StateAsync(browser));
        accounts.Clock.Advance(TimeSpan.FromDays(31));
        await browser.AfterPasswordAsync(ada);
        Assert.Equal(LostFactorState.MayAsk, await StateAsync(browser));
    }

    [Fact]
    public async Task After_three_days_unused_it_is_over()
    {
        var (ada, _) = await ReadyAsync();
        var link = await ada.LinkAsync("/signin/recover");
        accounts.Clock.Advance(TimeSpan.FromDays(3));
        Assert.False(await OpenAsync(link, accounts.Request()));
        await accounts.DueRecoveriesAsync();
        Assert.Null(await RecoveryAsync(ada));
    }

    [Fact]
    public async Task Opening_the_page_of_the_link_uses_nothing()
    {
        var (ada, _) = await ReadyAsync();
        var link = await ada.LinkAsync("/signin/recover");
        for (var scanner = 0; scanner < 3; scanner++)
        {
            Assert.Equal(ada.Id, (await accounts.RunAsync<LostFactor, Person?>(
                lost => lost.OwnerOfAsync(link, MailedLinkPurpose.OpenRecovery, CancellationToken.None)))!.Id);
        }

        Assert.True(await OpenAsync(link, accounts.Request()));
    }

    private async Task<(Customer Ada, Browser Browser, AuthorizationRequest Request)> AfterPasswordAsync(Action<Person>? change = null)
    {
        var ada = await (await accounts.AddPersonAsync("ada", change)).WithAppAsync();
        var browser = accounts.OpenBrowser();
        return (ada, browser, await browser.AfterPasswordAsync(ada));
    }

    /// <summary>Asked for, and the wait is over.</summary>
    private async Task<(Customer Ada, Browser Browser)> ReadyAsync()
    {
        var (ada, browser, request) = await AfterPasswordAsync();
        await AskAsync(browser, request);
        accounts.Clock.Advance(Day);
        await accounts.DueRecoveriesAsync();
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        return (ada, browser);
    }

    private async Task<AuthorizationRequest> OpenAndPasswordAsync(Customer ada, Browser browser)
    {
        var request = accounts.Request();
        Assert.True(await OpenAsync(await ada.LinkAsync("/signin/recover"), request));
        return await browser.AfterPasswordAsync(ada, request);
    }

    private static async Task<CodeOutcome> EnrolAsync(Customer ada, Browser browser, AuthorizationRequest request)
    {
        var signIn = await browser.SignInAsync();
        await browser.BeginAppAsync(signIn);
        return await browser.ConfirmAppAsync(request, signIn, await ada.AppCodeAsync());
    }

    private static async Task<LostFactorState> StateAsync(Browser browser)
    {
        var signIn = await browser.SignInAsync();
        return await browser.ActAsync<LostFactor, LostFactorState>((lost, _) => lost.StateAsync(signIn, CancellationToken.None));
    }

    private static async Task AskAsync(Browser browser, AuthorizationRequest request)
    {
        var signIn = await browser.SignInAsync();
        await browser.ActAsync<LostFactor>((lost, visit) => lost.RequestAsync(visit, request, signIn, CancellationToken.None));
    }

    private static async Task<bool> SendLinkAsync(Browser browser)
    {
        var signIn = await browser.SignInAsync();
        return await browser.ActAsync<LostFactor, bool>((lost, visit) => lost.SendLinkAsync(visit, signIn, CancellationToken.None));
    }

    private Task<bool> OpenAsync(string link, AuthorizationRequest request) => accounts.RunAsync<LostFactor, bool>(
        lost => lost.OpenAsync(link, request.FlowId, CancellationToken.None));

    private async Task<bool> StopByLinkAsync(Customer ada)
    {
        var link = await ada.LinkAsync("/signin/recover/stop");
        return await accounts.OpenBrowser().ActAsync<LostFactor, bool>(
            (lost, visit) => lost.StopByLinkAsync(visit, link, CancellationToken.None));
    }

    private Task<FactorRecovery?> RecoveryAsync(Customer ada) => accounts.ReadAsync(
        database => database.FactorRecoveries.AsNoTracking().SingleOrDefaultAsync(row => row.PersonId == ada.Id));
}
