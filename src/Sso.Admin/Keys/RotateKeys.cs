using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Keys;
using Sso.Data.Operations;
using Sso.Data.Secrets;

namespace Sso.Admin.Keys;

/// <summary>
/// Makes the successor of each signing key before its time: announced now and signing after the announcement period, or signing at once,
/// which is when every key set that applications keep has it. A successor that was already announced is used; rotating twice does not make
/// two. The data keys must be loadable.
/// </summary>
public sealed class RotateKeys(
    SsoDbContext database, DataKeyRing dataKeys, SigningKeyFactory factory, KeyOptions options, ListFetches fetches,
    TimeProvider clock)
{
    public async Task<KeysRotated> ExecuteAsync(bool atOnce, CancellationToken cancellation)
    {
        await dataKeys.LoadAsync(cancellation);
        var made = new PreparedKeys(factory);
        while (true)
        {
            if (await TryRotateAsync(atOnce, made, cancellation) is { } rotated)
            {
                return rotated;
            }

            made.MakeLacking(clock.GetUtcNow());
        }
    }

    /// <summary>Null if a key has to be made first; then nothing was written.</summary>
    private async Task<KeysRotated?> TryRotateAsync(bool atOnce, PreparedKeys made, CancellationToken cancellation)
    {
        database.ChangeTracker.Clear();
        var now = clock.GetUtcNow();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        await database.RaiseKeysVersionAsync(cancellation);
        var keys = await database.SigningKeys.Where(key => key.PublishedUntil > now).ToListAsync(cancellation);
        var warnings = new List<string>();
        var successors = new List<SigningKeyRow>();
        foreach (var algorithm in await database.AlgorithmsToSignWithAsync(options, cancellation))
        {
            if (Rotate([.. keys.Where(key => key.Algorithm == algorithm)], algorithm, atOnce, now, made, warnings) is { } successor)
            {
                successors.Add(successor);
            }
        }

        if (made.Lacks)
        {
            return null;
        }

        var changes = RecordedChanges.Of(("keys", Ids(keys), Ids(keys.Union(successors))));
        database.SecurityEvents.Add(SecurityEvent.KeysRotatedByOperator(now, atOnce, changes));
        await database.SaveChangesAsync(cancellation);
        if (atOnce)
        {
            // Before it counts: a failure here after it would read as if nothing had happened.
            warnings.AddRange(await LaggingAsync([.. keys.Union(successors).Select(key => ListKeys.View(key, now))], now, cancellation));
        }

        await transaction.CommitAsync(cancellation);
        return new([.. successors.Select(key => ListKeys.View(key, now))], [.. warnings]);
    }

    /// <summary>Who may not know the keys when they begin to sign.</summary>
    private async Task<IEnumerable<string>> LaggingAsync(
        IReadOnlyCollection<KeyView> keys, DateTimeOffset now, CancellationToken cancellation)
    {
        var lagging = await fetches.ListLaggingAsync(keys, cancellation);
        return lagging.Where(rotation => rotation.ActiveFrom > now).Select(rotation =>
            Counted.Of(rotation.Lagging.Count(), "application at work was", "applications at work were")
                + $" not seen to fetch the keys that sign from {rotation.ActiveFrom.UtcDateTime:yyyy-MM-dd HH:mm} UTC. "
                + "Until then, sso key list shows which have not.");
    }

    private static JsonArray Ids(IEnumerable<SigningKeyRow> keys) => [.. keys.Select(key => (JsonNode?)key.Id)];

    private SigningKeyRow? Rotate(
        ImmutableArray<SigningKeyRow> keys, string algorithm, bool atOnce, DateTimeOffset now, PreparedKeys made, List<string> warnings)
    {
        var announced = keys.Where(key => key.ActiveFrom > now).MinBy(key => key.ActiveFrom);
        // Nothing signs yet: a first key needs no announcement, because nobody knows any other.
        var signing = keys.Any(key => key.ActiveFrom <= now && key.ActiveUntil > now);
        var activeFrom = !signing ? now : atOnce ? KeySchedule.EarliestFor(announced, now) : now + KeySchedule.Announcement;
        if (announced is not null && announced.ActiveFrom <= activeFrom)
        {
            warnings.Add(
                $"{algorithm}: a successor was announced already and signs from "
                    + $"{announced.ActiveFrom.UtcDateTime:yyyy-MM-dd HH:mm} UTC; none was added.");
            return announced;
        }

        if ((announced ?? made.Take(algorithm, activeFrom)) is not { } successor)
        {
            return null;
        }

        if (announced is null)
        {
            database.SigningKeys.Add(successor);
        }
        else
        {
            successor.SignFrom(activeFrom);
        }

        foreach (var earlier in keys.Where(key => key != successor && key.ActiveFrom <= now && key.ActiveUntil > activeFrom))
        {
            earlier.ActiveUntil = activeFrom;
            earlier.PublishedUntil = activeFrom + KeySchedule.Afterglow;
        }

        if (atOnce && signing && announced is null)
        {
            warnings.Add(
                $"{algorithm}: the new key signs from {activeFrom.UtcDateTime:yyyy-MM-dd HH:mm} UTC, when no key set that applications "
                    + "may keep is without it. A stolen key is revoked at once: sso key revoke.");
        }

        return successor;
    }
}
