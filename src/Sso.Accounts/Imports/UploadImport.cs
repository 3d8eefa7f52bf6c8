using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.People;
using Sso.Data;
using Sso.Data.Imports;
using Sso.Data.Secrets;

namespace Sso.Accounts.Imports;

/// <summary>Why a file was not even checked.</summary>
public enum UploadFlaw
{
    Empty,
    TooManyLines,
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
        IReadOnlyList<string> lines, bool emailsAreVerified, bool phonesAreVerified, ActingOperator by, CancellationToken cancellation)
    {
        if (lines.Count > MostLines)
        {
            return new(null, UploadFlaw.TooManyLines);
        }

        var filled = lines.Count(line => !string.IsNullOrWhiteSpace(line));
        if (filled == 0)
        {
            return new(null, UploadFlaw.Empty);
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
