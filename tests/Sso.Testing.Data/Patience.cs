using Xunit;

namespace Sso.Testing;

/// <summary>
/// How tests wait, in real time, for what other threads and programs do: never for a time, always for a fact. A wait ends with its fact, so
/// the one limit is generous: it costs nothing until something is broken, and a machine that has other work to do breaks nothing.
/// </summary>
public static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);

    /// <summary>What a browser takes as its own limit.</summary>
    public static int Milliseconds => (int)Limit.TotalMilliseconds;

    public static Task UntilAsync(Func<bool> fact, string what) => UntilAsync(fact, () => "never happened: " + what);

    /// <param name="what">Tells what is there instead.</param>
    public static Task UntilAsync(Func<bool> fact, Func<string> what) => UntilAsync(() => Task.FromResult(fact()), what);

    /// <param name="what">Completes the sentence "never happened: …".</param>
    public static Task UntilAsync(Func<Task<bool>> fact, string what) => UntilAsync(fact, () => "never happened: " + what);

    public static async Task UntilAsync(Func<Task<bool>> fact, Func<string> what)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!await fact())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Limit, what());
            await Task.Delay(Look, TimeProvider.System);
        }
    }
}
