namespace Sso.Server.Pipeline;

/// <summary>A mistake of the operator's must be noticed at once, and a stranger must not fill the log with it: one line a minute.</summary>
internal sealed class OnceAMinute(TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private long _toldAt;

    /// <summary>True for whoever may write the line.</summary>
    public bool IsDue()
    {
        var (told, now) = (Interlocked.Read(ref _toldAt), clock.GetUtcNow().Ticks);
        return now - told >= Pause.Ticks && Interlocked.CompareExchange(ref _toldAt, now, told) == told;
    }
}
