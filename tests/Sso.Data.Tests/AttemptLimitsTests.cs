using Sso.Data.Factors;
using Sso.Testing;
using Xunit;

namespace Sso.Data.Tests;

[Spec("S70")]
[Spec("S72")]
public sealed class AttemptLimitsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Key = AttemptCounter.KeyOf("test", "anna");

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    [InlineData("SqlServer")]
    public async Task Parallel_attempts_never_exceed_a_limit(string provider)
    {
        await using var database = await DatabaseAsync(provider);
        var reserved = await Task.WhenAll(Enumerable.Range(0, 40).Select(async _ =>
        {
            await using var context = database.Open();
            return await context.TryReserveAsync(Key, 5, TimeSpan.FromMinutes(1), Noon, CancellationToken.None);
        }));
        Assert.Equal(5, reserved.Count(wait => wait is null));
        Assert.All(reserved.Where(wait => wait is not null), wait => Assert.Equal(TimeSpan.FromMinutes(1), wait));
    }

    /// <summary>Whoever finds the row that another has just made is not refused for that.</summary>
    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    [InlineData("SqlServer")]
    public async Task Those_who_begin_a_window_together_are_all_let_in(string provider)
    {
        await using var database = await DatabaseAsync(provider);
        for (var round = 0; round < 40; round++)
        {
            var key = AttemptCounter.KeyOf("test", $"round-{round}");
            var reserved = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
            {
                await using var context = database.Open();
                return await context.TryReserveAsync(key, 100, TimeSpan.FromMinutes(1), Noon, CancellationToken.None);
            }));
            Assert.All(reserved, wait => Assert.Null(wait));
        }
    }

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    [InlineData("SqlServer")]
    public async Task Of_two_hundred_parallel_passwords_five_are_tried(string provider)
    {
        await using var database = await DatabaseAsync(provider);
        var reserved = await Task.WhenAll(Enumerable.Range(0, 200).Select(async _ =>
        {
            await using var context = database.Open();
            return await context.TryReserveWithBackoffAsync(Key, Noon, CancellationToken.None);
        }));
        Assert.Equal(5, reserved.Count(wait => wait is null));
    }

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    [InlineData("SqlServer")]
    public async Task Waits_double_from_thirty_seconds_to_fifteen_minutes_and_the_fiftieth_closes(string provider)
    {
        await using var database = await DatabaseAsync(provider);
        await using var context = database.Open();
        var now = Noon;
        var waits = new List<int>();
        for (var failure = 1; failure <= 50; failure++)
        {
            Assert.Null(await context.TryReserveWithBackoffAsync(Key, now, CancellationToken.None));
            var wait = failure < 5 ? TimeSpan.Zero : (await context.TryReserveWithBackoffAsync(Key, now, CancellationToken.None))!.Value;
            waits.Add((int)wait.TotalSeconds);
            now += wait;
        }

        Assert.Equal([0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900], waits.Take(11));
        Assert.True(waits[^1] > TimeSpan.FromDays(10_000).TotalSeconds);
    }

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    [InlineData("SqlServer")]
    public async Task A_window_that_ended_begins_anew_and_a_release_gives_an_attempt_back(string provider)
    {
        await using var database = await DatabaseAsync(provider);
        await using var context = database.Open();
        Assert.Null(await context.TryReserveAsync(Key, 1, TimeSpan.FromMinutes(1), Noon, CancellationToken.None));
        Assert.NotNull(await context.TryReserveAsync(Key, 1, TimeSpan.FromMinutes(1), Noon.AddSeconds(59), CancellationToken.None));
        Assert.Null(await context.TryReserveAsync(Key, 1, TimeSpan.FromMinutes(1), Noon.AddSeconds(60), CancellationToken.None));
        await context.ReleaseAsync(Key, CancellationToken.None);
        Assert.Null(await context.TryReserveAsync(Key, 1, TimeSpan.FromMinutes(1), Noon.AddSeconds(61), CancellationToken.None));
    }

    private static async Task<TestDatabase> DatabaseAsync(string provider)
    {
        Assert.SkipWhen(TestDatabase.WhyNot(provider) is not null, $"{provider}: {TestDatabase.WhyNot(provider)}");
        return await TestDatabase.CreateAsync(provider);
    }
}
