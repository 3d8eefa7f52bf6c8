using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Administrators;
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
        await _accounts.RunAsync<DeletePerson>(delete => delete.ExecuteAsync("marco", CancellationToken.None));
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
        string who, AdministratorRole role, params string[] applications) =>
        _accounts.RunAsync<GrantRole, Protocol.Result<PersonView, Admin.Refusal>>(grant => grant.ExecuteAsync(
            who, role, applications.Length == 0 ? null : [.. applications], "a test", CancellationToken.None));

    private Task<Protocol.Result<PersonView, Admin.Refusal>> RemoveAsync(string who) =>
        _accounts.RunAsync<RemoveAdministrator, Protocol.Result<PersonView, Admin.Refusal>>(
            remove => remove.ExecuteAsync(who, CancellationToken.None));

    private Task<bool> ManagesAsync(Customer customer, string client) =>
        _accounts.RunAsync<ConsoleVisits, bool>(visits => visits.ManagesAsync(customer.Id, client, CancellationToken.None));
}
