using System.Data.Common;
using System.IO.Compression;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Secrets;

namespace Sso.Data.Backups;

/// <summary>
/// Writes all rows of a database, as they are at one moment, into one file: a ZIP with a file of JSON lines for each table and, at its end,
/// the manifest. The server may serve meanwhile; rows pass one by one, whatever the size of the database.
/// </summary>
public sealed class DatabaseBackup(IDbContextFactory<SsoDbContext> contexts, TimeProvider clock)
{
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    /// <summary>Whether this key opens the data keys: with another one nobody could restore what is backed up.</summary>
    public async Task<bool> OpensAsync(WrappingKey key, CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var rows = await database.DataKeys.AsNoTracking().Select(row => row.Wrapped).ToListAsync(cancellation);
        try
        {
            foreach (var wrapped in rows)
            {
                CryptographicOperations.ZeroMemory(key.Unwrap(wrapped));
            }

            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public async Task<BackupManifest> WriteAsync(Stream target, CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        await using var snapshot = await database.BeginSnapshotAsync(cancellation);
        await using var archive = await ZipArchive.CreateAsync(
            target, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellation);
        var at = clock.GetUtcNow();
        var tables = new List<BackupTable>();
        foreach (var table in StoredTable.AllOf(database))
        {
            await using var file = await archive.CreateEntry(FileOf(table.Name)).OpenAsync(cancellation);
            tables.Add(await CopyAsync(table, snapshot, file, cancellation));
        }

        var manifest = new BackupManifest(
            BackupManifest.OnlyFormat, Version, at, SchemaOf(database), database.TimeStep, tables);
        await using var end = await archive.CreateEntry(BackupManifest.File).OpenAsync(cancellation);
        await JsonSerializer.SerializeAsync(end, manifest, BackupJson.Default.BackupManifest, cancellation);
        return manifest;
    }

    /// <summary>As <c>sso --version</c> prints it: builds of one number differ.</summary>
    public static string Version { get; } =
        typeof(DatabaseBackup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    internal static string FileOf(string table) => $"tables/{table}.jsonl";

    /// <summary>Their numbers differ between the kinds of databases, their names do not.</summary>
    internal static IReadOnlyList<string> SchemaOf(SsoDbContext database) =>
        [.. database.Database.GetMigrations().Select(id => id[(id.IndexOf('_', StringComparison.Ordinal) + 1)..])];

    /// <param name="table">Which rows.</param>
    /// <param name="snapshot">Of which moment.</param>
    /// <param name="target">Nothing, where only the sum is wanted.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="without">An event whose rows are left out.</param>
    internal static async Task<BackupTable> CopyAsync(
        StoredTable table, DbTransaction snapshot, Stream target, CancellationToken cancellation, Guid? without = null)
    {
        var sum = new RowSum();
        await foreach (var line in table.LinesAsync(snapshot, cancellation, without))
        {
            sum.Add(line.Span);
            await target.WriteAsync(line, cancellation);
            await target.WriteAsync(LineEnd, cancellation);
        }

        return new(table.Name, table.Columns, sum.Rows, sum.Checksum);
    }
}
