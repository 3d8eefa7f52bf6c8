using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Sso.Data.Backups;

/// <summary>A backup that is read.</summary>
internal sealed class BackupArchive : IAsyncDisposable
{
    private readonly ZipArchive _archive;

    private BackupArchive(ZipArchive archive, BackupManifest manifest) => (_archive, Manifest) = (archive, manifest);

    public BackupManifest Manifest { get; }

    /// <exception cref="BackupException">It is none, or one that this program does not read.</exception>
    public static async Task<BackupArchive> OpenAsync(Stream file, CancellationToken cancellation)
    {
        ZipArchive? archive = null;
        try
        {
            archive = await ZipArchive.CreateAsync(file, ZipArchiveMode.Read, leaveOpen: true, entryNameEncoding: null, cancellation);
            return new(archive, await ManifestAsync(archive, cancellation));
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw new BackupException("The file is no backup of Sso, or it is damaged.");
        }
    }

    /// <summary>The lines of a table. Where they do not add up to what the manifest says, an exception follows the last.</summary>
    /// <exception cref="BackupException">The file is damaged.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(
        BackupTable table, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var sum = new RowSum();
        var entry = _archive.GetEntry(DatabaseBackup.FileOf(table.Name)) ?? throw Damaged(table);
        await using var file = await UnlessDamagedAsync(table, () => new ValueTask<Stream>(entry.OpenAsync(cancellation)));
        var reader = PipeReader.Create(file);
        while (true)
        {
            var read = await UnlessDamagedAsync(table, () => reader.ReadAsync(cancellation));
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var whole = rest.Slice(0, end);
                var line = whole.IsSingleSegment ? whole.First : whole.ToArray();
                sum.Add(line.Span);
                yield return line;
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            reader.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        if (sum.Rows != table.Rows || sum.Checksum != table.Checksum)
        {
            throw Damaged(table);
        }
    }

    public ValueTask DisposeAsync() => _archive.DisposeAsync();

    private static async Task<BackupManifest> ManifestAsync(ZipArchive archive, CancellationToken cancellation)
    {
        await using var file = await (archive.GetEntry(BackupManifest.File) ?? throw new InvalidDataException()).OpenAsync(cancellation);
        var manifest = await JsonSerializer.DeserializeAsync(file, BackupJson.Default.BackupManifest, cancellation)
            ?? throw new InvalidDataException();
        return manifest.Format == BackupManifest.OnlyFormat
            ? manifest
            : throw new BackupException(
                $"The backup has format {manifest.Format}, and this program reads format {BackupManifest.OnlyFormat}.");
    }

    private static async ValueTask<T> UnlessDamagedAsync<T>(BackupTable table, Func<ValueTask<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception exception) when (IsDamage(exception))
        {
            throw Damaged(table);
        }
    }

    private static bool IsDamage(Exception exception) =>
        exception is InvalidDataException or JsonException or EndOfStreamException or NotSupportedException;

    private static BackupException Damaged(BackupTable table) =>
        new($"The rows of {table.Name} are not those that were backed up. The file is damaged.");
}
