using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Sso.Data.Secrets;

namespace Sso.Data.Backups;

/// <summary>Fills an empty database from a backup, whichever kind of database it is of: all of it, or nothing.</summary>
public sealed class DatabaseRestoration(IDbContextFactory<SsoDbContext> contexts)
{
    /// <param name="file">The backup.</param>
    /// <param name="key">What has to open its data keys; null where it is not at hand.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="BackupException">
    /// It cannot be restored here. Nothing was written, unless the database turned out not to be empty: it may have got its schema.
    /// </exception>
    public async Task<BackupManifest> RunAsync(Stream file, WrappingKey? key, CancellationToken cancellation)
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

        if (!await HasSchemaAsync(database, cancellation))
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

        foreach (var (table, backup) in tables.Zip(archive.Manifest.Tables))
        {
            if (table.IsSeeded)
            {
                await table.ClearAsync(driver, cancellation);
            }

            await table.InsertAsync(driver, archive.LinesAsync(backup, cancellation), cancellation);
        }

        await transaction.CommitAsync(cancellation);
        return archive.Manifest;
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

    /// <exception cref="BackupException">It has one, and another than this program's.</exception>
    private static async Task<bool> HasSchemaAsync(SsoDbContext database, CancellationToken cancellation)
    {
        var applied = (await database.Database.CanConnectAsync(cancellation)
            ? await database.Database.GetAppliedMigrationsAsync(cancellation)
            : []).ToHashSet(StringComparer.Ordinal);
        return applied.Count > 0
            && (applied.SetEquals(database.Database.GetMigrations())
                ? true
                : throw new BackupException("The database has the schema of another version. Name a new one."));
    }
}
