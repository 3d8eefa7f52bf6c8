using System.Diagnostics;
using System.Security.Cryptography;
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
