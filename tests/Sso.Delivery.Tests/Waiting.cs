using Sso.Testing;
using Xunit;

namespace Sso.Delivery.Tests;

/// <summary>Waits for work on other threads: never for a time, always for a fact.</summary>
internal static class Waiting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task UntilAsync(Func<bool> fact, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!fact())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "never happened: " + what);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> fact, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await fact())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "never happened: " + what);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        }
    }

    /// <summary>Moves the clock in small steps until the task is done, so that each timer on the way fires.</summary>
    public static async Task<T> AdvancingAsync<T>(this Task<T> task, FakeClock clock, TimeSpan step)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!task.IsCompleted)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "the task never ended");
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            clock.Advance(step);
        }

        return await task;
    }
}
