using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>
/// The first start makes the schema, the file of the passphrase and the first keys. It is killed (-9) again and again at random moments of
/// it, and each time the next one comes up. <c>SSO_MEASURE_STARTS</c> says how many installations are begun so.
/// </summary>
[Spec("F3")]
public sealed class KilledStartTests
{
    private const int KillsPerInstallation = 3;

    [Fact]
    public async Task However_often_a_first_start_is_killed_the_next_one_comes_up()
    {
        Assert.SkipWhen(
            TestDatabase.WhyNot(TestDatabase.ChosenProvider) is not null, TestDatabase.WhyNot(TestDatabase.ChosenProvider) ?? "");
        var installations = Thoroughness.Of("SSO_MEASURE_STARTS", 2);
        var (undisturbed, kills) = (await InstallAsync(killedAfter: []), 0);
        for (var round = 0; round < installations; round++)
        {
            var moments = Enumerable.Range(0, KillsPerInstallation)
                .Select(_ => undisturbed * (RandomNumberGenerator.GetInt32(1000) / 1000d));
            await InstallAsync([.. moments]);
            kills += KillsPerInstallation;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{TestDatabase.ChosenProvider}: {installations} installations, "
                + $"{kills} kills within {undisturbed.TotalSeconds:0.0} s, each came up.");
    }

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

    /// <summary>From nothing to a server that is ready; answers what the last, undisturbed start took.</summary>
    private static async Task<TimeSpan> InstallAsync(TimeSpan[] killedAfter)
    {
        await using var database = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        using var server = new ServerProcess(database);
        var migrates = database.Provider != "Sqlite";
        foreach (var moment in killedAfter)
        {
            if (migrates)
            {
                await server.BeginAndKillAsync(moment, "db", "migrate");
            }

            await server.BeginAndKillAsync(moment);
        }

        var watch = Stopwatch.StartNew();
        if (migrates)
        {
            var (code, said) = await server.RunAsync(["db", "migrate"]);
            Assert.True(code == 0, said);
        }

        await server.StartAsync();
        return watch.Elapsed;
    }
}
