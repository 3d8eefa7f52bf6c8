namespace Sso.Server.Registration;

/// <summary>What a node knows of the address of a metadata document: when it was asked for and good, and the call under way.</summary>
internal sealed class DocumentLook
{
    private static readonly TimeSpan Fresh = TimeSpan.FromHours(1);
    private static readonly TimeSpan Believed = TimeSpan.FromDays(1);

    /// <summary>A refused document is not asked for again before this time.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _one = new();
    private DateTimeOffset _askedAt;
    private Task _running = Task.CompletedTask;

    /// <summary>When it last described a client.</summary>
    public DateTimeOffset ReadAt { get; set; }

    /// <summary>Decides which one is forgotten first when there are too many.</summary>
    public DateTimeOffset LastAt => ReadAt > _askedAt ? ReadAt : _askedAt;

    public bool IsFresh(DateTimeOffset now) => now - ReadAt < Fresh;

    public bool IsBelieved(DateTimeOffset now) => now - ReadAt < Believed;

    public bool IsDue(DateTimeOffset now) => now - _askedAt >= Pause;

    /// <summary>Begins a call if one is due, and says so before making it: callers that come meanwhile wait for that one.</summary>
    public Task BeginOrJoin(DateTimeOffset now, Func<Task> read)
    {
        lock (_one)
        {
            if (!_running.IsCompleted)
            {
                return _running;
            }

            // The outcome of a former call, even an exception, is not reported again.
            if (!IsDue(now))
            {
                return Task.CompletedTask;
            }

            _askedAt = now;
            return _running = read();
        }
    }
}
