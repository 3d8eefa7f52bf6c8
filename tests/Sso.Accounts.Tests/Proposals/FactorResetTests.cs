using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Administrators;
using Sso.Accounts.Proposals;
using Sso.Admin;
using Sso.Data.Administrators;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Proposals;

/// <summary>
/// The help desk replaces the second factors of somebody who has lost them: with a wait, or with the word of a second person, and never so
/// that whoever helps gets anything of it.
/// </summary>
[Spec("S39")]
[Spec("S118")]
public sealed class FactorResetTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    [Fact]
    public async Task The_owner_is_told_by_mail_and_text_at_once_and_the_old_factor_stays()
    {
        var (ada, help) = (await (await WithAppAsync()).WithPhoneAsync(), await StaffAsync());
        Assert.Null(await ProposeAsync(ada, help));
        Assert.Equal(["RecoveryByOperator"], await ada.ToldAsync());
        Assert.Equal([TextNotice.FactorsLost], await ada.TextedAsync());
        Assert.Equal(2, (await ada.FactorsAsync()).Count);
        var browser = accounts.OpenBrowser();
        Assert.IsType<NextStep.ChallengeSecondFactor>(await browser.NextAsync(await browser.AfterPasswordAsync(ada)));
    }

    [Fact]
    public async Task The_mail_says_when_the_wait_is_over_and_names_no_administrator()
    {
        var (ada, help) = (await WithAppAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        var mail = Assert.Single(await accounts.MailsToAsync(ada.Email)).Mail.Text;
        Assert.Contains(
            (accounts.Now + Day).ToLocalTime().ToString("d MMMM yyyy 'alle' HH:mm", CultureInfo.GetCultureInfo("it")), mail,
            StringComparison.Ordinal);
        Assert.DoesNotContain(help.UserName, mail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_checked_is_recorded_with_who_did_it()
    {
        var (ada, help) = (await WithAppAsync(), await StaffAsync());
        await ProposeAsync(ada, help, IdentityChecks.Document | IdentityChecks.CalledBack, " ticket 4711 ");
        var recorded = Assert.Single(await accounts.EventsAsync(ada.Id), row => row.Detail == "factor reset begun");
        Assert.Contains("Document, CalledBack", recorded.Changes!, StringComparison.Ordinal);
        Assert.Contains("\"ticket 4711\"", recorded.Changes!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(IdentityChecks.None, "ticket 4711", "checks")]
    [InlineData(IdentityChecks.Document, null, "reference")]
    [InlineData(IdentityChecks.Document, "  ", "reference")]
    public async Task Without_steps_of_identity_nothing_begins(IdentityChecks checks, string? reference, string field)
    {
        var (ada, help) = (await WithAppAsync(), await StaffAsync());
        var refusal = await ProposeAsync(ada, help, checks, reference);
        Assert.Equal((RefusalKind.Invalid, field), (refusal!.Kind, refusal.Problems[0].Field));
        Assert.Empty(await ada.ToldAsync());
        Assert.Null(await RecoveryAsync(ada));
    }

    [Fact]
    public async Task Before_the_time_is_up_no_link_leaves_and_then_one_does_to_the_owner()
    {
        var (ada, help) = (await WithAppAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        accounts.Clock.Advance(Day - TimeSpan.FromSeconds(1));
        await accounts.DueRecoveriesAsync();
        Assert.Equal(["RecoveryByOperator"], await ada.ToldAsync());
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        await accounts.DueRecoveriesAsync();
        Assert.Equal(["RecoveryByOperator", "RecoveryReady"], await ada.ToldAsync());
    }

    [Fact]
    public async Task The_proposer_is_not_the_second_person()
    {
        var (ada, help) = (await WithAppAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        Assert.Equal(RefusalKind.Denied, (await AgreeAsync(ada, help))!.Kind);
        Assert.Equal(accounts.Now + Day, (await RecoveryAsync(ada))!.ReadyAt);
        Assert.Equal(["RecoveryByOperator"], await ada.ToldAsync());
    }

    [Fact]
    public async Task A_second_person_ends_the_wait_and_only_the_owner_gets_the_link()
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        Assert.Null(await AgreeAsync(ada, other));
        Assert.Equal(["RecoveryByOperator", "RecoveryReady"], await ada.ToldAsync());
        Assert.Empty(await help.ToldAsync());
        Assert.Equal(["ProposalWaits"], await other.ToldAsync());

        // Not more than the owner's own way back: the link, and the password in its flow. Until then the old factor stays.
        Assert.Single(await ada.FactorsAsync());
        var (browser, request) = (accounts.OpenBrowser(), accounts.Request());
        Assert.True(await OpenAsync(await ada.LinkAsync("/signin/recover"), request));
        await browser.AfterPasswordAsync(ada, request);
        Assert.IsType<NextStep.EnrollSecondFactor>(await browser.NextAsync(request));
    }

    [Fact]
    public async Task Both_names_are_in_the_record()
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        await AgreeAsync(ada, other);
        var changes = Assert.Single(await accounts.EventsAsync(ada.Id), row => row.Detail == "factor reset agreed").Changes!;
        Assert.Contains($"administrator:{help.Id:N}", changes, StringComparison.Ordinal);
        Assert.Contains($"administrator:{other.Id:N}", changes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_who_agree_at_once_one_does_and_one_link_leaves()
    {
        var (ada, help) = (await WithAppAsync(), await StaffAsync());
        var others = new[] { await StaffAsync(), await StaffAsync(), await StaffAsync() };
        await ProposeAsync(ada, help);
        var seen = await SeenAsync(ada);
        var outcomes = await Task.WhenAll(others.Select(other => AgreeAsync(ada, other, seen)));
        Assert.Single(outcomes, refusal => refusal is null);
        Assert.Equal(["RecoveryByOperator", "RecoveryReady"], await ada.ToldAsync());
    }

    [Fact]
    public async Task Whoever_agrees_agrees_to_what_they_read_and_to_none_that_took_its_place()
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        var seen = await SeenAsync(ada);
        await CallOffAsync(ada, other);
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await ProposeAsync(ada, help, reference: "ticket 4712"));
        Assert.Equal(RefusalKind.NotFound, (await AgreeAsync(ada, other, seen))!.Kind);
        Assert.Equal(RefusalKind.NotFound, (await AgreeAsync(ada, other, seen: ""))!.Kind);
        Assert.Equal(accounts.Now + Day, (await RecoveryAsync(ada))!.ReadyAt);
        Assert.Null(await AgreeAsync(ada, other));
    }

    [Fact]
    public async Task Of_two_who_propose_at_once_one_does_and_the_owner_is_told_once()
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        var outcomes = await Task.WhenAll(ProposeAsync(ada, help), ProposeAsync(ada, other));
        Assert.Equal(RefusalKind.Taken, Assert.Single(outcomes, refusal => refusal is not null)!.Kind);
        Assert.Equal(["RecoveryByOperator"], await ada.ToldAsync());
        Assert.Single(await accounts.EventsAsync(ada.Id), row => row.Detail == "factor reset begun");
    }

    [Fact]
    public async Task An_owner_who_stops_it_while_somebody_agrees_has_stopped_it()
    {
        for (var round = 0; round < 4; round++)
        {
            var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
            await ProposeAsync(ada, help);
            var (seen, link) = (await SeenAsync(ada), await ada.LinkAsync("/signin/recover/stop"));
            var agreeing = AgreeAsync(ada, other, seen);
            var stopping = accounts.OpenBrowser().ActAsync<LostFactor, bool>(
                (lost, visit) => lost.StopByLinkAsync(visit, link, CancellationToken.None));
            await Task.WhenAll(agreeing, stopping);
            Assert.True(await stopping);
            Assert.Null(await RecoveryAsync(ada));
            Assert.Equal(0, await ProposalsAboutAsync(ada));
            if ((await ada.ToldAsync()).Contains("RecoveryReady"))
            {
                Assert.False(await OpenAsync(await ada.LinkAsync("/signin/recover"), accounts.Request()));
            }
        }
    }

    [Fact]
    public async Task A_proposal_that_outlives_the_wait_calls_nobody_and_leads_nowhere()
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        await AskAsync(ada);
        accounts.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Null(await ProposeAsync(ada, help));
        accounts.Clock.Advance(Day - TimeSpan.FromHours(2) - TimeSpan.FromSeconds(1));
        var seen = await SeenAsync(ada);
        Assert.Contains(await WaitingForAsync(other), view => view.Mark == seen);
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(await WaitingForAsync(other), view => view.Mark == seen);
        Assert.Equal(RefusalKind.NotFound, (await AgreeAsync(ada, other, seen))!.Kind);
    }

    [Fact]
    public async Task A_proposal_expires_after_24_hours()
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        await accounts.ReadAsync(database => database.FactorRecoveries.Where(row => row.PersonId == ada.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ReadyAt, row => accounts.Now + (3 * Day))
                .SetProperty(row => row.ExpiresAt, row => accounts.Now + (6 * Day))));
        accounts.Clock.Advance(Day - TimeSpan.FromSeconds(1));
        Assert.Single(await WaitingForAsync(other), view => view.Sub == ada.Id.ToString("N"));
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain(await WaitingForAsync(other), view => view.Sub == ada.Id.ToString("N"));
        Assert.Equal(RefusalKind.NotFound, (await AgreeAsync(ada, other))!.Kind);
        // It can be proposed again, and the wait goes on as it was.
        Assert.Null(await ProposeAsync(ada, other));
        Assert.Null(await AgreeAsync(ada, help));
    }

    [Fact]
    public async Task Somebody_whose_role_is_gone_is_not_one_of_two()
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        await accounts.ReadAsync(database => database.Administrators.Where(row => row.PersonId == help.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Role, AdministratorRole.Auditor)));
        Assert.Equal(RefusalKind.NotFound, (await AgreeAsync(ada, other))!.Kind);
        Assert.Equal(accounts.Now + Day, (await RecoveryAsync(ada))!.ReadyAt);
    }

    [Fact]
    public async Task Somebody_whose_account_is_disabled_is_not_one_of_two()
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        var seen = await SeenAsync(ada);
        await accounts.ReadAsync(database => database.Users.Where(row => row.Id == help.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAt, accounts.Now)));
        Assert.DoesNotContain(await WaitingForAsync(other), view => view.Mark == seen);
        Assert.Equal(RefusalKind.NotFound, (await AgreeAsync(ada, other, seen))!.Kind);
        Assert.Equal(accounts.Now + Day, (await RecoveryAsync(ada))!.ReadyAt);
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("it wasn't me")]
    [InlineData("lower role")]
    public async Task What_somebody_proposed_is_off_when_their_account_is_closed_or_the_role_no_longer_reaches_it(string end)
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        switch (end)
        {
            case "disabled":
                await accounts.RunAsync<DisablePerson, Result<PersonView, Refusal>>(
                    disable => disable.ExecuteAsync(help.UserName, CancellationToken.None));
                break;
            case "it wasn't me":
                var browser = accounts.OpenBrowser();
                await browser.SignedInAsync(help);
                Assert.True(await browser.CloseByOwnerAsync());
                break;
            default:
                await GiveAsync(help, AdministratorRole.Auditor);
                break;
        }

        Assert.Equal(0, await ProposalsAboutAsync(ada));
        // The wait goes on, and somebody else can propose.
        Assert.Equal(accounts.Now + Day, (await RecoveryAsync(ada))!.ReadyAt);
        Assert.Null(await ProposeAsync(ada, other));
    }

    [Theory]
    [InlineData("of the proposer, who is now below them")]
    [InlineData("of the person, who is now above the proposer")]
    public async Task A_proposal_is_off_for_good_with_a_role_that_puts_the_person_above_its_proposer(string whose)
    {
        var (ada, security) = (await StaffAsync(AdministratorRole.Security), await StaffAsync(AdministratorRole.Security));
        Assert.Null(await ProposeAsync(ada, security));
        // The last owner could not become anything else.
        await StaffAsync(AdministratorRole.Owner);
        var (changed, role) = whose.StartsWith("of the proposer", StringComparison.Ordinal)
            ? (security, AdministratorRole.HelpDesk)
            : (ada, AdministratorRole.Owner);
        await GiveAsync(changed, role);
        await GiveAsync(changed, AdministratorRole.Security);
        Assert.Equal(0, await ProposalsAboutAsync(ada));
    }

    [Fact]
    public async Task A_proposal_calls_only_those_who_can_agree_to_it()
    {
        var (watch, owner, other) = (
            await StaffAsync(AdministratorRole.Security), await StaffAsync(AdministratorRole.Owner),
            await StaffAsync(AdministratorRole.Owner));
        await ProposeAsync(watch, owner);
        var seen = await SeenAsync(watch);
        Assert.Contains(await WaitingForAsync(other), view => view.Mark == seen);
        foreach (var nobody in (Customer[])[owner, watch, await StaffAsync(), await WithAppAsync()])
        {
            Assert.DoesNotContain(await WaitingForAsync(nobody), view => view.Mark == seen);
        }

        // Whoever it is about is above the proposer by now.
        await accounts.ReadAsync(database => database.Administrators.Where(row => row.PersonId == owner.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Role, AdministratorRole.HelpDesk)));
        Assert.DoesNotContain(await WaitingForAsync(other), view => view.Mark == seen);
    }

    [Fact]
    public async Task Everybody_who_can_be_the_second_person_is_told_at_once_and_nobody_else()
    {
        var (watch, owner, other) = (
            await StaffAsync(AdministratorRole.Security), await StaffAsync(AdministratorRole.Owner),
            await StaffAsync(AdministratorRole.Owner));
        var (low, disabled, silent) = (
            await StaffAsync(), await StaffAsync(AdministratorRole.Owner), await StaffAsync(AdministratorRole.Owner));
        await accounts.ReadAsync(database => database.Users.Where(row => row.Id == disabled.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAt, accounts.Now)));
        await accounts.ReadAsync(database => database.Users.Where(row => row.Id == silent.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.EmailConfirmed, false)));
        var before = await SecondAsync(owner, watch);
        await ProposeAsync(watch, owner);
        Assert.Equal(["ProposalWaits"], await other.ToldAsync());
        Assert.Equal(["RecoveryByOperator"], await watch.ToldAsync());
        foreach (var nobody in (Customer[])[owner, low, disabled, silent])
        {
            Assert.Empty(await nobody.ToldAsync());
        }

        // Of those who can be it, one cannot be told; who gets the role afterwards was not.
        Assert.Equal(before.Able - 1, before.Told);
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        var at = accounts.Now - TimeSpan.FromSeconds(1);
        await StaffAsync(AdministratorRole.Owner);
        Assert.Equal(new(before.Able + 1, before.Told), await SecondAsync(owner, watch, at));
    }

    [Theory]
    [InlineData("it", "Una proposta aspetta la tua decisione", "Sostituire i metodi persi senza attendere")]
    [InlineData("en", "A proposal needs your decision", "Replace lost methods without waiting")]
    public async Task The_second_person_reads_who_proposed_what_for_whom_and_until_when_and_gets_nothing_that_acts(
        string language, string subject, string what)
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        await accounts.ReadAsync(database => database.Users.Where(row => row.Id == other.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Locale, language)));
        var links = await accounts.ReadAsync(database => database.MailedLinks.CountAsync(link => link.PersonId == other.Id));
        await ProposeAsync(ada, help, IdentityChecks.MetInPerson, "ticket 4711");
        var mail = Assert.Single(await accounts.MailsToAsync(other.Email)).Mail;
        Assert.StartsWith(subject, mail.Subject, StringComparison.Ordinal);
        foreach (var part in (string[])
            [what, ada.UserName, help.UserName, $"https://sso.test/console/person/reset?sub={ada.Id:N}",
                (accounts.Now + Day).ToLocalTime().ToString("d MMMM yyyy", CultureInfo.GetCultureInfo(language))])
        {
            Assert.Contains(part, mail.Text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("4711", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("link=", mail.Text, StringComparison.Ordinal);
        Assert.Equal(links, await accounts.ReadAsync(database => database.MailedLinks.CountAsync(link => link.PersonId == other.Id)));
    }

    [Fact]
    public async Task A_proposal_that_fails_calls_nobody()
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        Assert.Equal(RefusalKind.Taken, (await ProposeAsync(ada, other))!.Kind);
        Assert.Empty(await help.ToldAsync());
        Assert.Equal(["ProposalWaits"], await other.ToldAsync());
    }

    [Fact]
    public async Task When_the_contacts_are_taken_back_it_is_off_with_its_links_and_the_proposal()
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        var thief = accounts.OpenBrowser();
        await thief.SignedInAsync(ada);
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        var address = $"thief-{ada.UserName}@sso.test";
        Assert.IsType<EmailOutcome.Sent>(await thief.AskForAddressAsync(address));
        Assert.True(await thief.ConfirmAddressAsync(await accounts.LinkAsync(address, "/email/confirm")));
        await ProposeAsync(ada, help);
        var seen = await SeenAsync(ada);
        Assert.True(await accounts.OpenBrowser().UndoAsync(await ada.LinkAsync("/undo")));
        Assert.Null(await RecoveryAsync(ada));
        Assert.Equal(0, await ProposalsAboutAsync(ada));
        Assert.False(await accounts.ReadAsync(database => database.MailedLinks.AnyAsync(link => link.PersonId == ada.Id
            && (link.Purpose == MailedLinkPurpose.StopRecovery || link.Purpose == MailedLinkPurpose.OpenRecovery))));
        Assert.Equal(RefusalKind.NotFound, (await AgreeAsync(ada, other, seen))!.Kind);
    }

    [Fact]
    public async Task Nobody_does_either_half_for_themselves_or_for_a_higher_role()
    {
        var (help, other, owner) = (await StaffAsync(), await StaffAsync(), await StaffAsync(AdministratorRole.Owner));
        Assert.Equal(RefusalKind.Denied, (await ProposeAsync(help, help))!.Kind);
        Assert.Equal(RefusalKind.Denied, (await ProposeAsync(owner, help))!.Kind);
        Assert.Null(await ProposeAsync(help, other));
        Assert.Equal(RefusalKind.Denied, (await AgreeAsync(help, help))!.Kind);
        Assert.Equal(RefusalKind.Denied, (await CallOffAsync(help, help))!.Kind);
    }

    [Fact]
    public async Task The_link_in_the_mail_stops_it_and_the_proposal_with_it()
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        var link = await ada.LinkAsync("/signin/recover/stop");
        Assert.True(await accounts.OpenBrowser().ActAsync<LostFactor, bool>(
            (lost, visit) => lost.StopByLinkAsync(visit, link, CancellationToken.None)));
        Assert.Equal(RefusalKind.NotFound, (await AgreeAsync(ada, other))!.Kind);
        accounts.Clock.Advance(Day);
        await accounts.DueRecoveriesAsync();
        Assert.Equal(["RecoveryByOperator", "RecoveryStopped"], await ada.ToldAsync());
        Assert.DoesNotContain(await WaitingForAsync(other), view => view.Sub == ada.Id.ToString("N"));
    }

    [Fact]
    public async Task A_proof_of_the_old_factor_ends_it()
    {
        var (ada, help) = (await WithAppAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        var browser = accounts.OpenBrowser();
        Assert.IsType<CodeOutcome.Accepted>(await browser.AppCodeAsync(await browser.AfterPasswordAsync(ada), await ada.AppCodeAsync()));
        Assert.Null(await RecoveryAsync(ada));
    }

    [Fact]
    public async Task Any_of_them_calls_it_off_and_the_owner_is_told()
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        await ProposeAsync(ada, help);
        Assert.Null(await CallOffAsync(ada, other));
        Assert.Equal(["RecoveryByOperator", "RecoveryStopped"], await ada.ToldAsync());
        Assert.Contains(SecurityEventKind.LostFactorStopped, await ada.EventsAsync());
        Assert.Equal(RefusalKind.NotFound, (await CallOffAsync(ada, help))!.Kind);
    }

    [Fact]
    public async Task What_the_owner_asked_for_can_be_shortened_by_two_and_keeps_its_wait_otherwise()
    {
        var (ada, help, other) = (await WithAppAsync(), await StaffAsync(), await StaffAsync());
        await AskAsync(ada);
        var readyAt = accounts.Now + Day;
        accounts.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Null(await ProposeAsync(ada, help));
        Assert.Equal(readyAt, (await RecoveryAsync(ada))!.ReadyAt);
        Assert.Equal(RefusalKind.Taken, (await ProposeAsync(ada, other))!.Kind);
        Assert.Null(await AgreeAsync(ada, other));
        Assert.Equal(accounts.Now, (await RecoveryAsync(ada))!.ReadyAt);
    }

    [Fact]
    public async Task Somebody_without_a_confirmed_address_or_without_a_factor_is_not_helped_from_here()
    {
        var help = await StaffAsync();
        var unproved = await (await accounts.AddPersonAsync("bo", person => person.EmailConfirmed = false)).WithAppAsync();
        Assert.Equal(RefusalKind.Invalid, (await ProposeAsync(unproved, help))!.Kind);
        Assert.Equal(RefusalKind.Invalid, (await ProposeAsync(await accounts.AddPersonAsync("cy"), help))!.Kind);
    }

    [Fact]
    public async Task Five_times_a_day_are_enough()
    {
        var (ada, help) = (await WithAppAsync(), await StaffAsync());
        for (var time = 0; time < 5; time++)
        {
            Assert.Null(await ProposeAsync(ada, help));
            Assert.Null(await CallOffAsync(ada, help));
        }

        Assert.Equal(RefusalKind.TooOften, (await ProposeAsync(ada, help))!.Kind);
    }

    private async Task<Customer> WithAppAsync() => await (await accounts.AddPersonAsync("ada")).WithAppAsync();

    private async Task GiveAsync(Customer whom, AdministratorRole role) =>
        Assert.Null((await accounts.RunAsync<GrantRole, Result<PersonView, Refusal>>(grant => grant.ExecuteAsync(
            whom.UserName, role, applications: null, ActingOperator.AtCommandLine("root"), CancellationToken.None))).Error);

    private async Task<Customer> StaffAsync(AdministratorRole role = AdministratorRole.HelpDesk)
    {
        var person = await (await accounts.AddPersonAsync("help")).WithAppAsync();
        await accounts.WriteAsync(new Administrator { PersonId = person.Id, Role = role, CreatedAt = accounts.Now, CreatedBy = "a test" });
        return person;
    }

    private Task<Refusal?> ProposeAsync(
        Customer whom, Customer by, IdentityChecks checks = IdentityChecks.Document, string? reference = "ticket 4711") =>
        ActAsync(reset => reset.ProposeAsync(whom.UserName, checks, reference, ActingOperator.AtConsole(by.Id), CancellationToken.None));

    private Task<SecondPeople> SecondAsync(Customer proposer, Customer about, DateTimeOffset? at = null) =>
        accounts.RunAsync<ShowProposals, SecondPeople>(show => show.CountSecondAsync(
            ProposedAct.FactorReset, proposer.Id, about.Id, at ?? accounts.Now, CancellationToken.None));

    /// <summary>As the owner asks for it, without the console.</summary>
    private async Task AskAsync(Customer ada)
    {
        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(ada);
        var signIn = await browser.SignInAsync();
        await browser.ActAsync<LostFactor>((lost, visit) => lost.RequestAsync(visit, request, signIn, CancellationToken.None));
    }

    /// <summary>To what the page shows now, unless something else was read.</summary>
    private async Task<Refusal?> AgreeAsync(Customer whom, Customer by, string? seen = null)
    {
        seen ??= await SeenAsync(whom);
        return await ActAsync(
            reset => reset.AgreeAsync(whom.UserName, seen, ActingOperator.AtConsole(by.Id), CancellationToken.None));
    }

    private async Task<string?> SeenAsync(Customer whom) => (await accounts.RunAsync<ShowProposals, FactorResetView?>(
        show => show.FindResetAsync(whom.Id, CancellationToken.None)))?.Proposal?.Mark;

    private Task<int> ProposalsAboutAsync(Customer whom) =>
        accounts.ReadAsync(database => database.Proposals.CountAsync(row => row.PersonId == whom.Id));

    private Task<Refusal?> CallOffAsync(Customer whom, Customer by) =>
        ActAsync(reset => reset.CallOffAsync(whom.UserName, ActingOperator.AtConsole(by.Id), CancellationToken.None));

    private async Task<Refusal?> ActAsync(Func<FactorReset, Task<Result<Person, Refusal>>> act) =>
        (await accounts.RunAsync(act)).Error;

    private async Task<IReadOnlyList<ProposalView>> WaitingForAsync(Customer second) =>
        await accounts.RunAsync<ShowProposals, IReadOnlyList<ProposalView>>(
            async show => await show.ListAsync(second.Id, CancellationToken.None));

    private Task<bool> OpenAsync(string link, AuthorizationRequest request) => accounts.RunAsync<LostFactor, bool>(
        lost => lost.OpenAsync(link, request.FlowId, CancellationToken.None));

    private Task<FactorRecovery?> RecoveryAsync(Customer ada) => accounts.ReadAsync(
        database => database.FactorRecoveries.AsNoTracking().SingleOrDefaultAsync(row => row.PersonId == ada.Id));
}
