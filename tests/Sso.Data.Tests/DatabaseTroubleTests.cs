using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.PostgreSql;
using Sso.Data.SqlServer;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Data.Tests;

/// <summary>
/// However a driver and EF Core wrap it, trouble of the database is told from everything else, and its causes from each other.
/// </summary>
public sealed class DatabaseTroubleTests : IAsyncDisposable
{
    private readonly TdsFake _server = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_deadlock_while_saving_is_found_two_wrappings_deep()
    {
        _server.Answer = statement => statement.Contains("INSERT", StringComparison.Ordinal) ? new TdsAnswer.Error(1205, 13) : null;
        await using var database = Open();
        database.AttemptCounters.Add(Counter());

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => database.SaveChangesAsync(TestContext.Current.CancellationToken));

        Assert.IsType<DbUpdateException>(exception.InnerException);
        Assert.Equal(1205, Assert.IsType<SqlException>(DatabaseTroubles.Find(exception)).Number);
    }

    [Fact]
    public async Task An_exhausted_pool_is_no_exception_of_a_database_by_its_type_and_is_found_nevertheless()
    {
        var settings = _server.ConnectionString + ";Max Pool Size=1;Connect Timeout=1";
        await using var first = Open(settings);
        await first.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await using var database = Open(settings);

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(
            () => database.Database.OpenConnectionAsync(TestContext.Current.CancellationToken));

        var found = DatabaseTroubles.Find(exception);
        Assert.NotNull(found);
        Assert.Equal(DatabaseTrouble.NoConnection, database.TroubleOf(found));
    }

    [Theory]
    [InlineData(1105, DatabaseTrouble.DiskFull)]
    [InlineData(9002, DatabaseTrouble.DiskFull)]
    [InlineData(3906, DatabaseTrouble.ReadOnly)]
    [InlineData(229, DatabaseTrouble.Forbidden)]
    [InlineData(262, DatabaseTrouble.Forbidden)]
    [InlineData(4060, DatabaseTrouble.Missing)]
    [InlineData(2714, DatabaseTrouble.Overtaken)]
    [InlineData(10928, DatabaseTrouble.NoConnection)]
    [InlineData(1205, DatabaseTrouble.Silent)]
    public async Task SQL_Server_says_by_a_number_what_is_wrong(int number, DatabaseTrouble trouble)
    {
        _server.Answer = _ => new TdsAnswer.Error(number);
        await using var database = Open();

        var exception = await Assert.ThrowsAnyAsync<Exception>(
            () => database.Database.ExecuteSqlRawAsync("UPDATE x SET y = 1", TestContext.Current.CancellationToken));

        Assert.Equal(trouble, database.TroubleOf(DatabaseTroubles.Find(exception)!));
    }

    [Theory]
    [InlineData(2627)]
    [InlineData(2601)]
    public async Task A_duplicate_key_of_SQL_Server_is_a_lost_race(int number)
    {
        _server.Answer = statement => statement.Contains("INSERT", StringComparison.Ordinal) ? new TdsAnswer.Error(number, 14) : null;
        await using var database = Open();
        Assert.False(await database.TryInsertAsync(Counter(), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(PostgresErrorCodes.DiskFull, DatabaseTrouble.DiskFull)]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction, DatabaseTrouble.ReadOnly)]
    [InlineData(PostgresErrorCodes.TooManyConnections, DatabaseTrouble.NoConnection)]
    [InlineData(PostgresErrorCodes.InsufficientPrivilege, DatabaseTrouble.Forbidden)]
    [InlineData(PostgresErrorCodes.InvalidCatalogName, DatabaseTrouble.Missing)]
    [InlineData(PostgresErrorCodes.DuplicateColumn, DatabaseTrouble.Overtaken)]
    [InlineData(PostgresErrorCodes.AdminShutdown, DatabaseTrouble.Silent)]
    [InlineData(PostgresErrorCodes.DeadlockDetected, DatabaseTrouble.Silent)]
    public void PostgreSQL_says_it_by_a_state_however_deep(string state, DatabaseTrouble trouble)
    {
        using var database = new ServiceCollection().AddSsoPostgreSql("Host=localhost;Database=none").BuildServiceProvider()
            .GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContext();
        var wrapped = new AggregateException(
            new InvalidOperationException(
                "likely transient", new DbUpdateException("saving", new PostgresException("no", "ERROR", "ERROR", state))));

        Assert.Equal(trouble, database.TroubleOf(DatabaseTroubles.Find(wrapped)!));
    }

    [Fact]
    public async Task An_exhausted_pool_of_PostgreSQL_is_told_from_a_server_that_is_away()
    {
        Assert.SkipWhen(TestDatabase.WhyNot("PostgreSql") is not null, $"PostgreSql: {TestDatabase.WhyNot("PostgreSql")}");
        await using var shared = await TestDatabase.CreateAsync("PostgreSql");
        var settings = new NpgsqlConnectionStringBuilder(shared.ConnectionString) { MaxPoolSize = 1, Timeout = 1 }.ConnectionString;
        await using var database = new ServiceCollection().AddSsoPostgreSql(settings).BuildServiceProvider()
            .GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContext();
        await using (var first = new NpgsqlConnection(database.Database.GetConnectionString()))
        {
            await first.OpenAsync(TestContext.Current.CancellationToken);
            var exception = await Assert.ThrowsAnyAsync<Exception>(() => database.Leases.AnyAsync(TestContext.Current.CancellationToken));
            Assert.Equal(DatabaseTrouble.NoConnection, database.TroubleOf(DatabaseTroubles.Find(exception)!));
        }

        await using var nowhere = new ServiceCollection().AddSsoPostgreSql("Host=127.0.0.1;Port=1;Database=x;Username=x;Timeout=1")
            .BuildServiceProvider()
            .GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContext();
        var away = await Assert.ThrowsAnyAsync<Exception>(() => nowhere.Leases.AnyAsync(TestContext.Current.CancellationToken));
        Assert.Equal(DatabaseTrouble.Silent, nowhere.TroubleOf(DatabaseTroubles.Find(away)!));
    }

    [Fact]
    public async Task A_read_only_file_is_told_from_one_that_is_away()
    {
        await using var shared = await TestDatabase.CreateAsync("Sqlite");
        await using var database = shared.Open();
        await database.Database.ExecuteSqlRawAsync("PRAGMA query_only=ON", TestContext.Current.CancellationToken);
        await database.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        await database.Database.ExecuteSqlRawAsync("PRAGMA query_only=ON", TestContext.Current.CancellationToken);

        var exception = await Assert.ThrowsAnyAsync<Exception>(
            () => database.ProveWritableAsync("node", DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken));

        Assert.Equal(DatabaseTrouble.ReadOnly, database.TroubleOf(DatabaseTroubles.Find(exception)!));
    }

    [Fact]
    public void What_is_not_about_the_database_is_not_taken_for_it()
    {
        Assert.Null(DatabaseTroubles.Find(new InvalidOperationException("a bug of ours")));
        Assert.Null(DatabaseTroubles.Find(new HttpRequestException("a peer", new TimeoutException())));
        Assert.Null(DatabaseTroubles.Find(new TaskCanceledException("a peer", new TimeoutException())));
        Assert.Null(DatabaseTroubles.Find(null));
    }

    private static AttemptCounter Counter() => new() { Key = AttemptCounter.KeyOf("test", "one"), ExpiresAt = DateTimeOffset.UnixEpoch };

    private SsoDbContext Open(string? settings = null) => new ServiceCollection().AddSsoSqlServer(settings ?? _server.ConnectionString)
        .BuildServiceProvider().GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContext();
}
