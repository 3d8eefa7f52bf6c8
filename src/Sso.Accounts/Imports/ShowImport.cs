using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.Actors;
using Sso.Accounts.People;
using Sso.Data;
using Sso.Data.Imports;

namespace Sso.Accounts.Imports;

/// <summary>Reading imports and their reports.</summary>
public sealed class ShowImport(SsoDbContext database, TimeProvider clock)
{
    private const int Latest = 10;

    /// <summary>Null if there is none, or no more, or if it is a file that another administrator has not confirmed.</summary>
    public Task<ImportJob?> FindAsync(Guid id, ActingOperator by, CancellationToken cancellation) =>
        Readable(by).SingleOrDefaultAsync(job => job.Id == id, cancellation);

    /// <summary>The newest first.</summary>
    public async Task<ImmutableArray<ImportJob>> ListAsync(ActingOperator by, CancellationToken cancellation)
    {
        return [.. await Readable(by).OrderByDescending(job => job.Id).Take(Latest).ToListAsync(cancellation)];
    }

    /// <summary>The first refusals, in the order of the file.</summary>
    public async Task<ImmutableArray<LineOutcome>> RefusedAsync(Guid id, int most, CancellationToken cancellation) =>
    [
        .. await OutcomesAsync(id, cancellation).Where(outcome => outcome.Result == LineResult.Refused).Take(most)
            .ToListAsync(cancellation),
    ];

    /// <summary>What became of every line, as far as it is known, in the order of the file; read while they are wanted.</summary>
    public async IAsyncEnumerable<LineOutcome> OutcomesAsync(Guid id, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var chunks = database.ImportChunks.AsNoTracking().Where(chunk => chunk.JobId == id).OrderBy(chunk => chunk.Number)
            .Select(chunk => chunk.Outcomes).AsAsyncEnumerable();
        await foreach (var outcomes in chunks.WithCancellation(cancellation))
        {
            foreach (var outcome in ImportRows.ReadOutcomes(outcomes))
            {
                yield return outcome;
            }
        }
    }

    /// <summary>The user name of an administrator, while there is an account.</summary>
    public async Task<string?> NameOfAsync(string actor, CancellationToken cancellation) =>
        ImportRows.PersonOf(actor) is { } id
            ? await database.Users.Where(person => person.Id == id).Select(person => person.UserName).SingleOrDefaultAsync(cancellation)
            : null;

    private IQueryable<ImportJob> Readable(ActingOperator by)
    {
        var (now, own) = (clock.GetUtcNow(), by.Name);
        return database.ImportJobs.AsNoTracking().Where(job => job.Status == ImportJobStatus.Running || job.ExpiresAt > now)
            .Where(job => job.Status != ImportJobStatus.Checked || job.UploadedBy == own);
    }
}
