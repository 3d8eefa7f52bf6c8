using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sso.Data;

namespace Sso.Delivery;

/// <summary>
/// Sends the waiting texts of this node and of others that have stopped: woken at once by <see cref="TextBell"/>, otherwise looking every
/// second.
/// </summary>
public sealed partial class TextDispatcher(
    IDbContextFactory<SsoDbContext> contexts, TextBell bell, TextSender sender,
    TimeProvider clock, ILogger<TextDispatcher> log) : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Texts in flight at once: a silent provider holds each of them for nine seconds.</summary>
    private const int Most = 16;

    private readonly Dictionary<Guid, Task> _inFlight = [];
    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = clock.CreateTimer(_ => bell.Ring(), null, Interval, Interval);
        bell.Ring();
        try
        {
            await foreach (var _ in bell.HeardAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }

        // Whatever has left must be written down: a send ends within nine seconds.
        await Task.WhenAll(_inFlight.Values);
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var (id, _) in _inFlight.Where(entry => entry.Value.IsCompleted).ToList())
            {
                _inFlight.Remove(id);
            }

            var free = Most - _inFlight.Count;
            foreach (var id in free > 0 ? await DueAsync(free, cancellation) : [])
            {
                if (!_inFlight.ContainsKey(id))
                {
                    _inFlight.Add(id, SendAsync(id));
                }
            }

            if (_failing)
            {
                _failing = false;
                Recovered(log);
            }
        }
        // An unavailable database must not end the dispatcher; it logs that once and looks again in a second.
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            if (!_failing)
            {
                _failing = true;
                CannotLook(log, exception);
            }
        }
    }

    private async Task<List<Guid>> DueAsync(int most, CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        return await TextRows.Due(database, now)
            .OrderBy(text => text.NextAttemptAt)
            .Select(text => text.Id)
            .Take(most)
            .ToListAsync(cancellation);
    }

    private async Task SendAsync(Guid id)
    {
        await Task.Yield();
        try
        {
            await sender.SendAsync(id);
        }
        catch (Exception exception)
        {
            // The row stays waiting under its lease; whoever finds it later knows that this route may have had it.
            SendBroke(log, id, exception);
        }
        finally
        {
            // There may be more than could be in flight at once.
            bell.Ring();
        }
    }

    [LoggerMessage(EventId = 2121, Level = LogLevel.Error, Message = "Waiting texts cannot be read; trying again every second")]
    private static partial void CannotLook(ILogger log, Exception exception);

    [LoggerMessage(EventId = 2122, Level = LogLevel.Information, Message = "Waiting texts can be read again")]
    private static partial void Recovered(ILogger log);

    [LoggerMessage(EventId = 2123, Level = LogLevel.Error, Message = "Sending text {Id} broke off")]
    private static partial void SendBroke(ILogger log, Guid id, Exception exception);
}
