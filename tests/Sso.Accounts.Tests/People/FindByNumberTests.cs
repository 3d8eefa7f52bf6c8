using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.People;

/// <summary>Numbers are sealed; their owners are found by them all the same, as a whole.</summary>
public sealed class FindByNumberTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Theory]
    [InlineData("+393471110001")]
    [InlineData("0039 347 111 0001")]
    [InlineData("347 111.00.01")]
    public async Task Whoever_has_proved_a_number_is_found_by_it_however_it_is_written(string typed)
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithPhoneAsync("+393471110001");
        await (await accounts.AddPersonAsync("bo")).WithPhoneAsync("+393471110002");

        Assert.Contains(ada.Id, await FoundAsync(typed));
        await accounts.ReadAsync(database => database.Users.Where(person => person.Id == ada.Id).ExecuteDeleteAsync());
        await accounts.ReadAsync(database => database.SecondFactors.Where(row => row.PersonId == ada.Id).ExecuteDeleteAsync());
        Assert.Empty(await FoundAsync(typed));
    }

    [Fact]
    public async Task A_number_of_a_country_that_is_no_longer_served_still_finds_its_owner()
    {
        var lena = await (await accounts.AddPersonAsync("lena")).WithPhoneAsync("+491511110003");
        Assert.Equal([lena.Id], await FoundAsync("+49 0151 1110003"));
    }

    [Theory]
    [InlineData("347")]
    [InlineData("+39 06 1234567")]
    [InlineData("+870 123456789")]
    [InlineData("anna")]
    [InlineData(" ")]
    public async Task What_is_no_number_of_a_phone_is_refused_and_not_just_not_found(string typed)
    {
        var outcome = await FindAsync(typed);
        Assert.True(outcome.Failed(out var refusal, out _));
        Assert.Equal((RefusalKind.Invalid, "phone"), (refusal!.Kind, Assert.Single(refusal.Problems).Field));
    }

    [Fact]
    public async Task A_number_that_nobody_has_proved_finds_nobody_though_somebody_has_typed_it()
    {
        var (carla, browser, request) = (await accounts.AddPersonAsync("carla"), accounts.OpenBrowser(), accounts.Request());
        var number = accounts.NextNumber();
        await browser.PasswordAsync(carla);
        var signIn = await browser.SignInAsync();
        Assert.IsType<NumberOutcome.Sent>(
            await browser.AddNumberAsync(signIn, number, new(ForSignIn: true, ForNotices: true)));
        Assert.Empty(await FoundAsync(number));

        await browser.ConfirmNumberAsync(request, signIn, await carla.SentCodeAsync());
        Assert.Equal([carla.Id], await FoundAsync(number));
    }

    [Fact]
    public async Task Those_who_share_a_number_come_in_pages_and_who_was_shown_is_recorded_without_the_number()
    {
        const string Shared = "+393471110004";
        List<Guid> owners = [];
        for (var index = 0; index < 3; index++)
        {
            owners.Add((await (await accounts.AddPersonAsync("casa")).WithPhoneAsync(Shared)).Id);
            accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False((await FindAsync(Shared, limit: 2)).Failed(out _, out var first));
        Assert.False((await FindAsync(Shared, first!.Last, limit: 2)).Failed(out _, out var second));
        Assert.Null(second!.Last);
        Assert.Equal(owners.Select(id => $"{id:N}"), first.People.Concat(second.People).Select(person => person.Sub));

        var recorded = await accounts.ReadAsync(database => database.SecurityEvents.AsNoTracking()
            .Where(item => item.Kind == SecurityEventKind.PersonRead && item.Detail == "search by number").ToListAsync());
        Assert.Contains(recorded, item => item.Changes?.Contains($"{owners[2]:N}", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(recorded, item => item.Changes?.Contains("1110004", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task Numbers_of_an_older_version_are_found_after_a_round_though_one_of_them_does_not_open()
    {
        var lost = await (await accounts.AddPersonAsync("persa")).WithPhoneAsync("+393471110005");
        var dina = await (await accounts.AddPersonAsync("dina")).WithPhoneAsync("+393471110006");
        await accounts.ReadAsync(database => database.SecondFactors.Where(row => row.PersonId == lost.Id || row.PersonId == dina.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.NumberHash, (byte[]?)null)));
        await accounts.ReadAsync(database => database.SecondFactors.Where(row => row.PersonId == lost.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Protected, new byte[60])));
        Assert.Empty(await FoundAsync("+393471110006"));

        await HashMissingAsync();
        Assert.Equal([dina.Id], await FoundAsync("+393471110006"));
        Assert.Empty(await FoundAsync("+393471110005"));
    }

    [Fact]
    public async Task More_numbers_of_an_older_version_than_one_batch_get_their_hashes_and_no_other_method_gets_one()
    {
        var eva = await (await accounts.AddPersonAsync("eva")).WithAppAsync();
        var number = accounts.NextNumber();
        var crowd = Enumerable.Range(0, Batches.Size + 20).Select(_ => Stored(eva.Id, number)).ToArray();
        await accounts.WriteAsync([.. crowd]);

        await HashMissingAsync();
        var hashes = await accounts.ReadAsync(database => database.SecondFactors.Where(row => row.PersonId == eva.Id)
            .Select(row => new { row.Method, row.NumberHash }).ToListAsync());
        Assert.All(hashes, row => Assert.Equal(row.Method == ProofMethod.TextMessage, row.NumberHash is not null));
        Assert.Equal([eva.Id], await FoundAsync(number));
    }

    [Fact]
    public async Task More_numbers_that_do_not_open_than_one_round_looks_at_do_not_keep_those_behind_them_from_being_found()
    {
        var flora = await accounts.AddPersonAsync("flora");
        var number = accounts.NextNumber();
        var shut = Enumerable.Range(0, Batches.Size + 20).Select(_ => Stored(flora.Id, number)).ToArray();
        foreach (var row in shut)
        {
            row.Protected = new byte[60];
        }

        await accounts.WriteAsync([.. shut]);
        await accounts.WriteAsync(Stored(flora.Id, number, Guid.AllBitsSet));

        var first = await HashMissingAsync(most: Batches.Size);
        Assert.Equal((true, Batches.Size), (first.Behind != Guid.Empty, first.Shut));
        Assert.Empty(await FoundAsync(number));

        var second = await HashMissingAsync(first.Behind, Batches.Size);
        Assert.Equal([flora.Id], await FoundAsync(number));
        Assert.Equal(Guid.Empty, second.Behind);
    }

    /// <summary>The hash is made with the key that encrypts the number; a new key changes neither.</summary>
    [Fact]
    public async Task A_number_is_found_whichever_key_it_was_encrypted_with()
    {
        const string Number = "+393471110007";
        var before = await (await accounts.AddPersonAsync("prima")).WithPhoneAsync(Number);
        var keys = accounts.Get<DataKeyRing>();
        var successor = keys.NewKey();
        await accounts.ReadAsync(async database =>
        {
            await keys.RenewAsync(database, successor, CancellationToken.None);
            return await database.SaveChangesAsync();
        });
        await keys.LoadAsync(CancellationToken.None);
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        var after = await (await accounts.AddPersonAsync("dopo")).WithPhoneAsync(Number);

        Assert.Equal([before.Id, after.Id], await FoundAsync(Number));
        var stored = await accounts.ReadAsync(database => database.SecondFactors.AsNoTracking()
            .Where(row => row.PersonId == before.Id || row.PersonId == after.Id).Select(row => row.NumberHash!).ToListAsync());
        Assert.NotEqual(stored[0], stored[1]);
    }

    /// <summary>However many people and numbers there are. SQLite would take EXISTS for a question about each person.</summary>
    [Fact]
    public async Task A_number_is_looked_up_in_an_index()
    {
        var plan = await PlanAsync(database =>
            database.Users.WithNumber("+393471110008", database, accounts.Get<Sealer>()).OrderBy(person => person.Id).Take(51));

        Assert.Contains("IX_SecondFactors_NumberHash", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("SCAN", plan.Replace("Index Scan", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>Each minute, also when there are none. SQLite would take NULL for a value that apps and passkeys have in common.</summary>
    [Fact]
    public async Task Numbers_without_a_hash_are_looked_for_in_an_index_that_holds_nothing_else()
    {
        var plan = await PlanAsync(database => database.NumbersWithoutHash(Guid.Empty).Take(Batches.Size));

        Assert.Contains("IX_SecondFactors_Id", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("IX_SecondFactors_NumberHash", plan, StringComparison.Ordinal);
    }

    private async Task<string> PlanAsync<T>(Func<SsoDbContext, IQueryable<T>> query)
    {
        Assert.SkipWhen(TestDatabase.ChosenProvider == "SqlServer", "What is proved is a plan of SQLite and of PostgreSQL.");
        var isPostgreSql = TestDatabase.ChosenProvider == "PostgreSql";
        return await accounts.ReadAsync(async database =>
        {
            await database.Database.OpenConnectionAsync();
            if (isPostgreSql)
            {
                await database.Database.ExecuteSqlAsync($"SET enable_seqscan = off");
            }

            await using var command = query(database).CreateDbCommand();
            command.CommandText = (isPostgreSql ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + command.CommandText;
            await using var lines = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
            var found = new List<string>();
            while (await lines.ReadAsync(TestContext.Current.CancellationToken))
            {
                found.Add(lines.GetString(lines.FieldCount - 1));
            }

            await lines.DisposeAsync();
            if (isPostgreSql)
            {
                await database.Database.ExecuteSqlAsync($"RESET enable_seqscan");
            }

            return string.Join('\n', found);
        });
    }

    private SecondFactor Stored(Guid personId, string number, Guid? itsId = null)
    {
        var id = itsId ?? Guid.CreateVersion7(accounts.Now);
        var factor = new SecondFactor
        {
            Id = id,
            PersonId = personId,
            Method = ProofMethod.TextMessage,
            Protected = SealedNumber.Of(id, number, accounts.Get<Sealer>()).Protected,
            CreatedAt = accounts.Now,
        };
        factor.Activate(accounts.Now);
        return factor;
    }

    private Task<HashedNumbers> HashMissingAsync(Guid behind = default, int most = SealedNumbers.MostAtOnce) =>
        accounts.ReadAsync(database => database.HashMissingAsync(accounts.Get<Sealer>(), behind, most, CancellationToken.None));

    private async Task<List<Guid>> FoundAsync(string typed)
    {
        Assert.False((await FindAsync(typed)).Failed(out var refusal, out var page), refusal?.Problems.FirstOrDefault()?.What);
        return [.. page!.People.Select(person => Guid.ParseExact(person.Sub, "N"))];
    }

    private Task<Result<PeoplePage, Refusal>> FindAsync(string typed, string? after = null, int limit = 50) =>
        accounts.RunAsync<FindByNumber, Result<PeoplePage, Refusal>>(
            find => find.ExecuteAsync(typed, after, limit, CancellationToken.None));
}
