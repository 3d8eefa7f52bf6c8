using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.Tokens;
using Sso.Data;
using Sso.Data.Keys;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Extensions.RequestObjects;
using Sso.Extensions.RotatingKeys;
using Sso.Protocol.Encryption;
using Sso.Server.Operations;

namespace Sso.Server.Keys;

/// <summary>The signing keys in memory, and which of them are published (RFC 7517 §5).</summary>
internal sealed class SigningKeyRing(
    IDbContextFactory<SsoDbContext> contexts, SigningKeyFactory factory,
    KeyOptions options, Sealer sealer, TimeProvider clock, ServerMetrics metrics) : IRotatingKeys, IDecryptionKeys
{
    private ImmutableArray<Entry> _keys = [];
    private PublishedKeys? _published;

    /// <summary>Changes when keys are read again, and when another key signs.</summary>
    public IReadOnlyList<JsonWebKey> Published => Current.Keys;

    /// <summary>When the newest of them was made; null if there is none yet.</summary>
    public DateTimeOffset? NewestMadeAt => Current.NewestMadeAt;

    private PublishedKeys Current
    {
        get
        {
            var now = clock.GetUtcNow();
            return _published is { } known && now < known.Until ? known : _published = Publish(now);
        }
    }

    /// <summary>For our own checks of our own tokens.</summary>
    public IEnumerable<SecurityKey> VerificationKeys =>
        _keys.Where(entry => entry.Signature is not null).Select(entry => entry.Verification);

    /// <summary>The private keys of <c>use</c> enc: each opens while it is published, since clients keep the key set for a while.</summary>
    public IEnumerable<DecryptionKey> DecryptionKeys => _keys.Select(entry => entry.Decryption).OfType<DecryptionKey>();

    /// <exception cref="InvalidOperationException">No key of the algorithm is active: the ring was not loaded.</exception>
    public SigningCredentials Find(string algorithm)
    {
        var row = KeySchedule.SigningKey(_keys.Select(entry => entry.Row), algorithm, clock.GetUtcNow())
            ?? throw new InvalidOperationException($"No {algorithm} key is active.");
        return _keys.First(entry => entry.Row.Id == row.Id).Signature!;
    }

    /// <summary>
    /// Makes the keys that the schedule demands and deletes those past their publication; every node notices within a second or two. They
    /// are made before the transaction begins; of two nodes at once, the later finds that nothing is missing any more.
    /// </summary>
    public async Task EnsureAsync(CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var algorithms = await database.AlgorithmsToSignWithAsync(options, cancellation);
        var missing = await MissingAsync(database, algorithms, now, cancellation);
        if (missing.Count == 0 && !await database.SigningKeys.AnyAsync(key => key.PublishedUntil <= now, cancellation))
        {
            return;
        }

        var made = missing.ConvertAll(key => factory.Create(key.Algorithm, key.ActiveFrom, now));
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        // First, so that another node with the same intent waits here.
        await database.RaiseKeysVersionAsync(cancellation);
        var stillMissing = await MissingAsync(database, algorithms, now, cancellation);
        made.RemoveAll(key => !stillMissing.Contains((key.Algorithm, key.ActiveFrom)));
        var deleted = await database.SigningKeys.Where(key => key.PublishedUntil <= now).ExecuteDeleteAsync(cancellation);
        if (made.Count + deleted == 0)
        {
            return;
        }

        database.SigningKeys.AddRange(made);
        database.SecurityEvents.Add(SecurityEvent.KeysRotated(now));
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <exception cref="CryptographicException">A private key does not open.</exception>
    public async Task LoadAsync(CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var now = clock.GetUtcNow();
        var rows = await database.SigningKeys.AsNoTracking().Where(key => key.PublishedUntil > now)
            .OrderBy(key => key.ActiveFrom).ToListAsync(cancellation);
        var known = _keys.ToDictionary(entry => entry.Row.Id);
        _keys = [.. rows.Select(row => known.TryGetValue(row.Id, out var entry) ? entry with { Row = row } : Open(row))];
        _published = Publish(now);
    }

    private PublishedKeys Publish(DateTimeOffset now)
    {
        SigningKeyRow[] rows = [.. _keys.Select(entry => entry.Row)];
        var next = rows.SelectMany(row => new[] { row.ActiveFrom, row.ActiveUntil }).Where(time => time > now);
        return new(
            [.. KeySchedule.InOrder(rows, now).Select(row => _keys.First(entry => entry.Row.Id == row.Id).Verification)],
            next.DefaultIfEmpty(DateTimeOffset.MaxValue).Min(),
            rows.Max(row => (DateTimeOffset?)row.CreatedAt));
    }

    private static async Task<List<(string Algorithm, DateTimeOffset ActiveFrom)>> MissingAsync(
        SsoDbContext database, IReadOnlyList<string> algorithms, DateTimeOffset now, CancellationToken cancellation) =>
        [.. KeySchedule.Missing(await database.SigningKeys.AsNoTracking().ToListAsync(cancellation), algorithms, now)];

    private Entry Open(SigningKeyRow row)
    {
        var pkcs8 = sealer.Unprotect(SigningKeyRow.ContextOf(row.Id), row.ProtectedPrivateKey)
            ?? throw new CryptographicException($"The private part of signing key {row.Id} does not open.");
        return TokenEncryption.Algorithms.Contains(row.Algorithm)
            ? new(row, Signature: null, new JsonWebKey(row.PublicKey), DecryptionKey.Import(row.Id, row.Algorithm, pkcs8))
            : new(row, KeyCredentials.Import(row.Id, row.Algorithm, pkcs8, metrics), new JsonWebKey(row.PublicKey), Decryption: null);
    }

    /// <param name="Keys">In the order of the key set.</param>
    /// <param name="Until">When another key begins or ceases to sign, and the order changes.</param>
    private sealed record PublishedKeys(IReadOnlyList<JsonWebKey> Keys, DateTimeOffset Until, DateTimeOffset? NewestMadeAt);

    /// <summary>A key signs or opens, never both.</summary>
    private sealed record Entry(SigningKeyRow Row, SigningCredentials? Signature, JsonWebKey Verification, DecryptionKey? Decryption);
}
