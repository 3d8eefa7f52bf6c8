using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;

namespace Sso.Data.Backups;

/// <summary>
/// What the record of security events says of backups. One is told twice: before the rows are copied, so that the copy itself says which
/// backup it is, and after the file is there, so that one that failed does not count.
/// </summary>
public sealed class BackupRecord(IDbContextFactory<SsoDbContext> contexts, TimeProvider clock)
{
    private const string Begun = "begun";
    private const string Written = "written";
    private const string Made = "made";

    /// <param name="file">Where it will be.</param>
    /// <param name="cancellation">Stops before it is recorded.</param>
    public Task BeginAsync(string file, CancellationToken cancellation) =>
        AddAsync(SecurityEvent.BackupTaken(clock.GetUtcNow(), Begun, BackupOf(file, DatabaseBackup.Version)), cancellation);

    /// <param name="file">Where it is.</param>
    /// <param name="manifest">What it says of itself.</param>
    /// <param name="cancellation">Stops before it is recorded.</param>
    public Task EndAsync(string file, BackupManifest manifest, CancellationToken cancellation)
    {
        var changes = BackupOf(file, manifest.Version);
        Describe(changes, manifest);
        return AddAsync(SecurityEvent.BackupTaken(clock.GetUtcNow(), Written, changes), cancellation);
    }

    /// <summary>Of which moment the latest whole copy is that the record knows of since then; null if there is none.</summary>
    public static async Task<DateTimeOffset?> LatestAsync(SsoDbContext database, DateTimeOffset since, CancellationToken cancellation)
    {
        // By its key, which begins with the time, from the end: events have no index by kind, and a backup of each night is near.
        var first = SecurityEvent.FirstIdAt(since);
        var told = await database.SecurityEvents.AsNoTracking()
            .Where(item => item.Id.CompareTo(first) >= 0
                && (item.Kind == SecurityEventKind.DatabaseRestored
                    || (item.Kind == SecurityEventKind.BackupTaken && item.Detail == Written)))
            .OrderByDescending(item => item.Id)
            .Select(item => new { item.At, item.Changes })
            .FirstOrDefaultAsync(cancellation);
        return told is null ? null : MadeIn(told.Changes) ?? told.At;
    }

    internal static SecurityEvent Restored(DateTimeOffset at, BackupManifest manifest)
    {
        var changes = new JsonObject { ["version"] = New(manifest.Version) };
        Describe(changes, manifest);
        return SecurityEvent.DatabaseRestored(at, changes);
    }

    private static JsonObject BackupOf(string file, string version) => new() { ["file"] = New(file), ["version"] = New(version) };

    private static void Describe(JsonObject changes, BackupManifest manifest)
    {
        changes[Made] = New(manifest.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        changes["tables"] = New(manifest.Tables.Count);
        changes["rows"] = New(manifest.Tables.Sum(table => table.Rows));
    }

    /// <summary>As every change is written: what was before, and what is now.</summary>
    private static JsonArray New(JsonNode value) => new(null, value);

    private static DateTimeOffset? MadeIn(string? changes)
    {
        try
        {
            return changes is not null && JsonNode.Parse(changes)?[Made] is JsonArray { Count: 2 } made
                && DateTimeOffset.TryParse(made[1]?.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                ? at
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task AddAsync(SecurityEvent item, CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        database.SecurityEvents.Add(item);
        await database.SaveChangesAsync(cancellation);
    }
}
