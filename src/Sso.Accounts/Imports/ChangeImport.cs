using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Admin;
using Sso.Data;
using Sso.Data.Imports;
using Sso.Data.Operations;

namespace Sso.Accounts.Imports;

/// <summary>
/// What an administrator does with an import: confirms it, discards the file, or stops the work. Each is one conditional statement, so
/// whoever comes second, by another tab or a reload, changes nothing.
/// </summary>
public sealed class ChangeImport(SsoDbContext database, TimeProvider clock)
{
    /// <summary>True for the one who began it: whoever uploaded the file, who knows what is in it.</summary>
    public Task<bool> BeginAsync(Guid id, ActingOperator by, CancellationToken cancellation)
    {
        var (now, actor) = (clock.GetUtcNow(), by.Name);
        return database.AllOrNothingAsync(async () =>
        {
            var begun = await database.ImportJobs
                .Where(job => job.Id == id && job.Status == ImportJobStatus.Checked && job.UploadedBy == actor)
                .Where(job => job.Good > 0 && job.ExpiresAt > now)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(job => job.Status, ImportJobStatus.Running)
                        .SetProperty(job => job.BegunAt, now)
                        .SetProperty(job => job.BegunBy, actor)
                        .SetProperty(job => job.ExpiresAt, now + ImportJob.Longest),
                    cancellation) == 1;
            if (begun)
            {
                await RecordAsync("begun", id, actor, now, cancellation);
            }

            return begun;
        }, cancellation);
    }

    /// <summary>Only one's own, and only while it is not confirmed.</summary>
    public Task DiscardAsync(Guid id, ActingOperator by, CancellationToken cancellation)
    {
        var actor = by.Name;
        return database.ImportJobs.Where(job => job.Id == id && job.Status == ImportJobStatus.Checked && job.UploadedBy == actor)
            .ExecuteDeleteAsync(cancellation);
    }

    /// <summary>Whoever was imported stays; a chunk that is being written at this moment is not.</summary>
    public Task<bool> StopAsync(Guid id, ActingOperator by, CancellationToken cancellation) =>
        EndAsync(id, ImportJobStatus.Stopped, "stopped", by.Name, cancellation);

    /// <summary>As the server, for an import that cannot be brought to its end.</summary>
    public Task<bool> GiveUpAsync(Guid id, string actor, CancellationToken cancellation) =>
        EndAsync(id, ImportJobStatus.GivenUp, "given up", actor, cancellation);

    private Task<bool> EndAsync(Guid id, ImportJobStatus status, string what, string actor, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return database.AllOrNothingAsync(async () =>
        {
            var ended = await database.ImportJobs.Where(job => job.Id == id && job.Status == ImportJobStatus.Running)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(job => job.Status, status)
                        .SetProperty(job => job.EndedAt, now)
                        .SetProperty(job => job.ExpiresAt, now + ImportJob.Kept)
                        .SetProperty(job => job.Owner, (Guid?)null)
                        .SetProperty(job => job.LeasedUntil, (DateTimeOffset?)null),
                    cancellation) == 1;
            if (ended)
            {
                await database.ImportChunks.Where(chunk => chunk.JobId == id && chunk.Protected != null)
                    .ExecuteUpdateAsync(set => set.SetProperty(chunk => chunk.Protected, (byte[]?)null), cancellation);
                await RecordAsync(what, id, actor, now, cancellation);
            }

            return ended;
        }, cancellation);
    }

    private async Task RecordAsync(string what, Guid id, string actor, DateTimeOffset now, CancellationToken cancellation)
    {
        var job = await database.ImportJobs.AsNoTracking().SingleAsync(row => row.Id == id, cancellation);
        database.SecurityEvents.Add(ImportEvents.Of(now, what, job, actor));
    }
}

/// <summary>
/// How the beginning and the end of an import are recorded. Without the hash of the file: of one with a single line it could be guessed
/// what is in it, and events outlive the people they are about.
/// </summary>
internal static class ImportEvents
{
    public static SecurityEvent Of(DateTimeOffset now, string what, ImportJob job, string actor) =>
        SecurityEvent.PeopleImported(
            now, what,
            RecordedChanges.Of(
                ("import", null, job.Id.ToString("N")), ("lines", null, job.Lines), ("good", null, job.Good),
                ("imported", null, job.Imported), ("already_here", null, job.AlreadyHere), ("refused", null, job.Refused),
                ("emails_verified", null, job.EmailsAreVerified), ("phones_verified", null, job.PhonesAreVerified)),
            actor);
}
