using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>What a first start that was killed leaves of a SQLite file, made by hand, becomes a database like any other.</summary>
[OneDatabase]
[Spec("F3")]
public sealed class UnfinishedSqliteFileTests
{
    /// <summary>Whoever was killed while migrating leaves a mark that nobody takes away: the next one must not wait for it.</summary>
    [Fact]
    public async Task The_mark_of_a_migration_that_was_killed_holds_up_no_later_one()
    {
        await using var database = TestDatabase.CreateEmpty("Sqlite");
        await using var context = database.Open();
        await context.Database.ExecuteSqlRawAsync(
            """
            CREATE TABLE "__EFMigrationsLock" ("Id" INTEGER NOT NULL CONSTRAINT "PK___EFMigrationsLock" PRIMARY KEY,
            """ + """
             "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-11-29 12:00:00');
            """,
            TestContext.Current.CancellationToken);

        using var limit = new CancellationTokenSource(Patience.Limit);
        await context.MigrateAsync(limit.Token);

        Assert.Empty(await context.Database.GetPendingMigrationsAsync(limit.Token));
    }

    /// <summary>A start that is killed between the making of the file and its first page leaves it empty, or without its journal.</summary>
    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("CREATE TABLE \"Unknown\" (\"Id\" INTEGER)")]
    public async Task A_file_that_is_no_database_yet_becomes_one(string written)
    {
        await using var database = TestDatabase.CreateEmpty("Sqlite");
        await using (var connection = new SqliteConnection(database.ConnectionString + ";Pooling=False"))
        {
            await connection.OpenAsync(TestContext.Current.CancellationToken);
            await using var command = connection.CreateCommand();
            command.CommandText = written;
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        await using var context = database.Open();
        await context.MigrateAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await context.Database.GetPendingMigrationsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Two_that_migrate_at_once_take_turns()
    {
        await using var database = TestDatabase.CreateEmpty("Sqlite");
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            await using var context = database.Open();
            await context.MigrateAsync(CancellationToken.None);
        })));

        await using var after = database.Open();
        Assert.Equal(1, await after.ConfigurationVersions.CountAsync(TestContext.Current.CancellationToken));
    }
}
