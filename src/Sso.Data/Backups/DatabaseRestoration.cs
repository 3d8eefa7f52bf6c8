using System.Data.Common;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Sso.Data.Secrets;

namespace Sso.Data.Backups;

/// <summary>Fills an empty database from a backup, whichever kind of database it is of: all of it, or nothing.</summary>
public sealed class DatabaseRestoration(IDbContextFactory<SsoDbContext> contexts, TimeProvider clock)
{
    private const int MostNamed = 5;

    /// <param name="file">The backup.</param>
    /// <param name="key">What has to open its data keys; null where it is not at hand.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="BackupException">
    /// It cannot be restored here. Nothing was written, unless the database turned out not to be empty: it may have got its schema.
    /// </exception>
    public async Task<RestoredBackup> RunAsync(Stream file, WrappingKey? key, CancellationToken cancellation)
    {
        await using var archive = await BackupArchive.OpenAsync(file, cancellation);
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var tables = StoredTable.AllOf(database);
        RefuseOther(archive.Manifest, database, tables);
        await RefuseDamageAsync(archive, cancellation);
        if (key is not null)
        {
            await RefuseOtherKeyAsync(archive, tables, key, cancellation);
        }

        var isThere = await database.Database.CanConnectAsync(cancellation);
        if (isThere)
        {
            await RefuseForeignTablesAsync(database, tables, cancellation);
        }

        if (!isThere || !await HasSchemaAsync(database, cancellation))
        {
            await database.MigrateAsync(cancellation);
        }

        await using var transaction = await database.Database.BeginTransactionAsync(cancellation);
        var driver = transaction.GetDbTransaction();
        foreach (var table in tables.Where(table => !table.IsSeeded))
        {
            if (!await table.IsEmptyAsync(driver, cancellation))
            {
                throw new BackupException($"The database is not empty: {table.Name} has rows. Name a new one.");
            }
        }

        try
        {
            foreach (var (table, backup) in tables.Zip(archive.Manifest.Tables))
            {
                if (table.IsSeeded)
                {
                    await table.ClearAsync(driver, cancellation);
                }

                await table.InsertAsync(driver, archive.LinesAsync(backup, cancellation), cancellation);
            }
        }
        catch (DbException exception) when (database.IsDuplicateKey(exception))
        {
            // It was empty a moment ago, and the rows of a backup do not contradict each other.
            throw new BackupException("Something else has filled the database meanwhile, such as another restore. Name a new one.");
        }

        var recorded = BackupRecord.Restored(clock.GetUtcNow(), archive.Manifest);
        database.SecurityEvents.Add(recorded);
        await database.SaveChangesAsync(cancellation);
        // Whoever stops it now would not know whether all of it is there or nothing.
        await transaction.CommitAsync(CancellationToken.None);
        return new(archive.Manifest, recorded.Id);
    }

    private static void RefuseOther(BackupManifest manifest, SsoDbContext database, IReadOnlyList<StoredTable> tables)
    {
        if (!manifest.Schema.SequenceEqual(DatabaseBackup.SchemaOf(database), StringComparer.Ordinal))
        {
            var theirs = manifest.Schema is [.., var last] ? last : "none";
            throw new BackupException(
                $"The backup has the schema {theirs} of version {manifest.Version}, and this program "
                + $"({DatabaseBackup.Version}) has {DatabaseBackup.SchemaOf(database)[^1]}. Restore it with that version.");
        }

        if (!tables.Select(table => table.Name).SequenceEqual(manifest.Tables.Select(table => table.Name), StringComparer.Ordinal)
            || !tables.Zip(manifest.Tables).All(pair => pair.First.Columns.SequenceEqual(pair.Second.Columns, StringComparer.Ordinal)))
        {
            throw new BackupException("The tables of the backup are not those of its schema. The file is damaged.");
        }

        if (database.TimeStep > manifest.TimeStep)
        {
            throw new BackupException(
                "The backup has times that are finer than this kind of database keeps, and the record of events would not verify. "
                + "Restore it to the kind of database from which it was made.");
        }
    }

    /// <summary>All of it is read once before anything is written: a file that is broken off does not even leave a schema behind.</summary>
    private static async Task RefuseDamageAsync(BackupArchive archive, CancellationToken cancellation)
    {
        foreach (var backup in archive.Manifest.Tables)
        {
            await foreach (var _ in archive.LinesAsync(backup, cancellation))
            {
                // An exception follows the last line where they do not add up.
            }
        }
    }

    /// <summary>Before anything is written: rows that no passphrase at hand opens would only be in the way of the next attempt.</summary>
    private static async Task RefuseOtherKeyAsync(
        BackupArchive archive, IReadOnlyList<StoredTable> tables, WrappingKey key, CancellationToken cancellation)
    {
        var (table, backup) = tables.Zip(archive.Manifest.Tables).Single(pair => pair.First.Name == DataKeyTable.Name);
        var wrapped = table.Columns.ToList().IndexOf(nameof(DataKey.Wrapped));
        // All of them first: only behind the last one is it known whether the file is damaged.
        var rows = await table.RowsAsync(archive.LinesAsync(backup, cancellation)).ToListAsync(cancellation);
        try
        {
            foreach (var row in rows)
            {
                CryptographicOperations.ZeroMemory(key.Unwrap((byte[])row[wrapped]!));
            }
        }
        catch (CryptographicException)
        {
            throw new BackupException(
                "Secrets:PassphraseFile or Secrets:CertificateFile holds another key than the one that protected this backup. "
                + "Configure that of the installation that was backed up.");
        }
    }

    /// <summary>Something else is at home there, which a later migration, or whoever drops the database of Sso, would meet.</summary>
    private static async Task RefuseForeignTablesAsync(
        SsoDbContext database, IReadOnlyList<StoredTable> tables, CancellationToken cancellation)
    {
        var found = await database.Database.SqlQueryRaw<string>(database.TablesQuery).ToListAsync(cancellation);
        // EF Core's own: what was migrated, and on SQLite that somebody is migrating.
        var foreign = found.Except(tables.Select(table => table.Name), StringComparer.Ordinal)
            .Where(name => !name.StartsWith("__EFMigrations", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToList();
        if (foreign.Count > 0)
        {
            throw new BackupException(
                $"The database holds tables that are not of Sso: {string.Join(", ", foreign.Take(MostNamed))}"
                + $"{(foreign.Count > MostNamed ? ", …" : "")}. Name a new one.");
        }
    }

    /// <exception cref="BackupException">It has one, and another than this program's.</exception>
    private static async Task<bool> HasSchemaAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var applied = (await database.Database.GetAppliedMigrationsAsync(cancellation)).ToHashSet(StringComparer.Ordinal);
        return applied.Count > 0
            && (applied.SetEquals(database.Database.GetMigrations())
                ? true
                : throw new BackupException("The database has the schema of another version. Name a new one."));
    }
}

/// <param name="Manifest">What the backup says of itself.</param>
/// <param name="EventId">The event that tells of the restore, the one row that is not of the backup.</param>
public sealed record RestoredBackup(BackupManifest Manifest, Guid EventId);
