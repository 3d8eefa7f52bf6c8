using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Data.Factors;
using Sso.Data.Grants;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.People;

public sealed class PersonOperationsTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    private const string Password = "limone barca stella";

    private readonly Dictionary<string, byte[][]> _counted = [];

    public static TheoryData<string, NewPerson, string> Refusals => new()
    {
        { "an empty name", Someone("ok") with { UserName = " " }, "user_name" },
        { "a name of 101 characters", Someone("ok") with { UserName = new string('a', 101) }, "user_name" },
        { "a foreign address as name", Someone("ok") with { UserName = "other@example.com" }, "user_name" },
        { "no at sign", Someone("ok") with { Email = "example.com" }, "email" },
        { "two at signs", Someone("ok") with { Email = "a@b@example.com" }, "email" },
        { "a space in the address", Someone("ok") with { Email = "a b@example.com" }, "email" },
        { "a short password", Someone("ok") with { Password = "short" }, "password" },
        { "a birth date of another form", Someone("ok") with { Birthdate = "30/04/1985" }, "birthdate" },
        { "an unknown time zone", Someone("ok") with { ZoneInfo = "Europe/Nowhere" }, "zone_info" },
        { "a country in words", Someone("ok") with { Country = "Italia" }, "country" },
        { "a script as website", Someone("ok") with { Website = "javascript:alert(1)" }, "website" },
        { "an endless name", Someone("ok") with { GivenName = new string('a', 201) }, "given_name" },
        { "a name of two lines", Someone("ok") with { FamilyName = "Rossi\r\nBcc: x@evil.example" }, "family_name" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public async Task Refuses_what_breaks_a_rule_and_names_the_field(string situation, NewPerson input, string field)
    {
        Assert.True((await AddAsync(input)).Failed(out var refusal, out _), situation);

        Assert.Equal(field, Assert.Single(refusal.Problems).Field);
    }

    [Theory]
    [InlineData("Ada", "ada2@example.com", "user_name")]
    [InlineData("ＡＤＡ", "ada2@example.com", "user_name")]
    [InlineData("ada2", "ADA@Example.com", "email")]
    [InlineData("ADA@example.com", "ADA@example.com", "user_name")]
    [Spec("A11")]
    public async Task A_name_is_one_person_s_in_either_column_and_any_spelling(string userName, string email, string field)
    {
        await AddAsync(Someone("ada"));

        Assert.True((await AddAsync(Someone("x") with { UserName = userName, Email = email })).Failed(out var refusal, out _));

        Assert.Equal((RefusalKind.Taken, field), (refusal.Kind, Assert.Single(refusal.Problems).Field));
    }

    [Fact, Spec("A11")]
    public async Task An_address_that_is_somebody_s_user_name_cannot_become_another_s_address()
    {
        await AddAsync(Someone("x") with { UserName = "bea@example.com", Email = "bea@example.com" });

        Assert.True((await AddAsync(Someone("thief") with { Email = "Bea@example.com" })).Failed(out var refusal, out _));

        Assert.Equal("email", Assert.Single(refusal.Problems).Field);
    }

    [Fact, Spec("A11")]
    public async Task Of_two_who_ask_for_one_address_at_once_one_gets_it()
    {
        var outcomes = await Task.WhenAll(
            AddAsync(Someone("race1") with { Email = "race@example.com" }), AddAsync(Someone("race2") with { Email = "race@example.com" }));

        Assert.Equal(1, outcomes.Count(outcome => outcome.Failed(out _, out _)));
    }

    [Fact]
    public async Task A_person_is_found_by_user_name_address_and_subject()
    {
        var added = await AddedAsync(Someone("gia"));

        foreach (var who in (string[])["GIA", "gia@example.COM", added.Sub])
        {
            Assert.False((await ShowAsync(who)).Failed(out _, out var details));
            Assert.Equal("gia", details!.Person.UserName);
        }

        Assert.True((await ShowAsync("nobody")).Failed(out var refusal, out _));
        Assert.Equal(RefusalKind.NotFound, refusal.Kind);
    }

    [Fact]
    public async Task Names_are_kept_as_they_were_meant_and_compared_so()
    {
        var added = await AddedAsync(Someone("tea") with { UserName = "\uFEFFtea–rosa\u200B", Email = "tea\u2011rosa@example.com\u00A0" });

        Assert.Equal(("tea-rosa", "tea-rosa@example.com"), (added.UserName, added.Email));
        Assert.False((await ShowAsync("TEA－ROSA")).Failed(out _, out _));
        var again = await AddAsync(Someone("tea") with { UserName = "tea‒rosa", Email = "other@example.com" });
        Assert.True(again.Failed(out var refusal, out _));
        Assert.Equal(RefusalKind.Taken, refusal.Kind);
    }

    [Fact]
    public async Task The_password_is_stored_as_a_hash_that_matches()
    {
        await AddedAsync(Someone("leo"));

        var stored = await accounts.ReadAsync(
            database => database.Users.Where(person => person.UserName == "leo").Select(person => person.PasswordHash).SingleAsync());

        Assert.Equal(PasswordMatch.Right, PasswordHashing.Verify(Password, stored));
    }

    [Fact]
    public async Task Unlocking_forgets_every_failure()
    {
        var (id, _, _) = await AddWithRowsAsync("mia");

        Assert.False(
            (await accounts.RunAsync<UnlockPerson, Result<PersonView, Refusal>>(
                unlock => unlock.ExecuteAsync("mia", CancellationToken.None)))
                .Failed(out _, out _));

        Assert.False((await ShowAsync("mia")).Failed(out _, out var details));
        Assert.Equal((0, null), (details!.PasswordFailures, details.BlockedUntil));
        Assert.Equal(0, await CountersAsync("mia", id));
    }

    [Fact]
    public async Task Disabling_signs_out_everywhere_and_enabling_does_not_undo_that()
    {
        var (id, session, grant) = await AddWithRowsAsync("noa");

        await accounts.RunAsync<DisablePerson, Result<PersonView, Refusal>>(disable => disable.ExecuteAsync("noa", CancellationToken.None));
        await accounts.RunAsync<EnablePerson, Result<PersonView, Refusal>>(enable => enable.ExecuteAsync("noa", CancellationToken.None));

        await AssertEndedAsync(session, grant, "person disabled");
        var events = await accounts.ReadAsync(database => database.SecurityEvents
            .Where(item => item.PersonId == id && item.Kind == SecurityEventKind.PersonChanged).Select(item => item.Detail!).ToListAsync());
        Assert.Equal(["added", "disabled", "enabled"], events.Order());
        Assert.Null(
            await accounts.ReadAsync(
                database => database.Users.Where(person => person.Id == id).Select(person => person.DisabledAt).SingleAsync()));
    }

    [Fact]
    public async Task A_new_password_signs_out_everywhere_and_forgets_failures()
    {
        var (id, session, grant) = await AddWithRowsAsync("pia");

        await accounts.RunAsync<SetPassword, Result<Person, Refusal>>(
            set => set.ExecuteAsync("pia", "un'altra frase lunga", CancellationToken.None));

        await AssertEndedAsync(session, grant, "password set");
        Assert.Equal(0, await CountersAsync("pia", id));
        var stored = await accounts.ReadAsync(
            database => database.Users.Where(person => person.Id == id).Select(person => person.PasswordHash).SingleAsync());
        Assert.Equal(PasswordMatch.Wrong, PasswordHashing.Verify(Password, stored));
        Assert.Equal(PasswordMatch.Right, PasswordHashing.Verify("un'altra frase lunga", stored));
    }

    [Fact]
    public async Task A_weak_new_password_changes_nothing()
    {
        var (_, session, _) = await AddWithRowsAsync("rea");

        Assert.True(
            (await accounts.RunAsync<SetPassword, Result<Person, Refusal>>(
                set => set.ExecuteAsync("rea", "short", CancellationToken.None)))
                .Failed(out var refusal, out _));

        Assert.Equal("password", Assert.Single(refusal.Problems).Field);
        Assert.Null(
            await accounts.ReadAsync(
                database => database.Sessions.Where(row => row.Id == session).Select(row => row.EndedAt).SingleAsync()));
    }

    [Fact]
    public async Task The_list_is_narrowed_by_a_part_of_either_name()
    {
        await AddAsync(Someone("zoe") with { Email = "blue@example.com" });
        await AddAsync(Someone("zita") with { Email = "green@example.com" });

        Assert.Equal(["zita", "zoe"], await ListAsync("z"));
        Assert.Equal(["zita"], await ListAsync("Green"));
        Assert.Empty(await ListAsync("100%"));
    }

    private static NewPerson Someone(string name) => new() { UserName = name, Email = $"{name}@example.com", Password = Password };

    private Task<Result<PersonView, Refusal>> AddAsync(NewPerson input) =>
        accounts.RunAsync<AddPerson, Result<PersonView, Refusal>>(add => add.ExecuteAsync(input, CancellationToken.None));

    private Task<Result<PersonDetails, Refusal>> ShowAsync(string who) =>
        accounts.RunAsync<ShowPerson, Result<PersonDetails, Refusal>>(show => show.ExecuteAsync(who, CancellationToken.None));

    private async Task<IEnumerable<string>> ListAsync(string search) =>
        (await accounts.RunAsync<ListPeople, System.Collections.Immutable.ImmutableArray<PersonView>>(
            list => list.ExecuteAsync(search, 100, CancellationToken.None)))
        .Select(person => person.UserName);

    private async Task<PersonView> AddedAsync(NewPerson input)
    {
        Assert.False((await AddAsync(input)).Failed(out var refusal, out var added), refusal?.Problems.FirstOrDefault()?.What);
        return added!;
    }

    /// <summary>A person with a session, a grant, a factor and failures of every kind.</summary>
    private async Task<(Guid Person, Guid Session, Guid Grant)> AddWithRowsAsync(string name)
    {
        var added = await AddedAsync(Someone(name));
        var (id, now) = (Guid.ParseExact(added.Sub, "N"), accounts.Clock.GetUtcNow());
        var session = new Session
        {
            Id = Guid.CreateVersion7(now),
            Secret = RandomNumberGenerator.GetBytes(16),
            HandleHash = RandomNumberGenerator.GetBytes(32),
            PersonId = id,
            CreatedAt = now,
            LastSeenAt = now,
            ExpiresAt = now.AddHours(12),
        };
        var grant = new Grant
        {
            Offline = true,
            Id = Guid.CreateVersion7(now),
            Secret = RandomNumberGenerator.GetBytes(16),
            ClientId = "shop",
            PersonId = id,
            SessionId = session.Id,
            Scopes = ["openid"],
            AuthenticatedAt = now,
            Acr = "1",
            Amr = ["pwd"],
            CreatedAt = now,
            ExpiresAt = now.AddDays(30),
            IdleExpiresAt = now.AddDays(14),
        };
        var factor = new SecondFactor
        {
            Id = Guid.CreateVersion7(now),
            PersonId = id,
            Method = ProofMethod.AuthenticatorApp,
            Protected = [1],
            CreatedAt = now,
        };
        factor.Activate(now);
        var device = new TrustedDevice
        {
            Id = Guid.CreateVersion7(now),
            PersonId = id,
            SecretHash = RandomNumberGenerator.GetBytes(32),
            CreatedAt = now,
            ExpiresAt = now.AddDays(30),
            LastUsedAt = now,
        };
        await accounts.WriteAsync(
        [
            session, grant, factor, device,
            .. CountedOf(name, id, session.Id, device.Id).Select(key => (object)new AttemptCounter
            {
                Key = key,
                Count = 50,
                WindowStart = now,
                BlockedUntil = now.AddMinutes(15),
                ExpiresAt = now.AddDays(1),
            }),
        ]);
        await accounts.ReadAsync(database => database.SecondFactors
            .Where(row => row.Id == factor.Id).ExecuteUpdateAsync(set => set.SetProperty(row => row.ConsecutiveFailures, 50)));
        _counted[name] = CountedOf(name, id, session.Id, device.Id);
        return (id, session.Id, grant.Id);
    }

    /// <summary>Everything under which failures of a person are counted.</summary>
    private static byte[][] CountedOf(string name, Guid id, Guid session, Guid device) =>
    [
        AttemptCounter.KeyOf("password", SignInName.Normalize(name)),
        AttemptCounter.KeyOf("password", SignInName.Normalize($"{name}@example.com")),
        AttemptCounter.KeyOf("password", $"session/{session:N}"),
        AttemptCounter.KeyOf("password", $"device/{device:N}"),
        AttemptCounter.KeyOf("second-factor", $"{id:N}"),
    ];

    private Task<int> CountersAsync(string name, Guid id) => accounts.ReadAsync(async database =>
    {
        var rows = (await database.AttemptCounters.ToListAsync())
            .Count(counter => _counted[name].Any(key => key.SequenceEqual(counter.Key)));
        return rows + await database.SecondFactors.Where(factor => factor.PersonId == id).SumAsync(factor => factor.ConsecutiveFailures);
    });

    private async Task AssertEndedAsync(Guid session, Guid grant, string because)
    {
        var now = accounts.Clock.GetUtcNow();
        Assert.Equal(
            now,
            await accounts.ReadAsync(
                database => database.Sessions.Where(row => row.Id == session).Select(row => row.EndedAt).SingleAsync()));
        var row = await accounts.ReadAsync(database => database.Grants.SingleAsync(item => item.Id == grant));
        Assert.Equal((now, because), (row.RevokedAt, row.RevokedBecause));
    }
}
