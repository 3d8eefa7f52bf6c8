namespace Sso.Data.Secrets;

/// <summary>
/// Makes answers leave at whole steps of time, so that their timing does not reveal which of two short paths was taken. It is real time
/// even if a test moves the clock, because real time is what a stranger measures.
/// </summary>
public sealed class TimePadding(TimeSpan step)
{
    /// <summary>
    /// The step for an answer to a person: far above the few milliseconds of work behind it, far below what anybody notices.
    /// </summary>
    public static readonly TimeSpan OfAnAnswer = TimeSpan.FromMilliseconds(50);

    /// <summary>Timers count whole milliseconds and come late by one or two.</summary>
    private static readonly TimeSpan TimerPrecision = TimeSpan.FromMilliseconds(3);

    private readonly long _started = TimeProvider.System.GetTimestamp();

    /// <summary>Waits for the end of the current step.</summary>
    public async Task PassAsync(CancellationToken cancellation)
    {
        var end = step * Math.Ceiling(TimeProvider.System.GetElapsedTime(_started) / step);
        var coarse = end - TimeProvider.System.GetElapsedTime(_started) - TimerPrecision;
        if (coarse > TimeSpan.Zero)
        {
            await Task.Delay(coarse, TimeProvider.System, cancellation);
        }

        // A timer alone would preserve the fraction of a millisecond that the work took: as measured, 0.5 ms between somebody and nobody.
        while (TimeProvider.System.GetElapsedTime(_started) < end)
        {
            await Task.Yield();
        }
    }
}
