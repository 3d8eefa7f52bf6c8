using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Keys;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Protocol;

namespace Sso.Admin.Keys;

/// <summary>
/// For a signing key that was stolen: its row is deleted, so that every node forgets it at its next look and refuses whatever it signed. If
/// it was the key that signs, the announced successor takes over at once, or one that is made here. The data keys must be loadable.
/// </summary>
public sealed class RevokeKey(
    SsoDbContext database, DataKeyRing dataKeys, SigningKeyFactory factory, KeyOptions options, TimeProvider clock)
{
    public async Task<Result<KeyRevoked, Refusal>> ExecuteAsync(string kid, CancellationToken cancellation)
    {
        await dataKeys.LoadAsync(cancellation);
        var made = new PreparedKeys(factory);
        while (true)
        {
            if (await TryRevokeAsync(kid, made, cancellation) is { } outcome)
            {
                return outcome;
            }

            made.MakeLacking(clock.GetUtcNow());
        }
    }

    /// <summary>Null if a key has to be made first; then nothing was written.</summary>
    private async Task<Result<KeyRevoked, Refusal>?> TryRevokeAsync(string kid, PreparedKeys made, CancellationToken cancellation)
    {
        database.ChangeTracker.Clear();
        var now = clock.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.RaiseKeysVersionAsync(cancellation);
        var keys = await database.SigningKeys.ToListAsync(cancellation);
        if (keys.SingleOrDefault(key => key.Id == kid) is not { } stolen)
        {
            return Refusal.NotFound("kid", $"There is no signing key '{kid}'.", "sso key list shows the keys there are.");
        }

        database.SigningKeys.Remove(stolen);
        var rest = keys.Where(key => key.Algorithm == stolen.Algorithm && key != stolen).ToList();
        var isWanted = (await database.AlgorithmsToSignWithAsync(options, cancellation)).Contains(stolen.Algorithm);
        var successor = KeySchedule.SigningKey(rest, stolen.Algorithm, now)
            ?? (isWanted ? Succeed(rest, stolen.Algorithm, made, now) : null);
        if (made.Lacks)
        {
            return null;
        }

        var changes = RecordedChanges.Of(
            ("key", kid, null), ("signs", KeySchedule.SigningKey(keys, stolen.Algorithm, now)?.Id, successor?.Id));
        database.SecurityEvents.Add(SecurityEvent.KeyRevoked(now, stolen.Algorithm, changes));
        await database.SaveChangesAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return new KeyRevoked(ListKeys.View(stolen, now), successor is null ? null : ListKeys.View(successor, now));
    }

    private SigningKeyRow? Succeed(IEnumerable<SigningKeyRow> rest, string algorithm, PreparedKeys made, DateTimeOffset now)
    {
        if (rest.Where(key => key.ActiveFrom > now).MinBy(key => key.ActiveFrom) is { } announced)
        {
            announced.SignFrom(now);
            return announced;
        }

        if (made.Take(algorithm, now) is not { } successor)
        {
            return null;
        }

        database.SigningKeys.Add(successor);
        return successor;
    }
}

/// <summary>
/// The revoked key as it was, and the one that signs in its place; null if nothing is signed with its algorithm any more.
/// </summary>
public sealed record KeyRevoked(KeyView Revoked, KeyView? Signs);
