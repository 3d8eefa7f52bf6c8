using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Administrators;
using Sso.Accounts.People;
using Sso.Data;
using Sso.Data.Imports;
using Sso.Data.Secrets;

namespace Sso.Accounts.Imports;

/// <summary>
/// One step of an import in the background: the next chunk, whose people, outcome and progress are written in one transaction. It counts
/// only for the worker that holds the import then, so one that was overtaken or stopped meanwhile writes nothing.
/// </summary>
public sealed class RunImport(
    SsoDbContext database, ImportPeople people, ChangeImport change, Sealer sealer, TimeProvider clock)
{
    /// <summary>
    /// Longer than the hashes of one chunk take on a slow machine: each chunk that is written begins it anew, and whoever is overtaken has
    /// worked for nothing.
    /// </summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);

    /// <summary>True if there may be more to do for this worker.</summary>
    public async Task<bool> NextAsync(Guid id, Guid owner, CancellationToken cancellation)
    {
        var job = await Held(id, owner).AsNoTracking().SingleOrDefaultAsync(cancellation);
        var waiting = await database.ImportChunks.AsNoTracking().Where(row => row.JobId == id && row.DoneAt == null)
            .OrderBy(row => row.Number).Take(2).ToListAsync(cancellation);
        if (job is not { BegunBy: { } actor } || waiting is not [{ Protected: { } sealedLines } chunk, ..])
        {
            return false;
        }

        if (!await MayAsync(actor, cancellation))
        {
            await change.GiveUpAsync(id, "server", cancellation);
            return false;
        }

        var lines = ImportRows.ReadLines(sealer.Reveal(ImportChunk.ContextOf(id, chunk.Number), sealedLines));
        var choices = new ImportChoices(EmailsAreVerified: job.EmailsAreVerified, PhonesAreVerified: job.PhonesAreVerified);
        var isLast = waiting.Count == 1;
        var isWritten = await people.WriteAsync(
            lines, choices, actor,
            (report, outcomes) => RecordAsync(job, chunk, owner, report, outcomes, isLast, cancellation), cancellation);
        return isWritten && !isLast;
    }

    /// <summary>Inside the transaction that writes the people.</summary>
    private async Task<bool> RecordAsync(
        ImportJob job, ImportChunk chunk, Guid owner, ImportReport report, IReadOnlyList<LineOutcome> outcomes, bool isLast,
        CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var refused = report.Lines - report.Imported - report.AlreadyHere;
        if (await Held(job.Id, owner).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Handled, row => row.Handled + report.Lines)
                .SetProperty(row => row.Imported, row => row.Imported + report.Imported)
                .SetProperty(row => row.AlreadyHere, row => row.AlreadyHere + report.AlreadyHere)
                .SetProperty(row => row.Refused, row => row.Refused + refused)
                .SetProperty(row => row.Attempts, 0)
                .SetProperty(row => row.LeasedUntil, now + Lease),
            cancellation) != 1)
        {
            return false;
        }

        var all = ImportRows.Write(ImportRows.ReadOutcomes(chunk.Outcomes).Concat(outcomes));
        if (await database.ImportChunks.Where(row => row.JobId == job.Id && row.Number == chunk.Number && row.DoneAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Protected, (byte[]?)null)
                    .SetProperty(row => row.Outcomes, all)
                    .SetProperty(row => row.DoneAt, now),
                cancellation) != 1)
        {
            return false;
        }

        if (isLast)
        {
            await Held(job.Id, owner).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.Status, ImportJobStatus.Done)
                    .SetProperty(row => row.EndedAt, now)
                    .SetProperty(row => row.ExpiresAt, now + ImportJob.Kept)
                    .SetProperty(row => row.Owner, (Guid?)null)
                    .SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null),
                cancellation);
            var ended = await database.ImportJobs.AsNoTracking().SingleAsync(row => row.Id == job.Id, cancellation);
            database.SecurityEvents.Add(ImportEvents.Of(now, "ended", ended, job.BegunBy!));
        }

        return true;
    }

    /// <summary>What is done in the name of an administrator ends with the role.</summary>
    private async Task<bool> MayAsync(string actor, CancellationToken cancellation) =>
        ImportRows.PersonOf(actor) is { } person
        && await database.Administrators.AsNoTracking().SingleOrDefaultAsync(row => row.PersonId == person, cancellation)
            is { } administrator
        && Roles.ReachOf(administrator.Role, ConsoleAct.ImportPeople) == Reach.All;

    private IQueryable<ImportJob> Held(Guid id, Guid owner) =>
        database.ImportJobs.Where(job => job.Id == id && job.Owner == owner && job.Status == ImportJobStatus.Running);
}
