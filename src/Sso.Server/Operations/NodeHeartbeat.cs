using System.Reflection;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Delivery.Routes;

namespace Sso.Server.Operations;

/// <summary>
/// Says every ten seconds that this node is there, and at once which routes for texts it stays away from. While it stays away from one it
/// looks every two seconds whether an operator wants it used again: a node whose routes are well asks nothing, and no request waits for
/// any of this.
/// </summary>
internal sealed partial class NodeHeartbeat(
    IDbContextFactory<SsoDbContext> contexts, MessageRoutes routes, ServerState state, TimeProvider clock, ILogger<NodeHeartbeat> log)
    : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenOrders = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    private readonly Guid _id = state.NodeId;
    private readonly DateTimeOffset _startedAt = clock.GetUtcNow();
    private readonly Dictionary<string, RoutePause> _told = [];

    /// <summary>Something went wrong: the table may name routes that are used again by now.</summary>
    private bool _isDoubted;

    private DateTimeOffset _nextBeat;
    private DateTimeOffset _nextOrders;

    /// <summary>As <c>sso --version</c> tells it.</summary>
    public static string Version { get; } =
        typeof(NodeHeartbeat).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            do
            {
                await RoundAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var limit = new CancellationTokenSource(LongestGoodbye, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await using var database = await contexts.CreateDbContextAsync(either.Token);
            await database.Nodes.Where(node => node.Id == _id).ExecuteDeleteAsync(either.Token);
        }
        // Housekeeping finds the row old.
        catch (Exception exception) when (exception is OperationCanceledException || DatabaseTroubles.Find(exception) is not null)
        {
        }
    }

    private async Task RoundAsync(CancellationToken cancellation)
    {
        if (!state.IsReachable)
        {
            return;
        }

        try
        {
            await BeatAsync(cancellation);
            await TellPausesAsync(cancellation);
        }
        // Whatever is wrong with the table of nodes, texts leave: it is tried again, and everything is written anew.
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            _told.Clear();
            _isDoubted = true;
            _nextBeat = clock.GetUtcNow() + Node.Interval;
            NotTold(log, exception);
        }
    }

    private async Task BeatAsync(CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        if (now < _nextBeat)
        {
            return;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellation);
        if (await database.Nodes.Where(node => node.Id == _id)
            .ExecuteUpdateAsync(set => set.SetProperty(node => node.SeenAt, now), cancellation) == 0)
        {
            // The first time, or it was silent for so long that its row was taken away, with what it said of its routes.
            _told.Clear();
            database.Nodes.Add(new Node
            {
                Id = _id,
                Name = EventStamps.ThisNode,
                Version = Version[..Math.Min(Version.Length, 100)],
                StartedAt = _startedAt,
                SeenAt = now,
            });
            await database.SaveChangesAsync(cancellation);
        }

        _nextBeat = now + Node.Interval;
    }

    private async Task TellPausesAsync(CancellationToken cancellation)
    {
        var paused = routes.All.Where(route => route.Paused is not null).ToDictionary(route => route.Name, route => route.Paused!);
        var changed = paused.Where(pause => _told.GetValueOrDefault(pause.Key) != pause.Value).ToList();
        var over = _told.Keys.Except(paused.Keys).ToList();
        var now = clock.GetUtcNow();
        var isTimeForOrders = paused.Count > 0 && now >= _nextOrders;
        if (changed.Count + over.Count == 0 && !isTimeForOrders && !_isDoubted)
        {
            return;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellation);
        if (_isDoubted)
        {
            var names = paused.Keys.ToList();
            await database.PausedRoutes.Where(row => row.NodeId == _id && !names.Contains(row.Route))
                .ExecuteDeleteAsync(cancellation);
            _isDoubted = false;
        }

        foreach (var (route, pause) in changed)
        {
            await TellAsync(database, route, pause, cancellation);
            _told[route] = pause;
        }

        foreach (var route in over)
        {
            await ForgetAsync(database, route, cancellation);
        }

        if (isTimeForOrders)
        {
            await ObeyAsync(database, cancellation);
            _nextOrders = now + BetweenOrders;
        }
    }

    private async Task TellAsync(SsoDbContext database, string route, RoutePause pause, CancellationToken cancellation)
    {
        if (await Mine(database, route).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Since, pause.Since).SetProperty(row => row.Until, pause.Until)
                .SetProperty(row => row.Cause, pause.Cause),
            cancellation) == 0)
        {
            database.PausedRoutes.Add(
                new PausedRoute { NodeId = _id, Route = route, Since = pause.Since, Until = pause.Until, Cause = pause.Cause });
            await database.SaveChangesAsync(cancellation);
        }
    }

    private async Task ForgetAsync(SsoDbContext database, string route, CancellationToken cancellation)
    {
        await Mine(database, route).ExecuteDeleteAsync(cancellation);
        _told.Remove(route);
    }

    private async Task ObeyAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var asked = await database.PausedRoutes.Where(row => row.NodeId == _id && row.ResumeAskedAt != null)
            .Select(row => row.Route).ToListAsync(cancellation);
        foreach (var route in routes.All.Where(route => asked.Contains(route.Name)))
        {
            route.Resume();
            Resumed(log, route.Name);
            await ForgetAsync(database, route.Name, cancellation);
        }
    }

    private IQueryable<PausedRoute> Mine(SsoDbContext database, string route) =>
        database.PausedRoutes.Where(row => row.NodeId == _id && row.Route == route);

    [LoggerMessage(EventId = 1119, Level = LogLevel.Error, Message = "This node cannot say that it is there")]
    private static partial void NotTold(ILogger log, Exception exception);

    [LoggerMessage(EventId = 1118, Level = LogLevel.Warning, Message = "The route {Route} is used again: an operator wants it")]
    private static partial void Resumed(ILogger log, string route);
}
