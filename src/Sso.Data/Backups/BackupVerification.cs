using Microsoft.EntityFrameworkCore;
using Sso.Data.Keys;
using Sso.Data.Operations;
using Sso.Data.Secrets;

namespace Sso.Data.Backups;

/// <summary>
/// Whether a database that was just restored is the one that was backed up, and can be used: its rows, the keys that the passphrase opens,
/// and the record of events. To be asked before a server starts on it.
/// </summary>
public sealed class BackupVerification(
    IDbContextFactory<SsoDbContext> contexts, DataKeyRing keys, Sealer sealer, AuditVerification audit)
{
    public async Task<BackupFindings> RunAsync(RestoredBackup restored, int mostFlaws, CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var different = await DifferentTablesAsync(database, restored, cancellation);
        var (opened, closed) = await KeysAsync(database, cancellation);
        return new(different, opened, closed, await audit.RunAsync(mostFlaws, cancellation));
    }

    private static async Task<IReadOnlyList<string>> DifferentTablesAsync(
        SsoDbContext database, RestoredBackup restored, CancellationToken cancellation)
    {
        var different = new List<string>();
        await using var snapshot = await database.BeginSnapshotAsync(cancellation);
        foreach (var (table, backup) in StoredTable.AllOf(database).Zip(restored.Manifest.Tables))
        {
            var found = await DatabaseBackup.CopyAsync(table, snapshot, Stream.Null, cancellation, without: restored.EventId);
            if (found.Rows != backup.Rows || found.Checksum != backup.Checksum)
            {
                different.Add(table.Name);
            }
        }

        return different;
    }

    private async Task<(int Opened, IReadOnlyList<string> Closed)> KeysAsync(SsoDbContext database, CancellationToken cancellation)
    {
        await keys.LoadAsync(cancellation);
        var rows = await database.SigningKeys.AsNoTracking().ToListAsync(cancellation);
        var closed = rows
            .Where(row => sealer.Unprotect(SigningKeyRow.ContextOf(row.Id), row.ProtectedPrivateKey) is null)
            .Select(row => row.Id).ToList();
        return (rows.Count - closed.Count, closed);
    }
}

/// <param name="DifferentTables">Whose rows are not those of the backup.</param>
/// <param name="OpenedSigningKeys">How many open.</param>
/// <param name="ClosedSigningKeys">Those that do not open.</param>
/// <param name="Audit">What the record of events says of itself.</param>
public sealed record BackupFindings(
    IReadOnlyList<string> DifferentTables, int OpenedSigningKeys, IReadOnlyList<string> ClosedSigningKeys, AuditFindings Audit)
{
    public bool IsSound => DifferentTables.Count == 0 && ClosedSigningKeys.Count == 0 && Audit.IsSound;
}
