using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace Sso.Data.Backups;

/// <summary>Fills an empty database from a backup, whichever kind of database it is of: all of it, or nothing.</summary>
public sealed class DatabaseRestoration(IDbContextFactory<SsoDbContext> contexts)
{
    /// <exception cref="BackupException">
    /// It cannot be restored here. Nothing was changed but the schema of a database that had none.
    /// </exception>
    public async Task<BackupManifest> RunAsync(Stream file, CancellationToken cancellation)
    {
        await using var archive = await BackupArchive.OpenAsync(file, cancellation);
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var tables = StoredTable.AllOf(database);
        RefuseOther(archive.Manifest, database, tables);
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
