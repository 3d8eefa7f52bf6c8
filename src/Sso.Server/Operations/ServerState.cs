namespace Sso.Server.Operations;

/// <summary>What this node knows about itself: whether the database was reached and how long ago its configuration was confirmed.</summary>
public sealed class ServerState(TimeProvider clock)
{
    /// <summary>Protocol endpoints answer 503 when the registrations and keys in memory were not confirmed for so long.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromSeconds(30);

    private DateTimeOffset _confirmedAt = DateTimeOffset.MinValue;

    public string? Problem { get; private set; } = "The database was not reached yet.";

    public bool IsReady => Problem is null && clock.GetUtcNow() - _confirmedAt <= Stale;

    /// <summary>Some security event was not sealed when the database was last asked.</summary>
    public bool EventsWait { get; set; }

    public void Confirmed() => (_confirmedAt, Problem) = (clock.GetUtcNow(), null);

    /// <summary>Remembered for the probe; the node goes on with what it knows until that is stale.</summary>
    public void Failed(string problem) => Problem = problem;

    /// <summary>True while what is in memory may still be used.</summary>
    public bool IsFresh => clock.GetUtcNow() - _confirmedAt <= Stale;
}
