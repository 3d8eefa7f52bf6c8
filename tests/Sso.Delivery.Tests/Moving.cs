using Sso.Testing;

namespace Sso.Delivery.Tests;

/// <summary>Moves the clock for what waits by it.</summary>
internal static class Moving
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(40);

    /// <summary>Small steps until the task is done, so that each timer on the way fires.</summary>
    public static async Task<T> AdvancingAsync<T>(this Task<T> task, FakeClock clock, TimeSpan step, CallsUnderWay? calls = null)
    {
        await clock.AdvanceUntilAsync(() => Task.FromResult(task.IsCompleted), step, calls, "the end of the task");
        return await task;
    }

    /// <summary>Small steps until it is so, none of them while a provider is being asked.</summary>
    public static Task AdvanceUntilAsync(this FakeClock clock, Func<Task<bool>> fact, TimeSpan step, CallsUnderWay? calls, string what) =>
        Patience.UntilAsync(
            async () =>
            {
                if (await fact())
                {
                    return true;
                }

                await Task.Delay(Look, TimeProvider.System);
                if (calls is null or { Count: 0 })
                {
                    clock.Advance(step);
                }

                return false;
            },
            what);
}
