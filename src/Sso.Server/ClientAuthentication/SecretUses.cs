using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Server.Operations;

namespace Sso.Server.ClientAuthentication;

/// <summary>
/// When each secret was last used: written for one secret at most once an hour on all nodes together. What a node lost that was killed, the
/// next use says again.
/// </summary>
internal sealed partial class SecretUses(IDbContextFactory<SsoDbContext> contexts, TimeProvider clock, ILogger<SecretUses> log)
    : WrittenLater(clock)
{
    private readonly ConcurrentDictionary<Use, DateTimeOffset> _noted = new();
    private readonly ConcurrentDictionary<Use, byte[]> _waiting = new();

    /// <param name="clientId">Whose secret it is.</param>
    /// <param name="hash">Of the secret.</param>
    public void Note(string clientId, byte[] hash)
    {
        var (use, now) = (new Use(clientId, BitConverter.ToInt64(hash)), Clock.GetUtcNow());
        if (_noted.TryGetValue(use, out var last) && now - last < StoredSecret.UseInterval)
        {
            return;
        }

        // In this order: what is written is the time of the note.
        _noted[use] = now;
        _waiting[use] = hash;
    }

    public override async Task WriteAsync(CancellationToken cancellation)
    {
        Forget();
        if (_waiting.IsEmpty)
        {
            return;
        }

        await using var database = await contexts.CreateDbContextAsync(cancellation);
        foreach (var (use, hash) in _waiting)
        {
            var noted = _noted[use];
            if (!await TryWriteAsync(database, use.ClientId, hash, noted, cancellation)
                && await StoredAsync(database, use.ClientId, hash, cancellation) is { } stored)
            {
                // Another node was first: the hour is counted from what it wrote, or uses would go unwritten for up to two.
                _noted.TryUpdate(use, stored, noted);
            }

            _waiting.TryRemove(KeyValuePair.Create(use, hash));
        }
    }

    protected override void Report(Exception exception) => NotWritten(log, exception);

    /// <summary>What is noted anew by the next use anyway.</summary>
    private void Forget()
    {
        var old = Clock.GetUtcNow() - StoredSecret.UseInterval;
        foreach (var entry in _noted)
        {
            if (entry.Value <= old && !_waiting.ContainsKey(entry.Key))
            {
                // Only as it was read: it may be noted again at this moment.
                _noted.TryRemove(entry);
            }
        }
    }

    /// <summary>Whichever place the secret has by now; false if it is gone, or another node wrote within the hour.</summary>
    private static async Task<bool> TryWriteAsync(
        SsoDbContext database, string clientId, byte[] hash, DateTimeOffset at, CancellationToken cancellation)
    {
        var known = at - StoredSecret.UseInterval;
        return await database.Clients
            .Where(row => row.Id == clientId && row.SecretHash == hash
                && (row.SecretLastUsedAt == null || row.SecretLastUsedAt <= known))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.SecretLastUsedAt, at), cancellation) == 1
            || await database.Clients
                .Where(row => row.Id == clientId && row.OtherSecretHash == hash
                    && (row.OtherSecretLastUsedAt == null || row.OtherSecretLastUsedAt <= known))
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.OtherSecretLastUsedAt, at), cancellation) == 1;
    }

    private static async Task<DateTimeOffset?> StoredAsync(
        SsoDbContext database, string clientId, byte[] hash, CancellationToken cancellation)
    {
        var row = await database.Clients.Where(row => row.Id == clientId)
            .Select(row => new { row.SecretHash, row.SecretLastUsedAt, row.OtherSecretHash, row.OtherSecretLastUsedAt })
            .SingleOrDefaultAsync(cancellation);
        return row?.SecretHash?.AsSpan().SequenceEqual(hash) == true ? row.SecretLastUsedAt
            : row?.OtherSecretHash?.AsSpan().SequenceEqual(hash) == true ? row.OtherSecretLastUsedAt
            : null;
    }

    [LoggerMessage(EventId = 1117, Level = LogLevel.Warning, Message = "When secrets of applications were last used is not written yet")]
    private static partial void NotWritten(ILogger log, Exception exception);

    /// <summary>A secret, by the beginning of its hash.</summary>
    private readonly record struct Use(string ClientId, long Hash);
}
