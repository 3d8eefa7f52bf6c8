using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Delivery;

namespace Sso.Server.Operations;

/// <summary>
/// Does the work that is in rows and due: looks by the clock, and at once when somebody on this node has added to it. A row is claimed
/// before it is worked on, so that of all nodes one does it.
/// </summary>
/// <param name="bell">Rung after each commit that adds rows; null where rows are changed instead, and <see cref="Wake"/> rings.</param>
internal abstract class DueWork<TRow>(
    IDbContextFactory<SsoDbContext> contexts, TimeProvider clock, TimeSpan interval, Bell? bell = null) : BackgroundService
{
    private readonly Bell _bell = bell ?? new();

    protected IDbContextFactory<SsoDbContext> Contexts { get; } = contexts;

    protected TimeProvider Clock { get; } = clock;

    /// <summary>False while the clock should cost no statement.</summary>
    protected virtual bool IsNeeded => true;

    /// <summary>Tells this node not to wait for its next look.</summary>
    public void Wake() => _bell.Ring();

    /// <summary>Does everything that is due.</summary>
    public async Task SendDueAsync(CancellationToken cancellation)
    {
        await using var database = await Contexts.CreateDbContextAsync(cancellation);
        while (await ClaimAsync(database, cancellation) is { Count: > 0 } claimed)
        {
            await Task.WhenAll(claimed.Select(row => SendAsync(row, cancellation)));
        }
    }

    /// <summary>Some of the rows that are due; none that another node has, or this one had a moment ago.</summary>
    protected abstract Task<List<TRow>> ClaimAsync(SsoDbContext database, CancellationToken cancellation);

    /// <summary>Whatever goes wrong with one row is its own matter: no exception comes back.</summary>
    protected abstract Task SendAsync(TRow row, CancellationToken cancellation);

    /// <summary>The rows cannot be read.</summary>
    protected abstract void Report(Exception exception);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = Clock.CreateTimer(_ => Wake(), null, interval, interval);
        try
        {
            await foreach (var _ in _bell.HeardAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            await (IsNeeded ? SendDueAsync(cancellation) : Task.CompletedTask);
        }
        // An unavailable database must not end this and with it the server: it looks again in a moment.
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            Report(exception);
        }
    }
}
