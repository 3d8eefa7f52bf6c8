using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Clients;

namespace Sso.Server.ClientAuthentication;

/// <summary>
/// When each secret was last used. A request only notes it in memory; it is written a little later, outside of any request, and for one
/// secret at most once an hour on all nodes together. What a node had not written when it was killed is lost: the next use says it again.
/// </summary>
internal sealed partial class SecretUses(IDbContextFactory<SsoDbContext> contexts, TimeProvider clock, ILogger<SecretUses> log)
    : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<Use, DateTimeOffset> _noted = new();
    private readonly ConcurrentDictionary<Use, byte[]> _waiting = new();

    /// <param name="clientId">Whose secret it is.</param>
    /// <param name="hash">Of the secret.</param>
    public void Note(string clientId, byte[] hash)
    {
        var (use, now) = (new Use(clientId, BitConverter.ToInt64(hash)), clock.GetUtcNow());
        if (_noted.TryGetValue(use, out var last) && now - last < StoredSecret.UseInterval)
        {
            return;
        }

        // In this order: what is written is the time of the note.
        _noted[use] = now;
        _waiting[use] = hash;
    }

    /// <summary>Writes what was noted; of no statement if nothing was.</summary>
    public async Task WriteAsync(CancellationToken cancellation)
    {
        if (_waiting.IsEmpty)
        {
            return;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellation);
        foreach (var (use, hash) in _waiting)
        {
            await WriteAsync(database, use.ClientId, hash, _noted[use], cancellation);
            _waiting.TryRemove(KeyValuePair.Create(use, hash));
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

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            await WriteAsync(cancellation);
        }
        // What waits is tried again in a moment; an exception here would end the whole server.
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            NotWritten(log, exception);
        }
    }

    /// <summary>Whichever place the secret has by now; nothing if it is gone, or another node wrote within the hour.</summary>
    private static async Task WriteAsync(
        SsoDbContext database, string clientId, byte[] hash, DateTimeOffset at, CancellationToken cancellation)
    {
        var known = at - StoredSecret.UseInterval;
        if (await database.Clients
            .Where(row => row.Id == clientId && row.SecretHash == hash
                && (row.SecretLastUsedAt == null || row.SecretLastUsedAt <= known))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.SecretLastUsedAt, at), cancellation) == 0)
        {
            await database.Clients
                .Where(row => row.Id == clientId && row.OtherSecretHash == hash
                    && (row.OtherSecretLastUsedAt == null || row.OtherSecretLastUsedAt <= known))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.OtherSecretLastUsedAt, at), cancellation);
        }
    }

    [LoggerMessage(EventId = 1117, Level = LogLevel.Warning, Message = "When secrets of applications were last used is not written yet")]
    private static partial void NotWritten(ILogger log, Exception exception);

    /// <summary>A secret, by the beginning of its hash.</summary>
    private readonly record struct Use(string ClientId, long Hash);
}
