using Microsoft.EntityFrameworkCore;
using Sso.Admin.Resources;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Files;
using Sso.Protocol;

namespace Sso.Admin.Files;

/// <summary>The resources of a file.</summary>
internal sealed class ResourceSection(SsoDbContext database, AddResource adding, ChangeResource changing, RemoveResource removing)
    : FileSection(AppliedKind.Resource)
{
    /// <summary>
    /// A resource may introspect as a client that exchanges tokens for it: such a client cannot be registered before it, so the resource
    /// gets its client when there is one.
    /// </summary>
    private readonly List<NewResource> _unfinished = [];

    public override async Task<IReadOnlyDictionary<string, FieldValues>> CurrentAsync(CancellationToken cancellation) =>
        (await database.Resources.AsNoTracking().ToListAsync(cancellation)).ToDictionary(resource => resource.Id, ValuesOf);

    public override async Task<Result<PreparedEntry, Refusal>> PrepareAsync(FileEntry entry, CancellationToken cancellation)
    {
        var wanted = ResourceFields.All.Apply(new NewResource { Resource = entry.Id, Name = "", Scopes = [] }, entry.Values);
        if (AddResource.Rules.Check(wanted) is { } refusal)
        {
            return refusal;
        }

        var found = await database.Resources.AsNoTracking().SingleOrDefaultAsync(resource => resource.Id == entry.Id, cancellation);
        wanted = wanted with { Name = wanted.Name.Trim() };
        return new PreparedEntry(
            found is null ? null : ValuesOf(found), ResourceFields.All.ValuesOf(wanted),
            cancellation => WriteAsync(wanted, found, cancellation));
    }

    public override async Task<Refusal?> RemoveAsync(string id, CancellationToken cancellation) =>
        (await removing.ExecuteAsync(id, cancellation)).Error;

    public override async Task<(string Id, Refusal Refusal)?> FinishAsync(CancellationToken cancellation)
    {
        foreach (var wanted in _unfinished)
        {
            if ((await changing.ExecuteAsync(wanted, cancellation)).Error is { } refusal)
            {
                return (wanted.Resource, refusal);
            }
        }

        return null;
    }

    private async Task<Result<WrittenEntry, Refusal>> WriteAsync(
        NewResource wanted, ResourceRegistration? found, CancellationToken cancellation)
    {
        var isEarly = wanted.ClientId is { } client && !await database.Clients.AnyAsync(row => row.Id == client, cancellation);
        var now = isEarly ? wanted with { ClientId = null } : wanted;
        var outcome = found is null ? await adding.ExecuteAsync(now, cancellation) : await changing.ExecuteAsync(now, cancellation);
        if (outcome.Failed(out var refusal, out _))
        {
            return refusal;
        }

        if (isEarly)
        {
            _unfinished.Add(wanted);
        }

        return WrittenEntry.Plain;
    }

    private static FieldValues ValuesOf(ResourceRegistration resource) => ResourceFields.All.ValuesOf(new NewResource
    {
        Resource = resource.Id,
        Name = resource.Name,
        Scopes = [.. resource.Scopes],
        ClientId = resource.ClientId,
    });
}
