using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace Sso.Data.Secrets;

/// <summary>
/// The unwrapped data keys, in memory. The newest seals; each opens what it sealed. A new one is made every 90 days, far below the 2³² messages that
/// AES-GCM with random nonces allows one key (NIST SP 800-38D §8.3).
/// </summary>
public sealed class DataKeyRing(IDbContextFactory<SsoDbContext> contexts, WrappingKey wrappingKey, TimeProvider clock)
{
    public static readonly TimeSpan RenewAfter = TimeSpan.FromDays(90);

    private Snapshot _keys = new(FrozenDictionary<Guid, byte[]>.Empty, null);

    /// <summary>Reads the keys that this node does not know yet and makes the first one, or a new one when the newest is old.</summary>
    /// <exception cref="CryptographicException">The keys in the database were wrapped by another key than the one configured.</exception>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var rows = await database.DataKeys.AsNoTracking().OrderBy(key => key.Id).ToListAsync(cancellation);
        var now = clock.GetUtcNow();
        if (rows.Count == 0 || now - rows.Max(row => row.CreatedAt) > RenewAfter)
        {
            var plain = RandomNumberGenerator.GetBytes(32);
            var row = new DataKey { Id = Guid.CreateVersion7(now), CreatedAt = now, Wrapped = wrappingKey.Wrap(plain) };
            database.DataKeys.Add(row);
            await database.SaveChangesAsync(cancellation);
            rows.Add(row);
        }

        var known = _keys.ById;
        var all = rows.ToFrozenDictionary(row => row.Id, row => known.GetValueOrDefault(row.Id) ?? wrappingKey.Unwrap(row.Wrapped));
        _keys = new(all, rows.MaxBy(row => (row.CreatedAt, row.Id))!.Id);
    }

    /// <exception cref="InvalidOperationException">Nothing was loaded yet.</exception>
    internal (Guid Id, byte[] Key) Current => _keys is { CurrentId: { } id } keys
        ? (id, keys.ById[id])
        : throw new InvalidOperationException("The data keys are not loaded yet.");

    internal byte[]? Find(Guid id) => _keys.ById.GetValueOrDefault(id);

    private sealed record Snapshot(FrozenDictionary<Guid, byte[]> ById, Guid? CurrentId);
}
