using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Files;

/// <summary>
/// What a file of the operator last made of one registration: whatever differs from it now was changed by hand. A registration without such
/// a row is managed by no file.
/// </summary>
public sealed class AppliedEntry
{
    public required AppliedKind Kind { get; init; }

    /// <summary>The id of the registration, which may be gone by now.</summary>
    public required string Id { get; init; }

    /// <summary>The name that the file gives itself: only this file may remove the registration.</summary>
    public required string Source { get; set; }

    /// <summary>Every field that is not as usual, as JSON. There is nothing secret in a file, so there is none here.</summary>
    public required string Fields { get; set; }

    public required DateTimeOffset AppliedAt { get; set; }
}

/// <summary>What a file may hold. The numbers are stored.</summary>
public enum AppliedKind
{
    Brand = 1,
    Resource = 2,
    Client = 3,
}

internal sealed class AppliedEntryTable : IEntityTypeConfiguration<AppliedEntry>
{
    private const int LongestId = 400;
    private const int LongestSource = 100;

    public void Configure(EntityTypeBuilder<AppliedEntry> builder)
    {
        builder.ToTable("AppliedEntries");
        builder.HasKey(entry => new { entry.Kind, entry.Id });
        builder.Property(entry => entry.Id).HasMaxLength(LongestId);
        builder.Property(entry => entry.Source).HasMaxLength(LongestSource);
    }
}
