namespace Sso.Server.Operations;

/// <summary>
/// What requests only note in memory, and what is written a little later, outside of any request. A node that stops writes what it noted;
/// one that is killed loses it.
/// </summary>
internal abstract class WrittenLater(TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    protected TimeProvider Clock => clock;

    /// <summary>Writes what was noted; of no statement if nothing was.</summary>
    public abstract Task WriteAsync(CancellationToken cancellation);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(LongestGoodbye, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await LookAsync(either.Token);
        }
        catch (Exception) when (either.IsCancellationRequested)
        {
            // As if it were killed.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>Says that nothing could be written.</summary>
    protected abstract void Report(Exception exception);

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            await WriteAsync(cancellation);
        }
        // What waits is tried again in a moment; an exception here would end the whole server.
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            Report(exception);
        }
    }
}
