using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Administrators;
using Sso.Accounts.Mails;
using Sso.Accounts.Visits;
using Sso.Data.Administrators;
using Sso.Data.People;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Administrators;

/// <summary>How the first administrator is made, and how roles are given and taken.</summary>
public sealed class AdministratorsTests : IAsyncLifetime
{
    private readonly AccountsDatabase _accounts = new();

    public ValueTask InitializeAsync() => _accounts.InitializeAsync();

    public ValueTask DisposeAsync() => _accounts.DisposeAsync();

    [Fact]
    [Spec("S9")]
    public async Task The_link_makes_one_owner_and_works_once()
    {
        var link = await LinkAsync();
        Assert.IsType<FirstAdministratorOutcome.Made>(await MakeAsync(link!, "marco"));
        Assert.IsType<FirstAdministratorOutcome.DeadLink>(await MakeAsync(link!, "eva"));

        var only = Assert.Single(await ListAsync());
        Assert.Equal(("marco", AdministratorRole.Owner), (only.UserName, only.Role));
        Assert.False(await _accounts.ReadAsync(database => database.Users.AnyAsync(person => person.UserName == "eva")));
    }

    [Fact]
    [Spec("S9")]
    public async Task The_link_dies_after_a_quarter_of_an_hour()
    {
        var link = await LinkAsync();
        _accounts.Clock.Advance(FirstAdministrator.LinkLife - TimeSpan.FromSeconds(1));
        Assert.True(await IsValidAsync(link));
        _accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await IsValidAsync(link));
        Assert.IsType<FirstAdministratorOutcome.DeadLink>(await MakeAsync(link!, "marco"));
    }

    [Fact]
    [Spec("S9")]
    public async Task Of_the_links_of_several_nodes_the_first_that_is_used_ends_all()
    {
        var (one, other) = (await LinkAsync(), await LinkAsync());
        Assert.True(await IsValidAsync(one) && await IsValidAsync(other));
        Assert.IsType<FirstAdministratorOutcome.Made>(await MakeAsync(other!, "marco"));
        Assert.False(await IsValidAsync(one));
        Assert.IsType<FirstAdministratorOutcome.DeadLink>(await MakeAsync(one!, "eva"));
        Assert.Null(await LinkAsync());
    }

    [Fact]
    [Spec("A20")]
    public async Task Without_the_only_administrator_there_is_still_no_other_first_one()
    {
        await MakeAsync((await LinkAsync())!, "marco");
        await _accounts.ReadAsync(database => database.Administrators.ExecuteDeleteAsync());
        Assert.Empty(await ListAsync());
        Assert.Null(await LinkAsync());
    }

    [Fact]
    [Spec("S9")]
    public async Task The_database_holds_only_the_hash_of_the_link_and_the_password_is_held_to_the_usual_rules()
    {
        var link = (await LinkAsync())!;
        Assert.Equal(43, link.Length);
        Assert.Equal(
            MailedLink.HashOf(link), await _accounts.ReadAsync(database => database.MailedLinks.Select(row => row.Hash).SingleAsync()));
        Assert.IsType<FirstAdministratorOutcome.WeakPassword>(await MakeAsync(link, "marco", "password"));
        Assert.IsType<FirstAdministratorOutcome.Refused>(await MakeAsync(link, "a@b"));
        Assert.True(await IsValidAsync(link));
    }

    [Fact]
    public async Task The_only_owner_keeps_the_role()
    {
        await MakeAsync((await LinkAsync())!, "marco");
        var eva = await _accounts.AddPersonAsync("eva");
        Assert.NotNull((await RemoveAsync("marco")).Error);
        Assert.NotNull((await GrantAsync("marco", AdministratorRole.Auditor)).Error);

        Assert.Null((await GrantAsync(eva.UserName, AdministratorRole.Owner)).Error);
        Assert.Null((await RemoveAsync("marco")).Error);
        Assert.Equal(eva.UserName, Assert.Single(await ListAsync()).UserName);
        Assert.NotNull((await RemoveAsync(eva.UserName)).Error);
    }

    [Fact]
    public async Task A_disabled_owner_is_nobody_to_rely_on()
    {
        await MakeAsync((await LinkAsync())!, "marco");
        var eva = await _accounts.AddPersonAsync("eva");
        await GrantAsync(eva.UserName, AdministratorRole.Owner);
        await _accounts.RunAsync<DisablePerson>(disable => disable.ExecuteAsync(eva.UserName, CancellationToken.None));
        Assert.NotNull((await RemoveAsync("marco")).Error);
    }

    [Fact]
    public async Task The_only_owner_is_neither_disabled_nor_deleted_nor_asks_for_it()
    {
        var (ada, browser) = (await AddOwnerAsync("ada"), _accounts.OpenBrowser());
        await browser.SignedInAsync(ada);
        Assert.Contains("only owner", (await DisableAsync(ada.UserName)).Error!.Problems[0].What, StringComparison.Ordinal);
        Assert.Contains("only owner", (await DeleteAsync(ada.UserName)).Error!.Problems[0].What, StringComparison.Ordinal);
        Assert.Equal(DeletionOutcome.IsOnlyOwner, await browser.DeletionAsync());
        Assert.True(await browser.IsSignedInAsync());
        Assert.Empty(await _accounts.ReadAsync(database => database.AccountDeletions.ToListAsync()));

        // Nobody else's role helps.
        var eva = await _accounts.AddPersonAsync("eva");
        await GrantAsync(eva.UserName, AdministratorRole.Security);
        Assert.NotNull((await DisableAsync(ada.UserName)).Error);
        Assert.Null((await DisableAsync(eva.UserName)).Error);
        await AddOwnerAsync("zoe");
        Assert.Null((await DeleteAsync(ada.UserName)).Error);
    }

    [Fact]
    public async Task An_owner_who_is_about_to_be_deleted_is_nobody_to_rely_on()
    {
        var (ada, eva, browser) = (await AddOwnerAsync("ada"), await AddOwnerAsync("eva"), _accounts.OpenBrowser());
        await browser.SignedInAsync(eva);
        Assert.Equal(DeletionOutcome.Requested, await browser.DeletionAsync());
        Assert.NotNull((await DisableAsync(ada.UserName)).Error);
        Assert.NotNull((await DeleteAsync(ada.UserName)).Error);
        Assert.NotNull((await RemoveAsync(ada.UserName)).Error);
        Assert.NotNull((await GrantAsync(ada.UserName, AdministratorRole.Auditor)).Error);

        // However it came about: whose time is up stays until there is another owner.
        await _accounts.ReadAsync(database => database.Administrators.Where(row => row.PersonId == ada.Id).ExecuteDeleteAsync());
        _accounts.Clock.Advance(TimeSpan.FromDays(30));
        await _accounts.DueDeletionsAsync();
        Assert.Equal(eva.UserName, Assert.Single(await ListAsync()).UserName);
        var zoe = await AddOwnerAsync("zoe");
        await _accounts.DueDeletionsAsync();
        Assert.Equal(zoe.UserName, Assert.Single(await ListAsync()).UserName);
    }

    [Fact]
    public async Task Of_the_last_two_owners_who_go_at_once_one_stays()
    {
        for (var round = 0; round < 8; round++)
        {
            await _accounts.ReadAsync(database => database.Administrators.ExecuteDeleteAsync());
            var (ada, eva) = (await AddOwnerAsync("ada"), await AddOwnerAsync("eva"));
            var outcomes = await Task.WhenAll(
                Task.Run(async () => (await DisableAsync(ada.UserName)).Error),
                Task.Run(async () => (round % 2 == 0 ? (await DeleteAsync(eva.UserName)).Error : (await RemoveAsync(eva.UserName)).Error)));
            Assert.Single(outcomes, refusal => refusal is null);
        }
    }

    [Fact]
    public async Task Another_role_has_its_own_giver_and_time_and_the_record_says_what_was_before()
    {
        await AddOwnerAsync("zoe");
        var ada = await _accounts.AddPersonAsync("ada");
        foreach (var id in (string[])["shop", "mail"])
        {
            await _accounts.WriteAsync(new Data.Clients.ClientRegistration { Id = id, Name = id, CreatedAt = _accounts.Now });
        }

        await GrantAsync("anna", ada.UserName, AdministratorRole.AppManager, "shop");
        var first = _accounts.Now;
        _accounts.Clock.Advance(TimeSpan.FromDays(1));
        // The same role with other applications is still the one that was given.
        await GrantAsync("piero", ada.UserName, AdministratorRole.AppManager, "shop", "mail");
        Assert.Equal(("command:anna", first), await GivenAsync());
        await GrantAsync("piero", ada.UserName, AdministratorRole.Auditor);
        Assert.Equal(("command:piero", _accounts.Now), await GivenAsync());

        var changes = (await _accounts.EventsAsync(ada.Id)).Where(item => item.Detail == "role given").Select(item => item.Changes);
        Assert.Equal(
            [
                """{"role":[null,"AppManager"],"applications":[null,"shop"]}""",
                """{"role":["AppManager","AppManager"],"applications":["shop","mail shop"]}""",
                """{"role":["AppManager","Auditor"],"applications":["mail shop",null]}""",
            ],
            changes);

        async Task<(string, DateTimeOffset)> GivenAsync()
        {
            var row = (await ListAsync()).Single(item => item.UserName == ada.UserName);
            return (row.CreatedBy, row.CreatedAt);
        }
    }

    [Fact]
    [Spec("S116")]
    public async Task A_role_is_given_only_to_somebody_who_has_what_opens_the_console()
    {
        var (bare, phone, app) = (
            await _accounts.AddPersonAsync("ada"), await (await _accounts.AddPersonAsync("eva")).WithPhoneAsync(),
            await (await _accounts.AddPersonAsync("zoe")).WithAppAsync());
        Assert.Equal("factor", (await WriteGrantAsync(bare)).Error!.Problems[0].Field);
        Assert.Equal("factor", (await WriteGrantAsync(phone)).Error!.Problems[0].Field);
        Assert.Null((await WriteGrantAsync(app)).Error);
        Assert.Equal(app.UserName, Assert.Single(await ListAsync()).UserName);

        Task<Protocol.Result<PersonView, Admin.Refusal>> WriteGrantAsync(Customer customer) =>
            _accounts.RunAsync<GrantRole, Protocol.Result<PersonView, Admin.Refusal>>(grant => grant.ExecuteAsync(
                customer.UserName, AdministratorRole.Owner, applications: null, ActingOperator.AtCommandLine("root"),
                CancellationToken.None));
    }

    [Fact]
    [Spec("S116")]
    public async Task Less_than_somebody_has_is_given_without_it_and_more_is_not()
    {
        await AddOwnerAsync("zoe");
        foreach (var id in (string[])["shop", "mail"])
        {
            await _accounts.WriteAsync(new Data.Clients.ClientRegistration { Id = id, Name = id, CreatedAt = _accounts.Now });
        }

        var ada = await AddOwnerAsync("ada");
        await _accounts.ReadAsync(database => database.SecondFactors.Where(row => row.PersonId == ada.Id).ExecuteDeleteAsync());
        Assert.Null(await ToAsync(AdministratorRole.Security));
        Assert.Equal("factor", (await ToAsync(AdministratorRole.Owner))!.Problems[0].Field);
        Assert.Equal("factor", (await ToAsync(AdministratorRole.AppManager, "shop"))!.Problems[0].Field);
        Assert.Null(await ToAsync(AdministratorRole.AppManager));
        await _accounts.WriteAsync(
            new ManagedClient { PersonId = ada.Id, ClientId = "shop" }, new ManagedClient { PersonId = ada.Id, ClientId = "mail" });
        Assert.Null(await ToAsync(AdministratorRole.AppManager, "shop"));
        Assert.Equal("factor", (await ToAsync(AdministratorRole.AppManager, "shop", "mail"))!.Problems[0].Field);
        Assert.Null(await ToAsync(AdministratorRole.Auditor));

        async Task<Admin.Refusal?> ToAsync(AdministratorRole role, params string[] applications) =>
            (await _accounts.RunAsync<GrantRole, Protocol.Result<PersonView, Admin.Refusal>>(grant => grant.ExecuteAsync(
                ada.UserName, role, [.. applications], ActingOperator.AtCommandLine("root"), CancellationToken.None))).Error;
    }

    [Fact]
    [Spec("S114")]
    public async Task Nobody_at_the_console_acts_on_somebody_of_a_higher_role()
    {
        await AddOwnerAsync("zoe");
        AdministratorRole?[] roles = [null, .. Enum.GetValues<AdministratorRole>()];
        foreach (var by in Enum.GetValues<AdministratorRole>())
        {
            var actor = await WithRoleAsync(by);
            foreach (var whom in roles)
            {
                var target = await WithRoleAsync(whom);
                var at = ActingOperator.AtConsole(actor.Id);
                var expected = Precedence.MayActOn(by, whom) ? (Admin.RefusalKind?)null : Admin.RefusalKind.Denied;
                Assert.Equal(expected, (await UnlockAsync(target, at))?.Kind);
                Assert.Equal(expected, (await SignOutAsync(target, at))?.Kind);
                Assert.Equal(expected, (await SendAsync(target, at))?.Kind);
                Assert.Equal(expected is null ? ["PasswordLinkSent"] : [], await target.ToldAsync());
                // The command line is bound by no role.
                Assert.Null(await UnlockAsync(target, ActingOperator.AtCommandLine("root")));
            }
        }

        // Somebody who has no role any more acts on nobody.
        var nobody = ActingOperator.AtConsole((await WithRoleAsync(role: null)).Id);
        Assert.Equal(Admin.RefusalKind.Denied, (await UnlockAsync(await WithRoleAsync(role: null), nobody))?.Kind);

        async Task<Customer> WithRoleAsync(AdministratorRole? role)
        {
            var person = await _accounts.AddPersonAsync("ada");
            if (role is { } given)
            {
                Assert.Null((await GrantAsync(person.UserName, given)).Error);
            }

            return person;
        }
    }

    [Fact]
    public async Task A_link_that_an_operator_sends_is_told_as_that_and_has_a_limit_of_its_own()
    {
        var (ada, help) = (await _accounts.AddPersonAsync("ada"), await _accounts.AddPersonAsync("help"));
        await GrantAsync(help.UserName, AdministratorRole.HelpDesk);
        var by = ActingOperator.AtConsole(help.Id);
        // What strangers ask for does not use it up, and is not used up by it.
        for (var asked = 0; asked < 4; asked++)
        {
            await _accounts.OpenBrowser().ForgetPasswordAsync(ada.UserName);
        }

        for (var sent = 0; sent < 5; sent++)
        {
            _accounts.Clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Null(await SendAsync(ada, by));
        }

        Assert.Equal(Admin.RefusalKind.TooOften, (await SendAsync(ada, by))?.Kind);
        var mails = (await _accounts.MailsToAsync(ada.Email)).Where(mail => mail.Name == "PasswordLinkSent").ToList();
        Assert.Equal(5, mails.Count);
        Assert.All(mails, mail => Assert.Contains("il nostro servizio clienti", mail.Mail.Text, StringComparison.Ordinal));
        Assert.All(mails, mail => Assert.DoesNotContain("10.0.", mail.Mail.Text, StringComparison.Ordinal));
        // Only the latest link opens, and it does what it says.
        Assert.NotNull(await _accounts.OwnerOfPasswordLinkAsync(await _accounts.LinkAsync(ada.Email, "/password/reset")));
        Assert.Single(await _accounts.ReadAsync(database => database.MailedLinks
            .Where(link => link.PersonId == ada.Id && link.Purpose == MailedLinkPurpose.ResetPassword).ToListAsync()));
        Assert.Equal(
            5, (await _accounts.EventsAsync(ada.Id)).Count(
                item => item.Kind == Data.Operations.SecurityEventKind.PersonChanged && item.Detail == "password link sent"));

        _accounts.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Null(await SendAsync(ada, by));
    }

    /// <summary>Whoever talked the help desk into it must not do so unseen.</summary>
    [Fact]
    [Spec("S79")]
    public async Task The_owner_is_told_by_whom_they_were_unlocked_and_signed_out_but_not_from_where()
    {
        var (ada, help) = (await _accounts.AddPersonAsync("ada"), await _accounts.AddPersonAsync("help"));
        await GrantAsync(help.UserName, AdministratorRole.HelpDesk);
        await _accounts.OpenBrowser().PasswordAsync(ada, AccountsDatabase.WrongPassword);
        Assert.Null(await UnlockAsync(ada, ActingOperator.AtConsole(help.Id)));
        Assert.Null(await SignOutAsync(ada, ActingOperator.AtCommandLine("root")));
        await _accounts.RunAsync<OwedNotices>(notices => notices.RunAsync(CancellationToken.None));

        Assert.Equal(["SignedOutByOperator", "Unlocked"], await ada.ToldAsync());
        Assert.All(
            await _accounts.MailsToAsync(ada.Email),
            told =>
            {
                Assert.Contains("il nostro servizio clienti", told.Mail.Text, StringComparison.Ordinal);
                Assert.Contains("/not-me?link=", told.Mail.Text, StringComparison.Ordinal);
            });
    }

    [Fact]
    public async Task No_link_goes_to_an_address_that_nobody_has_proved_or_to_a_disabled_account()
    {
        var by = ActingOperator.AtCommandLine("root");
        var unproved = await _accounts.AddPersonAsync("ada", person => person.EmailConfirmed = false);
        var disabled = await _accounts.AddPersonAsync("eva", person => person.Disable(_accounts.Now));
        Assert.Equal(Admin.RefusalKind.Invalid, (await SendAsync(unproved, by))?.Kind);
        Assert.Equal(Admin.RefusalKind.Invalid, (await SendAsync(disabled, by))?.Kind);
        Assert.Empty(await _accounts.ReadAsync(database => database.MailedLinks.ToListAsync()));
    }

    private Task<Admin.Refusal?> UnlockAsync(Customer customer, ActingOperator by) =>
        _accounts.RunAsync<UnlockPerson, Admin.Refusal?>(
            async act => (await act.ExecuteAsync(customer.UserName, by, CancellationToken.None)).Error);

    private Task<Admin.Refusal?> SignOutAsync(Customer customer, ActingOperator by) =>
        _accounts.RunAsync<SignOutPerson, Admin.Refusal?>(
            async act => (await act.ExecuteAsync(customer.UserName, by, CancellationToken.None)).Error);

    private Task<Admin.Refusal?> SendAsync(Customer customer, ActingOperator by) =>
        _accounts.RunAsync<SendPasswordLink, Admin.Refusal?>(
            async act => (await act.ExecuteAsync(customer.UserName, by, CancellationToken.None)).Error);

    [Fact]
    [Spec("S114")]
    public async Task Applications_belong_to_app_managers_only_and_must_exist()
    {
        var ada = await _accounts.AddPersonAsync("ada");
        Assert.NotNull((await GrantAsync(ada.UserName, AdministratorRole.AppManager, "nowhere")).Error);
        await _accounts.WriteAsync(new Data.Clients.ClientRegistration { Id = "shop", Name = "Shop", CreatedAt = _accounts.Now });
        Assert.NotNull((await GrantAsync(ada.UserName, AdministratorRole.Auditor, "shop")).Error);
        Assert.Null((await GrantAsync(ada.UserName, AdministratorRole.AppManager, "shop")).Error);
        Assert.True(await ManagesAsync(ada, "shop"));

        // Another role reaches further, and keeps nothing of its own.
        Assert.Null((await GrantAsync(ada.UserName, AdministratorRole.Auditor)).Error);
        Assert.False(await ManagesAsync(ada, "shop"));
    }

    [Fact]
    [Spec("S116")]
    public async Task Whoever_has_been_away_for_a_quarter_of_an_hour_proves_again()
    {
        var visits = await _accounts.RunAsync<ConsoleVisits, ConsoleVisits>(Task.FromResult);
        ConsoleVisitor Seen(TimeSpan? ago) => new(Guid.Empty, Guid.Empty, AdministratorRole.Owner, _accounts.Now - ago);
        Assert.Equal(ConsoleVisits.Idle, visits.AgeFor(visitor: null));
        Assert.Equal(ConsoleVisits.Idle, visits.AgeFor(Seen(ago: null)));
        Assert.Equal(ConsoleVisits.Absolute, visits.AgeFor(Seen(TimeSpan.FromMinutes(15))));
        Assert.Equal(ConsoleVisits.Idle, visits.AgeFor(Seen(TimeSpan.FromMinutes(16))));
    }

    private Task<string?> LinkAsync() =>
        _accounts.RunAsync<FirstAdministrator, string?>(first => first.MakeLinkAsync(CancellationToken.None));

    private Task<bool> IsValidAsync(string? link) =>
        _accounts.RunAsync<FirstAdministrator, bool>(first => first.IsValidAsync(link, CancellationToken.None));

    private Task<FirstAdministratorOutcome> MakeAsync(string link, string name, string password = AccountsDatabase.Password) =>
        _accounts.RunAsync<FirstAdministrator, FirstAdministratorOutcome>(first => first.MakeAsync(
            new Visit { Address = "192.0.2.1", CountedAddress = "192.0.2.1", UserAgent = "", FindBrand = () => null! },
            link,
            new NewPerson { UserName = name, Email = $"{name}@example.it", Password = password },
            CancellationToken.None));

    private Task<System.Collections.Immutable.ImmutableArray<AdministratorView>> ListAsync() =>
        _accounts.RunAsync<ListAdministrators, System.Collections.Immutable.ImmutableArray<AdministratorView>>(
            list => list.ExecuteAsync(CancellationToken.None));

    private Task<Protocol.Result<PersonView, Admin.Refusal>> GrantAsync(
        string who, AdministratorRole role, params string[] applications) => GrantAsync("a test", who, role, applications);

    /// <summary>To somebody who has an app, as everybody with a role.</summary>
    private async Task<Protocol.Result<PersonView, Admin.Refusal>> GrantAsync(
        string by, string who, AdministratorRole role, params string[] applications)
    {
        var person = await _accounts.ReadAsync(database => database.Users.AsNoTracking().SingleAsync(row => row.UserName == who));
        var customer = new Customer(_accounts, person.Id, person.UserName!, person.Email!);
        if ((await customer.FactorsAsync()).Count == 0)
        {
            await customer.WithAppAsync();
        }

        return await _accounts.RunAsync<GrantRole, Protocol.Result<PersonView, Admin.Refusal>>(grant => grant.ExecuteAsync(
            who, role, applications.Length == 0 ? null : [.. applications], ActingOperator.AtCommandLine(by), CancellationToken.None));
    }

    private async Task<Customer> AddOwnerAsync(string name)
    {
        var person = await _accounts.AddPersonAsync(name);
        Assert.Null((await GrantAsync(person.UserName, AdministratorRole.Owner)).Error);
        return person;
    }

    private Task<Protocol.Result<PersonView, Admin.Refusal>> DisableAsync(string who) =>
        _accounts.RunAsync<DisablePerson, Protocol.Result<PersonView, Admin.Refusal>>(
            disable => disable.ExecuteAsync(who, CancellationToken.None));

    private Task<Protocol.Result<Person, Admin.Refusal>> DeleteAsync(string who) =>
        _accounts.RunAsync<DeletePerson, Protocol.Result<Person, Admin.Refusal>>(
            delete => delete.ExecuteAsync(who, CancellationToken.None));

    private Task<Protocol.Result<PersonView, Admin.Refusal>> RemoveAsync(string who) =>
        _accounts.RunAsync<RemoveAdministrator, Protocol.Result<PersonView, Admin.Refusal>>(
            remove => remove.ExecuteAsync(who, CancellationToken.None));

    private Task<bool> ManagesAsync(Customer customer, string client) =>
        _accounts.RunAsync<ConsoleVisits, bool>(visits => visits.ManagesAsync(customer.Id, client, CancellationToken.None));
}
