using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Files;

namespace Sso.Admin.Files;

/// <summary>
/// Makes the registrations what a file says, all of them or none, by the operations of the command line. A plan does the same and takes it
/// back: so it refuses what applying would refuse.
/// </summary>
public sealed class ApplyFile(
    SsoDbContext database, FileSections sections, FileHistory history, FileBreakage breakage, TimeProvider clock)
{
    public async Task<FileOutcome> ExecuteAsync(RegistrationFile file, FileChoices choices, CancellationToken cancellation)
    {
        // What waits for others (addresses are looked up, a sector is fetched) comes before anything is locked.
        var (steps, refused) = (new List<Step>(), ImmutableArray.CreateBuilder<RefusedEntry>());
        foreach (var entry in file.Entries)
        {
            if ((await sections.Of(entry.Kind).PrepareAsync(entry, cancellation)).Failed(out var refusal, out var prepared))
            {
                refused.Add(new(entry.Kind, entry.Id, refusal) { Entry = entry });
                continue;
            }

            steps.Add(new(entry, prepared));
        }

        return refused.Count > 0
            ? new(Applied: false, [], [], refused.ToImmutable())
            : await database.AllOrNothingAsync(
                () => RunAsync(file, steps, choices, cancellation), outcome => outcome.Applied, cancellation);
    }

    private async Task<FileOutcome> RunAsync(
        RegistrationFile file, List<Step> steps, FileChoices choices, CancellationToken cancellation)
    {
        // Two files are applied one after the other.
        await database.RaiseClientsVersionAsync(cancellation);
        if (await ChangedMeanwhileAsync(steps, cancellation) is { } other)
        {
            return Refused([], other);
        }

        var applied = await database.AppliedEntries.ToListAsync(cancellation);
        var gone = applied.Where(row => row.Source == file.Name && !steps.Exists(step => step.Is(row))).ToList();
        if (choices.Prunes && gone.Count > 0 && !applied.Exists(row => row.Source == file.Name && !gone.Contains(row)))
        {
            return Refused([], AnotherFile(file, gone));
        }

        var drifts = await history.DriftsAsync(
            [.. Compared(steps, applied), .. choices.Prunes ? await ComparedAsync(gone, cancellation) : []], cancellation);
        if (!choices.IsPlan && !choices.OverwritesDrift && !drifts.IsEmpty)
        {
            return new(Applied: false, [], drifts, []);
        }

        var changes = ImmutableArray.CreateBuilder<PlannedChange>();
        if (await RemoveAsync(gone, choices.Prunes, before: true, changes, cancellation) is { } early)
        {
            return Refused(drifts, early);
        }

        foreach (var section in sections.All)
        {
            if (await WriteAsync(steps.FindAll(step => step.Entry.Kind == section.Kind), applied, file, changes, cancellation) is { } flaw)
            {
                return Refused(drifts, flaw);
            }
        }

        foreach (var section in sections.All)
        {
            if (await section.FinishAsync(cancellation) is { } unfinished)
            {
                var step = steps.First(step => step.Entry.Kind == section.Kind && step.Entry.Id == unfinished.Id);
                return Refused(drifts, Refuse(step, unfinished.Refusal));
            }
        }

        if (await RemoveAsync(gone, choices.Prunes, before: false, changes, cancellation) is { } late)
        {
            return Refused(drifts, late);
        }

        await RememberAsync(file, steps, applied, gone, choices.Prunes, cancellation);
        // The secrets of a plan are taken back with it.
        return new(
            !choices.IsPlan, [.. changes.Select(change => choices.IsPlan ? change with { Secret = null } : change)], drifts, []);
    }

    private static IEnumerable<ComparedEntry> Compared(List<Step> steps, List<AppliedEntry> applied) =>
        from step in steps
        let row = applied.Find(step.Is)
        where row is not null
        select new ComparedEntry(row, step.Prepared.Before, step.Prepared.After);

    /// <summary>A change by hand would be lost by a removal too.</summary>
    private async Task<List<ComparedEntry>> ComparedAsync(List<AppliedEntry> gone, CancellationToken cancellation)
    {
        var current = await CurrentAsync(gone, cancellation);
        return [.. gone.Select(row => new ComparedEntry(row, current[row.Kind].GetValueOrDefault(row.Id), Wanted: null))];
    }

    /// <summary>Each table is read once, however many rows are asked after.</summary>
    private async Task<Dictionary<AppliedKind, IReadOnlyDictionary<string, FieldValues>>> CurrentAsync(
        List<AppliedEntry> rows, CancellationToken cancellation)
    {
        var current = new Dictionary<AppliedKind, IReadOnlyDictionary<string, FieldValues>>();
        foreach (var kind in rows.Select(row => row.Kind).Distinct())
        {
            current.Add(kind, await sections.Of(kind).CurrentAsync(cancellation));
        }

        return current;
    }

    private async Task<RefusedEntry?> ChangedMeanwhileAsync(List<Step> steps, CancellationToken cancellation)
    {
        foreach (var section in sections.All)
        {
            var current = await section.CurrentAsync(cancellation);
            var changed = steps.FirstOrDefault(step => step.Entry.Kind == section.Kind
                && !(current.TryGetValue(step.Entry.Id, out var values)
                    ? step.Prepared.Before?.Same(ClientSection.Managed(values, step.Entry)) == true
                    : step.Prepared.Before is null));
            if (changed is not null)
            {
                return Refuse(changed, Refusal.Taken(
                    "id", $"'{changed.Entry.Id}' was changed or removed at this moment.", "Try again."));
            }
        }

        return null;
    }

    /// <summary>
    /// Writes what is not as it should be. What collides with a registration that comes later, such as a host that moves from one brand to
    /// another, waits for that.
    /// </summary>
    private async Task<RefusedEntry?> WriteAsync(
        List<Step> steps, List<AppliedEntry> applied, RegistrationFile file,
        ImmutableArray<PlannedChange>.Builder changes, CancellationToken cancellation)
    {
        changes.AddRange(steps.Where(step => step.IsDone && TakenFrom(step) is not null)
            .Select(step => new PlannedChange(step.Entry.Kind, step.Entry.Id, PlannedAct.TakenOver, []) { TakenFrom = TakenFrom(step) }));
        var waiting = new Queue<Step>(steps.Where(step => !step.IsDone));
        for (var without = 0; waiting.TryDequeue(out var step);)
        {
            var (entry, prepared) = step;
            if ((await prepared.Write(cancellation)).Failed(out var refusal, out var written))
            {
                if (refusal.Kind != RefusalKind.Taken || ++without > waiting.Count)
                {
                    return Refuse(step, refusal);
                }

                waiting.Enqueue(step);
                continue;
            }

            without = 0;
            var before = prepared.Before ?? FieldValues.None;
            changes.Add(new(
                entry.Kind, entry.Id, prepared.Before is null ? PlannedAct.Added : PlannedAct.Changed, before.ChangesTo(prepared.After))
            {
                Breaks = prepared.Before is null ? [] : await breakage.OfAsync(entry.Kind, entry.Id, before, prepared.After, cancellation),
                Warnings = written.Warnings,
                Secret = written.Secret,
                TakenFrom = TakenFrom(step),
            });
        }

        return null;

        string? TakenFrom(Step step) => applied.Find(step.Is)?.Source is { } source && source != file.Name ? source : null;
    }

    /// <summary>
    /// What a file names no more. Applications go first, so that the scopes of their resources are free; brands go last, since until then
    /// an application may have one.
    /// </summary>
    private async Task<RefusedEntry?> RemoveAsync(
        List<AppliedEntry> gone, bool prunes, bool before,
        ImmutableArray<PlannedChange>.Builder changes, CancellationToken cancellation)
    {
        var rows = gone.Where(row => row.Kind != AppliedKind.Brand == before).OrderByDescending(row => row.Kind).ToList();
        var current = await CurrentAsync(rows, cancellation);
        foreach (var row in rows)
        {
            if (!current[row.Kind].TryGetValue(row.Id, out var values))
            {
                continue;
            }

            if (!prunes)
            {
                changes.Add(new(row.Kind, row.Id, PlannedAct.Kept, []));
                continue;
            }

            var breaks = await breakage.OfRemovalAsync(row.Kind, row.Id, values, cancellation);
            if (await sections.Of(row.Kind).RemoveAsync(row.Id, cancellation) is { } refusal)
            {
                return new(row.Kind, row.Id, refusal);
            }

            changes.Add(new(row.Kind, row.Id, PlannedAct.Removed, values.ChangesTo(FieldValues.None)) { Breaks = breaks });
        }

        return null;
    }

    /// <summary>So that the next plan knows what is a change by hand.</summary>
    private async Task RememberAsync(
        RegistrationFile file, List<Step> steps, List<AppliedEntry> applied, List<AppliedEntry> gone, bool prunes,
        CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        foreach (var step in steps)
        {
            var fields = step.Prepared.After.ToJson();
            if (applied.Find(step.Is) is { } row)
            {
                (row.Source, row.Fields, row.AppliedAt) = (file.Name, fields, now);
                continue;
            }

            database.AppliedEntries.Add(new AppliedEntry
            {
                Kind = step.Entry.Kind,
                Id = step.Entry.Id,
                Source = file.Name,
                Fields = fields,
                AppliedAt = now,
            });
        }

        var current = await CurrentAsync(gone, cancellation);
        foreach (var row in gone)
        {
            if (prunes || !current[row.Kind].ContainsKey(row.Id))
            {
                database.AppliedEntries.Remove(row);
            }
        }
    }

    private static RefusedEntry Refuse(Step step, Refusal refusal) =>
        new(step.Entry.Kind, step.Entry.Id, refusal) { Entry = step.Entry };

    /// <summary>A second repository that forgot to name its file would remove all that the first one manages.</summary>
    private static RefusedEntry AnotherFile(RegistrationFile file, List<AppliedEntry> gone) => new(gone[0].Kind, gone[0].Id, Refusal.Taken(
        "name",
        $"All that a file named '{file.Name}' manages would be removed ({Counted.Of(gone.Count, "registration")}), "
            + "and this file has none of it.",
        "If that was another file, give this one a name of its own (name: at its top). If not, apply it once without --prune."));

    private static FileOutcome Refused(ImmutableArray<FileDrift> drifts, RefusedEntry refused) =>
        new(Applied: false, [], drifts, [refused]);

    private sealed record Step(FileEntry Entry, PreparedEntry Prepared)
    {
        public bool IsDone => Prepared.Before is { } before && before.Same(Prepared.After);

        public bool Is(AppliedEntry row) => row.Kind == Entry.Kind && row.Id == Entry.Id;
    }
}
