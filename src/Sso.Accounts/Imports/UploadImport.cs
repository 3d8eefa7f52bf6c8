using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.People;
using Sso.Data;
using Sso.Data.Imports;
using Sso.Data.Secrets;
using Sso.Protocol;

namespace Sso.Accounts.Imports;

/// <summary>Why a file was not even checked.</summary>
public enum UploadFlaw
{
    Empty,
    TooManyLines,

    /// <summary>No line begins like a JSON object: it may be CSV, or one JSON array.</summary>
    NoJsonLines,
}

/// <summary>A file as it came, by which whoever confirms the import knows it again.</summary>
/// <param name="Name">As it was sent.</param>
/// <param name="Hash">SHA-256 of all of it.</param>
/// <param name="Lines">Of its text.</param>
public sealed record UploadedFile(string Name, byte[] Hash, IReadOnlyList<string> Lines)
{
    /// <summary>
    /// Without the folders that some browsers send, and without characters that would show another name than it is; what is too long is
    /// cut.
    /// </summary>
    public string ShownName
    {
        get
        {
            var name = string.Concat(TypedText.Clean(Name.Split('/', '\\')[^1]).EnumerateRunes().Where(rune => !Rune.IsControl(rune)));
            if (name.Length <= ImportJob.LongestName)
            {
                return name;
            }

            var end = ImportJob.LongestName - 1;
            return name[..(char.IsHighSurrogate(name[end - 1]) ? end - 1 : end)] + "…";
        }
    }

    public override string ToString() => "an uploaded file";
}

/// <summary>What became of an upload: either the import that now waits for its confirmation, or why there is none.</summary>
public sealed record Upload(Guid? JobId, UploadFlaw? Flaw);

/// <summary>
/// Checks a file at once, and keeps the lines that are good until somebody confirms: sealed, for an hour, and one file of each
/// administrator at a time. Of the others only the number and the reason are kept.
/// </summary>
public sealed class UploadImport(SsoDbContext database, ImportPeople people, Sealer sealer, TimeProvider clock)
{
    /// <summary>More than that is a matter of the command line.</summary>
    public const int MostLines = 20_000;

    public async Task<Upload> ExecuteAsync(
        UploadedFile file, bool emailsAreVerified, bool phonesAreVerified, ActingOperator by, CancellationToken cancellation)
    {
        var lines = file.Lines;
        if (lines.Count > MostLines)
        {
            return new(null, UploadFlaw.TooManyLines);
        }

        var filled = lines.Count(line => !string.IsNullOrWhiteSpace(line));
        if (filled == 0)
        {
            return new(null, UploadFlaw.Empty);
        }

        if (!lines.Any(line => line.AsSpan().TrimStart() is ['{', ..]))
        {
            return new(null, UploadFlaw.NoJsonLines);
        }

        var (report, outcomes) = await people.CheckAsync(
            lines, new(EmailsAreVerified: emailsAreVerified, PhonesAreVerified: phonesAreVerified), cancellation);
        var (now, uploader) = (clock.GetUtcNow(), by.Name);
        var id = Guid.CreateVersion7(now);
        var chunks = Chunks(id, lines, outcomes.ToLookup(outcome => (outcome.Line - 1) / ImportPeople.BatchSize), now);
        await database.AllOrNothingAsync(async () =>
        {
            await database.ImportJobs.Where(job => job.UploadedBy == uploader && job.Status == ImportJobStatus.Checked)
                .ExecuteDeleteAsync(cancellation);
            database.ImportJobs.Add(new()
            {
                Id = id,
                UploadedBy = uploader,
                CreatedAt = now,
                ExpiresAt = now + ImportJob.DraftLife,
                FileName = file.ShownName,
                FileHash = file.Hash,
                EmailsAreVerified = emailsAreVerified,
                PhonesAreVerified = phonesAreVerified,
                Lines = filled,
                Good = report.Imported,
                AlreadyHere = report.AlreadyHere,
                Refused = filled - report.Imported - report.AlreadyHere,
                WithSecondFactor = report.WithSecondFactor,
                Wrapped = report.Wrapped,
                PhonesLeftOut = report.PhonesLeftOut,
            });
            database.ImportChunks.AddRange(chunks);
        }, cancellation);
        return new(id, null);
    }

    /// <summary>Encrypted before the transaction begins.</summary>
    private List<ImportChunk> Chunks(Guid id, IReadOnlyList<string> lines, ILookup<int, LineOutcome> outcomes, DateTimeOffset now)
    {
        var chunks = new List<ImportChunk>();
        foreach (var group in outcomes.OrderBy(group => group.Key))
        {
            var good = group.Where(outcome => outcome.Result == LineResult.Imported)
                .Select(outcome => new NumberedLine(outcome.Line, lines[outcome.Line - 1])).ToList();
            chunks.Add(new()
            {
                JobId = id,
                Number = group.Key,
                Protected = good.Count == 0 ? null : sealer.Protect(ImportChunk.ContextOf(id, group.Key), ImportRows.Write(good)),
                Outcomes = ImportRows.Write(group.Where(outcome => outcome.Result != LineResult.Imported)),
                DoneAt = good.Count == 0 ? now : null,
            });
        }

        return chunks;
    }
}
