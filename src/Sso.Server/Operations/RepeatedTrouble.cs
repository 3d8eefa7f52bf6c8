namespace Sso.Server.Operations;

/// <summary>
/// What is told of trouble with the database. While it is away everything that asks it fails, each second and with each request: of one
/// kind one line a minute is written, and of all kinds together one stack trace a minute. The next line of a kind says how many there were.
/// </summary>
internal sealed class RepeatedTrouble(TimeProvider clock)
{
    public static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>Messages of drivers may hold a name; what is over is forgotten when there are so many.</summary>
    private const int Most = 100;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Category, int Event, string Message), (DateTimeOffset Since, int Untold)> _told = [];
    private DateTimeOffset? _traced;

    /// <param name="category">Where it was met.</param>
    /// <param name="eventId">What failed there.</param>
    /// <param name="message">What the driver says, in one line.</param>
    /// <returns>Null if the line is left out; otherwise whether it has the stack trace, and how many were left out before it.</returns>
    public (bool WithTrace, int Untold)? Tell(string category, int eventId, string message)
    {
        var kind = (category, eventId, message);
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var isKnown = _told.TryGetValue(kind, out var before);
            if (isKnown && now - before.Since < Pause)
            {
                _told[kind] = before with { Untold = before.Untold + 1 };
                return null;
            }

            if (_told.Count >= Most)
            {
                Forget(now);
            }

            var withTrace = _traced is not { } traced || now - traced >= Pause;
            _traced = withTrace ? now : _traced;
            _told[kind] = (now, 0);
            return (withTrace, before.Untold);
        }
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (kind, _) in _told.Where(entry => now - entry.Value.Since >= Pause).ToList())
        {
            _told.Remove(kind);
        }

        // More kinds in one minute than there are: better some lines too many than memory without end.
        if (_told.Count >= Most)
        {
            _told.Clear();
        }
    }
}
