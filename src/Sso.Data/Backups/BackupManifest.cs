using System.Text.Json.Serialization;

namespace Sso.Data.Backups;

/// <summary>What a backup says of itself: the file <c>manifest.json</c> in it.</summary>
/// <param name="Format">Of the archive; another one is not read.</param>
/// <param name="Version">Of the program that wrote it.</param>
/// <param name="At">When its snapshot was taken.</param>
/// <param name="Schema">The names of the migrations, which are the same on every kind of database.</param>
/// <param name="TimeStep">The smallest difference of times, in ticks of 100 ns, that its database keeps.</param>
/// <param name="Tables">In the order of their files: a row stands behind those to which it refers.</param>
public sealed record BackupManifest(
    int Format, string Version, DateTimeOffset At, IReadOnlyList<string> Schema, long TimeStep, IReadOnlyList<BackupTable> Tables)
{
    internal const int OnlyFormat = 1;
    internal const string File = "manifest.json";
}

/// <summary>A table of a backup.</summary>
/// <param name="Columns">What the values of each line are, in order.</param>
/// <param name="Checksum">
/// The SHA-256 of each line without its line end, added as numbers of 256 bits: whatever is changed, missing or doubled changes it, and the
/// order, which databases do not agree on, does not.
/// </param>
public sealed record BackupTable(string Name, IReadOnlyList<string> Columns, long Rows, string Checksum);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
