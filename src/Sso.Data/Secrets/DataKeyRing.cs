using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace Sso.Data.Secrets;

/// <summary>
/// The unwrapped data keys, in memory. The newest seals; each opens what it sealed. A new one is made every 90 days, far below the 2³²
/// messages that AES-GCM with random nonces allows one key (NIST SP 800-38D §8.3).
/// </summary>
public sealed class DataKeyRing(IDbContextFactory<SsoDbContext> contexts, WrappingKey wrappingKey, TimeProvider clock)
{
    public static readonly TimeSpan RenewAfter = TimeSpan.FromDays(90);

    /// <summary>A new key seals only once every node has had time to read it.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(1);

    private FrozenDictionary<Guid, Entry> _keys = FrozenDictionary<Guid, Entry>.Empty;

    /// <summary>Reads the keys that this node does not know yet, and makes the first one, or a new one when the newest is old.</summary>
    /// <exception cref="CryptographicException">The keys in the database were wrapped by another key than the one configured.</exception>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var rows = await database.DataKeys.AsNoTracking().OrderBy(key => key.Id).ToListAsync(cancellation);
        // Before a new one is made: the others could not open what a node with another wrapping key left behind.
        var keys = rows.ConvertAll(Open);
        var now = clock.GetUtcNow();
        if (rows.Count == 0 || now - rows.Max(row => row.CreatedAt) > RenewAfter)
        {
            var row = NewKey();
            await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
            database.DataKeys.Add(row);
            await database.SaveChangesAsync(cancellation);
            await database.RaiseKeysVersionAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            keys.Add(Open(row));
        }

        _keys = keys.ToFrozenDictionary(key => key.Id);
    }

    /// <summary>Reads the keys and makes none, for whoever only looks; false if there is none yet.</summary>
    /// <exception cref="CryptographicException">As for <see cref="LoadAsync"/>.</exception>
    public async Task<bool> ReadAsync(CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var rows = await database.DataKeys.AsNoTracking().ToListAsync(cancellation);
        _keys = rows.ConvertAll(Open).ToFrozenDictionary(key => key.Id);
        return _keys.Values.Any(key => !key.IsRetired);
    }

    /// <summary>
    /// All keys retire and a new one takes their place at once: what was sealed for the outside under the former ones (and what somebody
    /// who stole them would forge) no longer opens; rows still do. To be called inside the transaction of its cause, which also raises the
    /// version.
    /// </summary>
    /// <param name="database">The one with the transaction.</param>
    /// <param name="successor">Of <see cref="NewKey"/>, made before the transaction.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task RenewAsync(SsoDbContext database, DataKey successor, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        await database.DataKeys.Where(key => key.RetiredAt == null)
            .ExecuteUpdateAsync(set => set.SetProperty(key => key.RetiredAt, now), cancellation);
        database.DataKeys.Add(successor);
    }

    /// <summary>A key that is not in use yet. Wrapping it is slow, so not inside a transaction.</summary>
    public DataKey NewKey()
    {
        var now = clock.GetUtcNow();
        return new() { Id = Guid.CreateVersion7(now), CreatedAt = now, Wrapped = wrappingKey.Wrap(RandomNumberGenerator.GetBytes(32)) };
    }

    /// <exception cref="InvalidOperationException">Nothing was loaded yet.</exception>
    internal (Guid Id, byte[] Key) Current
    {
        get
        {
            var settled = clock.GetUtcNow() - Settling;
            var keys = _keys.Values.Where(key => !key.IsRetired).ToList();
            var current = keys.Where(key => key.CreatedAt <= settled).MaxBy(key => (key.CreatedAt, key.Id))
                ?? keys.MinBy(key => (key.CreatedAt, key.Id));
            return current is null ? throw new InvalidOperationException("The data keys are not loaded yet.") : (current.Id, current.Key);
        }
    }

    internal IEnumerable<byte[]> All => _keys.Values.Select(key => key.Key);

    internal byte[]? Find(Guid id) => _keys.GetValueOrDefault(id)?.Key;

    internal bool IsRetired(Guid id) => _keys.GetValueOrDefault(id) is { IsRetired: true };

    private Entry Open(DataKey row) =>
        new(row.Id, row.CreatedAt, row.RetiredAt is not null, _keys.GetValueOrDefault(row.Id)?.Key ?? wrappingKey.Unwrap(row.Wrapped));

    private sealed record Entry(Guid Id, DateTimeOffset CreatedAt, bool IsRetired, byte[] Key)
    {
        public override string ToString() => "(data key)";
    }
}
