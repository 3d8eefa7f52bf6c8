using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Files;
using Sso.Data.Operations;

namespace Sso.Admin.Files;

/// <summary>What became of registrations since a file was applied to them, and by whom.</summary>
public sealed class FileHistory(SsoDbContext database)
{
    /// <summary>What is said of a change of the registration itself; secrets are changed without any file.</summary>
    private static readonly string[] Acts = ["added", "changed", "removed", "disabled", "enabled"];

    /// <summary>What differs both from what was applied and from what is wanted now: there somebody's change would be lost.</summary>
    internal async Task<ImmutableArray<FileDrift>> DriftsAsync(
        IEnumerable<ComparedEntry> entries, CancellationToken cancellation)
    {
        var drifts = ImmutableArray.CreateBuilder<FileDrift>();
        foreach (var (row, now, wanted) in entries)
        {
            var former = FieldValues.OfJson(row.Fields);
            ImmutableArray<FieldChange> fields =
                now is null ? [] : [.. former.ChangesTo(now).Where(field => IsDrift(field, former, wanted))];
            // Removed by hand and named no more: both agree.
            if (fields.IsEmpty && (now is not null || wanted is null))
            {
                continue;
            }

            var last = await LastChangeAsync(row, cancellation);
            drifts.Add(new(row.Kind, row.Id, now is null, fields, last?.Actor, last?.At));
        }

        return drifts.ToImmutable();
    }

    /// <summary>Whether an application is off is nobody's change if no file spoke of it, or none does any more.</summary>
    private static bool IsDrift(FieldChange field, FieldValues former, FieldValues? wanted) =>
        (wanted is null || !field.After.SequenceEqual(wanted[field.Key]))
        && (field.Key != ClientFields.Disabled || (former.Has(field.Key) && wanted?.Has(field.Key) != false));

    private async Task<SecurityEvent?> LastChangeAsync(AppliedEntry entry, CancellationToken cancellation)
    {
        var events = database.SecurityEvents.AsNoTracking();
        var details = entry.Kind switch
        {
            AppliedKind.Brand => [.. Acts.Select(act => $"{entry.Id} {act}")],
            // As it is recorded: cut.
            AppliedKind.Resource => [.. Acts.Select(act => $"{act} {entry.Id}"[..Math.Min(100, act.Length + 1 + entry.Id.Length)])],
            _ => Acts,
        };
        var own = entry.Kind switch
        {
            AppliedKind.Brand => events.Where(item => item.Kind == SecurityEventKind.BrandChanged),
            AppliedKind.Resource => events.Where(item => item.Kind == SecurityEventKind.ResourceChanged),
            _ => events.Where(item => item.Kind == SecurityEventKind.ClientChanged && item.ClientId == entry.Id),
        };
        return await own.Where(item => details.Contains(item.Detail)).OrderByDescending(item => item.At).FirstOrDefaultAsync(cancellation);
    }
}

/// <summary>A registration that a file once made.</summary>
/// <param name="Row">What it made of it.</param>
/// <param name="Now">As it is; null if it is gone.</param>
/// <param name="Wanted">As the file wants it; null if it is to be removed.</param>
internal sealed record ComparedEntry(AppliedEntry Row, FieldValues? Now, FieldValues? Wanted);
