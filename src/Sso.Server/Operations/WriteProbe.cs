using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;

namespace Sso.Server.Operations;

/// <summary>
/// Whether the database accepts writes: with a full disk, or as a read-only replica, it answers every question of the poll but lets nobody
/// sign in. One row is written every ten seconds, and the readiness probe reports the result.
/// </summary>
internal sealed partial class WriteProbe(
    IDbContextFactory<SsoDbContext> contexts, DatabaseDiagnosis diagnosis, ServerState state, TimeProvider clock, ILogger<WriteProbe> log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private DateTimeOffset _next;

    public async Task RunIfDueAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (now < _next || !state.IsReachable)
        {
            return;
        }

        _next = now + Interval;
        try
        {
            await using var database = await contexts.CreateDbContextAsync(cancellation);
            await database.ProveWritableAsync(EventStamps.ThisNode, now, cancellation);
            state.Wrote();
        }
        catch (Exception exception) when (diagnosis.Of(exception) is { } trouble)
        {
            state.CannotWrite(trouble.InWords());
            NotWritten(log, exception, trouble.InWords());
        }
    }

    [LoggerMessage(EventId = 1114, Level = LogLevel.Error, Message = "Nothing can be written: {Problem}")]
    private static partial void NotWritten(ILogger log, Exception exception, string problem);
}
