using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;

namespace Sso.Server.Operations;

/// <summary>
/// Seals new security events each second, on the node that holds the lease. The poll tells whether there are any; if not, it costs nothing.
/// </summary>
internal sealed partial class AuditSealing(
    IDbContextFactory<SsoDbContext> contexts, AuditChain chain, ServerState state, TimeProvider clock, ILogger<AuditSealing> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SealAsync(stoppingToken);
            }
            catch (AuditBrokenException exception)
            {
                Broken(log, exception, exception.Message);
            }
            // Whatever happens, the next round comes: an exception here would end the whole server.
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                NotSealed(log, exception);
            }
        }
    }

    private async Task SealAsync(CancellationToken cancellation)
    {
        if (!state.EventsWait || !state.IsReady)
        {
            return;
        }

        await using (var database = await contexts.CreateDbContextAsync(cancellation))
        {
            if (!await database.TryTakeLeaseAsync("audit", EventStamps.ThisNode, clock.GetUtcNow(), LeaseTime, cancellation))
            {
                return;
            }
        }

        await chain.SealAsync(cancellation);
    }

    [LoggerMessage(EventId = 1110, Level = LogLevel.Critical, Message = "{Problem}")]
    private static partial void Broken(ILogger log, Exception exception, string problem);

    [LoggerMessage(EventId = 1106, Level = LogLevel.Error, Message = "Security events wait to be sealed")]
    private static partial void NotSealed(ILogger log, Exception exception);
}
