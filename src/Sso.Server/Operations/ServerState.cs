namespace Sso.Server.Operations;

/// <summary>What this node knows about itself: whether the database was reached and how long ago its configuration was confirmed.</summary>
internal sealed class ServerState(TimeProvider clock)
{
    /// <summary>Protocol endpoints answer 503 if the registrations and keys in memory have not been confirmed for this long.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromSeconds(30);

    /// <summary>Of this start of the program.</summary>
    public Guid NodeId { get; } = Guid.CreateVersion7(clock.GetUtcNow());

    private DateTimeOffset _confirmedAt = DateTimeOffset.MinValue;

    private string? _reading = "The database was not reached yet.";
    private string? _writing;

    /// <summary>Why the node is not ready, in a sentence for the probe.</summary>
    public string? Problem => _reading ?? _writing;

    /// <summary>The latest poll was answered.</summary>
    public bool IsReachable => _reading is null;

    public bool IsReady => Problem is null && IsFresh;

    /// <summary>Some security events were not sealed when the database was last asked.</summary>
    public bool EventsWait { get; set; }

    public void Confirmed() => (_confirmedAt, _reading) = (clock.GetUtcNow(), null);

    /// <summary>Remembered for the probe; the node goes on with what it knows until that becomes stale.</summary>
    public void Failed(string problem) => _reading = problem;

    /// <summary>Reads may go on; whatever has to be written is answered with 503 until <see cref="Wrote"/>.</summary>
    public void CannotWrite(string problem) => _writing = problem;

    public void Wrote() => _writing = null;

    /// <summary>True while what is in memory may still be used.</summary>
    public bool IsFresh => clock.GetUtcNow() - _confirmedAt <= Stale;
}
