using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Imports;

/// <summary>
/// A file of people that an administrator uploaded: checked at once, and imported in the background once it was confirmed. One node at a
/// time works on it, and whoever takes over goes on behind the last chunk that was written.
/// </summary>
public sealed class ImportJob
{
    /// <summary>How long a file that was checked waits for its confirmation; then what it holds is gone.</summary>
    public static readonly TimeSpan DraftLife = TimeSpan.FromHours(1);

    /// <summary>An import that did not come to its end by then is given up, so that nothing of the file stays for longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary>How long the report can be read.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>In characters, of <see cref="FileName"/>.</summary>
    public const int LongestName = 100;

    public required Guid Id { get; init; }

    /// <summary>As events name an actor.</summary>
    public required string UploadedBy { get; init; }

    /// <summary>Who confirmed it; what the import does is recorded as theirs.</summary>
    public string? BegunBy { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? BegunAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The end of the draft, of the work, or of the report.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    public ImportJobStatus Status { get; init; }

    /// <summary>What the browser of whoever uploaded it calls the file; null for one that an older version took.</summary>
    public string? FileName { get; init; }

    /// <summary>SHA-256 of the file as it came.</summary>
    public byte[]? FileHash { get; init; }

    /// <summary>The administrator vouches for what the file says.</summary>
    public required bool EmailsAreVerified { get; init; }

    public required bool PhonesAreVerified { get; init; }

    /// <summary>Of the file, without empty ones.</summary>
    public required int Lines { get; init; }

    /// <summary>Lines that were good when the file was checked.</summary>
    public required int Good { get; init; }

    /// <summary>How many of these have been dealt with.</summary>
    public int Handled { get; init; }

    public int Imported { get; init; }

    public required int AlreadyHere { get; init; }

    public required int Refused { get; init; }

    /// <summary>Of the good ones: with a second factor, with a weak hash, with a phone that nobody vouched for.</summary>
    public required int WithSecondFactor { get; init; }

    public required int Wrapped { get; init; }

    public required int PhonesLeftOut { get; init; }

    /// <summary>Tries since the last chunk that was written.</summary>
    public int Attempts { get; init; }

    /// <summary>Which worker has it: one that was overtaken writes nothing more.</summary>
    public Guid? Owner { get; init; }

    public DateTimeOffset? LeasedUntil { get; init; }
}

/// <summary>Stored by number: append only.</summary>
public enum ImportJobStatus
{
    /// <summary>Nobody was imported yet, and nobody is without a confirmation.</summary>
    Checked = 0,

    Running = 1,
    Done = 2,

    /// <summary>By an administrator; whoever was imported before stays.</summary>
    Stopped = 3,

    /// <summary>It failed again and again, or took too long.</summary>
    GivenUp = 4,
}

/// <summary>Some lines of the file, which are written in one transaction.</summary>
public sealed class ImportChunk
{
    public required Guid JobId { get; init; }

    public required int Number { get; init; }

    /// <summary>Its good lines as JSON, encrypted under a data key; null once they are dealt with.</summary>
    public byte[]? Protected { get; init; }

    /// <summary>What became of its lines, by their numbers, as JSON.</summary>
    public required string Outcomes { get; init; }

    public DateTimeOffset? DoneAt { get; init; }

    public static string ContextOf(Guid jobId, int number) => FormattableString.Invariant($"ImportChunks.Protected:{jobId:N}-{number}");
}

/// <summary>The questions that are asked of imports, each in one place.</summary>
public static class ImportJobs
{
    /// <summary>A node that is at work looks for imports every few seconds.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(5);

    /// <summary>One that was given up is told for so long, since nobody works on it any more.</summary>
    private static readonly TimeSpan Told = TimeSpan.FromHours(1);

    /// <summary>A node that is stopped in the middle, and the one that takes over, try so often without anything being wrong.</summary>
    private const int UsualAttempts = 2;

    /// <summary>
    /// Those in trouble: confirmed, and each try fails before anything is written, or for minutes no node works on it nor on another, for
    /// whose end it would have to wait; or given up a short while ago.
    /// </summary>
    public static IQueryable<ImportJob> ImportsInTrouble(this SsoDbContext database, DateTimeOffset now)
    {
        var (late, told) = (now - Overdue, now - Told);
        return database.ImportJobs.Where(job =>
            (job.Status == ImportJobStatus.GivenUp && job.EndedAt > told)
            || (job.Status == ImportJobStatus.Running
                && (job.Attempts > UsualAttempts
                    || ((job.LeasedUntil < late || (job.LeasedUntil == null && job.BegunAt < late))
                        && !database.ImportJobs.Any(other => other.Status == ImportJobStatus.Running && other.LeasedUntil > now)))));
    }
}

internal sealed class ImportJobTable : IEntityTypeConfiguration<ImportJob>
{
    public void Configure(EntityTypeBuilder<ImportJob> builder)
    {
        builder.ToTable("ImportJobs");
        builder.HasKey(job => job.Id);
        builder.Property(job => job.UploadedBy).HasMaxLength(100);
        builder.Property(job => job.BegunBy).HasMaxLength(100);
        builder.Property(job => job.FileName).HasMaxLength(ImportJob.LongestName);
        builder.Property(job => job.FileHash).HasMaxLength(32).IsFixedLength();
        builder.HasIndex(job => new { job.Status, job.ExpiresAt });
    }
}

internal sealed class ImportChunkTable : IEntityTypeConfiguration<ImportChunk>
{
    public void Configure(EntityTypeBuilder<ImportChunk> builder)
    {
        builder.ToTable("ImportChunks");
        builder.HasKey(chunk => new { chunk.JobId, chunk.Number });
        builder.HasOne<ImportJob>().WithMany().HasForeignKey(chunk => chunk.JobId).OnDelete(DeleteBehavior.Cascade);
    }
}
