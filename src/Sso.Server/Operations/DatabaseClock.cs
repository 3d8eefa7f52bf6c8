using Sso.Data;
using Sso.Data.Operations;

namespace Sso.Server.Operations;

/// <summary>
/// Compares this node's clock with the database's, which all nodes share: decisions about time must not depend on the node.
/// </summary>
internal sealed partial class DatabaseClock(TimeProvider clock, ServerMetrics metrics, ILogger<DatabaseClock> log)
{
    public static readonly TimeSpan Tolerated = TimeSpan.FromSeconds(2);
    private bool _isOff;

    public async Task<Polled> PollAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var asked = clock.GetUtcNow();
        var polled = await database.PollAsync(cancellation);
        if (polled.DatabaseTime is { } time)
        {
            Compare(time, asked, clock.GetUtcNow());
        }

        return polled;
    }

    /// <summary>The time that the answer took cannot be distinguished from a difference, and is tolerated.</summary>
    private void Compare(DateTimeOffset time, DateTimeOffset asked, DateTimeOffset answered)
    {
        var difference = time < asked ? time - asked : time > answered ? time - answered : TimeSpan.Zero;
        metrics.ClockDifference = difference.TotalSeconds;
        var isOff = difference.Duration() > Tolerated;
        if (isOff && !_isOff)
        {
            Off(log, difference.TotalSeconds);
        }
        else if (_isOff && !isOff)
        {
            Right(log);
        }

        _isOff = isOff;
    }

    [LoggerMessage(
        EventId = 1107, Level = LogLevel.Error,
        Message = "The clock of the database and that of this node differ by {Seconds:0.0} s; set them by NTP")]
    private static partial void Off(ILogger log, double seconds);

    [LoggerMessage(EventId = 1108, Level = LogLevel.Information, Message = "The clock of the database and that of this node agree again")]
    private static partial void Right(ILogger log);
}
