using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Data;
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

    private static readonly ActingOperator Operator = ActingOperator.AtCommandLine("root");

    private readonly Dictionary<string, byte[][]> _counted = [];

    public static TheoryData<string, NewPerson, string> Refusals => new()
    {
        { "an empty name", Someone("ok") with { UserName = " " }, "user_name" },
        { "a name of 101 characters", Someone("ok") with { UserName = new string('a', 101) }, "user_name" },
        { "a foreign address as name", Someone("ok") with { UserName = "other@example.com" }, "user_name" },
        { "a name like a subject", Someone("ok") with { UserName = "0192f3a04c8b7d1e9a55c0ffee123456" }, "user_name" },
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
    public async Task Nobody_is_taken_for_another_by_being_called_like_their_subject()
    {
        var (meant, impostor) = (await AddedAsync(Someone("iris")), await AddedAsync(Someone("ugo")));
        // As a program could add them before such names were refused.
        var theirs = SignInName.Normalize(meant.Sub);
        await accounts.ReadAsync(database => database.Users.Where(row => row.UserName == impostor.UserName)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NormalizedUserName, theirs)));

        Assert.False((await ShowAsync(meant.Sub)).Failed(out _, out var details));
        Assert.Equal("iris", details!.Person.UserName);
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
            (await accounts.RunAsync<UnlockPerson, Result<UnlockedPerson, Refusal>>(
                unlock => unlock.ExecuteAsync("mia", Operator, CancellationToken.None)))
                .Failed(out _, out var unlocked));

        Assert.True(unlocked!.HadFailures);
        Assert.False((await ShowAsync("mia")).Failed(out _, out var details));
        Assert.Equal((0, null), (details!.PasswordFailures, details.BlockedUntil));
        Assert.Equal(0, await CountersAsync("mia", id));
    }

    [Fact]
    public async Task Unlocking_somebody_of_whom_nothing_is_counted_is_not_recorded_and_not_mailed()
    {
        var added = await AddedAsync(Someone("vera"));

        Assert.False(
            (await accounts.RunAsync<UnlockPerson, Result<UnlockedPerson, Refusal>>(
                unlock => unlock.ExecuteAsync("vera", Operator, CancellationToken.None)))
                .Failed(out _, out var unlocked));

        Assert.False(unlocked!.HadFailures);
        var id = Guid.ParseExact(added.Sub, "N");
        Assert.False(await accounts.ReadAsync(
            database => database.SecurityEvents.AnyAsync(item => item.PersonId == id && item.Detail == "unlocked")));
        Assert.False(await accounts.ReadAsync(database => database.OwedNotices.AnyAsync(notice => notice.PersonId == id)));
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
    public async Task The_list_is_narrowed_by_the_beginning_of_either_name_and_by_no_less_than_three_characters()
    {
        await AddAsync(Someone("zoe.b") with { Email = "blue@example.com" });
        await AddAsync(Someone("zoe-a") with { Email = "green@example.com" });
        await AddAsync(Someone("zz") with { Email = "zoe@example.com" });

        // By user name in the order of its characters, then by address.
        Assert.Equal(["zoe-a", "zoe.b", "zz"], await ListAsync("zoe"));
        Assert.Equal(["zoe-a"], await ListAsync("Green"));
        Assert.Equal(["zoe.b"], await ListAsync("ZOE."));
        Assert.Equal(["zz"], await ListAsync("zz"));
        foreach (var nothing in (string[])["z", "zo", "oe-a", "een@", "zoe%", "___", "100%", "zoe\uDBFF"])
        {
            Assert.Empty(await ListAsync(nothing));
        }
    }

    [Fact]
    public async Task A_long_list_is_read_in_parts_that_leave_nobody_out_and_tell_nobody_twice()
    {
        // The second half is found by address only.
        for (var number = 0; number < 10; number++)
        {
            await AddAsync(Someone($"{(number < 5 ? "many" : "other")}{number}") with { Email = $"many{number}@example.com" });
        }

        foreach (var size in (int[])[1, 3, 5, 10, 11])
        {
            var (names, last) = (new List<string>(), (string?)null);
            do
            {
                var page = await PageAsync("many", last, size);
                Assert.InRange(page.People.Length, 1, size);
                names.AddRange(page.People.Select(person => person.UserName));
                last = page.Last;
            }
            while (last is not null);

            Assert.Equal(
                ["many0", "many1", "many2", "many3", "many4", "other5", "other6", "other7", "other8", "other9"], names);
        }

        var all = new List<string>();
        for (var last = (string?)""; last is not null;)
        {
            var page = await PageAsync(search: null, last, 7);
            all.AddRange(page.People.Select(person => person.UserName));
            last = page.Last;
        }

        Assert.Equal(await accounts.ReadAsync(database => database.Users.CountAsync()), all.Distinct().Count());
        Assert.Equal(all.Count, all.Distinct().Count());
    }

    [Fact]
    public async Task Of_a_search_is_recorded_who_was_shown_and_not_what_was_typed()
    {
        var lia = await AddedAsync(Someone("lia.found"));
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        await ListAsync("lia.fou");

        var told = await accounts.ReadAsync(database => database.SecurityEvents.AsNoTracking()
            .Where(item => item.Detail == "search").OrderByDescending(item => item.At).FirstAsync());

        Assert.Equal($$"""{"shown":[null,"1"],"people":[null,"{{lia.Sub}}"]}""", told.Changes);
        Assert.DoesNotContain("lia", $"{told.Detail} {told.Changes} {told.Reason}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>By the rules of a language an index would not know where the names that begin like this stand.</summary>
    [Fact]
    public async Task On_PostgreSQL_the_beginning_of_a_name_is_looked_up_in_an_index()
    {
        Assert.SkipUnless(TestDatabase.ChosenProvider == "PostgreSql", "What is proved is a plan of PostgreSQL.");
        var plans = await accounts.ReadAsync(async database =>
        {
            await database.Database.OpenConnectionAsync();
            await database.Database.ExecuteSqlAsync($"SET enable_seqscan = off");
            string[] found =
            [
                await PlanAsync(database, "NormalizedUserName"),
                await PlanAsync(database, "NormalizedEmail"),
            ];
            await database.Database.ExecuteSqlAsync($"RESET enable_seqscan");
            return found;
        });

        Assert.All(plans, plan => Assert.Matches("Index Cond: .*ZOE.*ZOF", plan));
        Assert.All(plans, plan => Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal));
        Assert.Equal(
            2, await accounts.ReadAsync(database => database.Database.SqlQueryRaw<string>(
                """
                SELECT collation_name AS "Value" FROM information_schema.columns
                WHERE table_name = 'People' AND column_name IN ('NormalizedUserName', 'NormalizedEmail') AND collation_name = 'C'
                """).CountAsync()));

        static async Task<string> PlanAsync(SsoDbContext database, string column)
        {
            await using var command = database.Database.GetDbConnection().CreateCommand();
            command.CommandText =
                $"""EXPLAIN SELECT * FROM "People" WHERE "{column}" >= 'ZOE' AND "{column}" < 'ZOF' ORDER BY "{column}" LIMIT 51""";
            await using var lines = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            var plan = new List<string>();
            while (await lines.ReadAsync(TestContext.Current.CancellationToken))
            {
                plan.Add(lines.GetString(0));
            }

            return string.Join('\n', plan);
        }
    }

    /// <summary>What an operator opens again within a quarter of an hour is one reading; for another, or later, it is another.</summary>
    [Fact]
    public async Task A_person_is_read_once_by_an_operator_in_a_quarter_of_an_hour()
    {
        var (ida, other) = (await AddedAsync(Someone("ida.read")), ActingOperator.AtConsole(Guid.CreateVersion7(accounts.Now)));
        await ReadAsync(Operator, 3);
        await ReadAsync(other, 2);
        accounts.Clock.Advance(TimeSpan.FromMinutes(14));
        await ReadAsync(Operator, 1);
        accounts.Clock.Advance(TimeSpan.FromMinutes(2));
        await ReadAsync(Operator, 2);

        var id = Guid.ParseExact(ida.Sub, "N");
        var readings = await accounts.ReadAsync(database => database.SecurityEvents.AsNoTracking()
            .Where(item => item.PersonId == id && item.Kind == SecurityEventKind.PersonRead)
            .OrderBy(item => item.At).ThenByDescending(item => item.Actor).Select(item => item.Actor).ToListAsync());
        Assert.Equal([Operator.Name, other.Name, Operator.Name], readings);
        Assert.DoesNotContain(await EventsAsync(withReadings: false), item => item.Kind == SecurityEventKind.PersonRead);
        Assert.Contains(await EventsAsync(withReadings: true), item => item.Kind == SecurityEventKind.PersonRead);

        async Task ReadAsync(ActingOperator by, int times)
        {
            for (var time = 0; time < times; time++)
            {
                await accounts.RunAsync<ShowPerson, Result<PersonDetails, Refusal>>(
                    show => show.ExecuteAsync(ida.Sub, by, CancellationToken.None));
                await accounts.RunAsync<ListPersonEvents>(
                    list => list.ExecuteAsync(ida.Sub, 20, withReadings: false, by, CancellationToken.None));
            }
        }

        async Task<System.Collections.Immutable.ImmutableArray<PersonEventView>> EventsAsync(bool withReadings)
        {
            var outcome = await accounts
                .RunAsync<ListPersonEvents, Result<System.Collections.Immutable.ImmutableArray<PersonEventView>, Refusal>>(
                    list => list.ExecuteAsync(ida.Sub, 20, withReadings, Operator, CancellationToken.None));
            Assert.False(outcome.Failed(out _, out var events));
            return events;
        }
    }

    private static NewPerson Someone(string name) => new() { UserName = name, Email = $"{name}@example.com", Password = Password };

    private Task<Result<PersonView, Refusal>> AddAsync(NewPerson input) =>
        accounts.RunAsync<AddPerson, Result<PersonView, Refusal>>(add => add.ExecuteAsync(input, CancellationToken.None));

    private Task<Result<PersonDetails, Refusal>> ShowAsync(string who) =>
        accounts.RunAsync<ShowPerson, Result<PersonDetails, Refusal>>(show => show.ExecuteAsync(who, Operator, CancellationToken.None));

    private async Task<IEnumerable<string>> ListAsync(string search) =>
        (await PageAsync(search, after: null, limit: 100)).People.Select(person => person.UserName);

    private Task<PeoplePage> PageAsync(string? search, string? after, int limit) =>
        accounts.RunAsync<ListPeople, PeoplePage>(list => list.ExecuteAsync(search, after, limit, CancellationToken.None));

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
