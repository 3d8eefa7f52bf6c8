using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;

namespace Sso.Admin.Clients;

/// <summary>One registration with how it is doing.</summary>
/// <param name="LastSignInAt">When somebody last got tokens for it that still are of use.</param>
/// <param name="SignIns">Of the last 24 hours.</param>
/// <param name="Refusals">Of the last week, the newest first.</param>
/// <param name="Doubts">What its operator should look at, beside that it is a draft.</param>
public sealed record ApplicationDetails(
    ClientView Client, DateTimeOffset? LastSignInAt, int SignIns,
    ImmutableArray<RefusalView> Refusals, ImmutableArray<RegistrationDoubt> Doubts)
{
    /// <summary>The older first.</summary>
    public ImmutableArray<SecretView> Secrets => Client.Secrets;

    public bool IsDraft => Client.IsDraft;
}

/// <summary>Reads one registration in two statements, and the scopes of protected resources where it has any.</summary>
public sealed class ShowApplication(SsoDbContext database, ListRefusals refusals, TimeProvider clock)
{
    public static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Null if there is none with that id.</summary>
    public async Task<ApplicationDetails?> ExecuteAsync(string clientId, CancellationToken cancellation)
    {
        var since = clock.GetUtcNow() - TimeSpan.FromHours(24);
        var found = await database.Clients.AsNoTracking().Where(client => client.Id == clientId)
            .Select(client => new
            {
                Client = client,
                Latest = database.Grants.Where(grant => grant.ClientId == clientId).Max(grant => (DateTimeOffset?)grant.CreatedAt),
                SignIns = database.Grants.Count(grant => grant.ClientId == clientId && grant.CreatedAt >= since),
            })
            .SingleOrDefaultAsync(cancellation);
        if (found is null)
        {
            return null;
        }

        var view = ClientView.Of(found.Client);
        var doubts = await database.DoubtsAsync(view, cancellation);
        return new(
            view, found.Latest, found.SignIns, await refusals.ExecuteAsync(clientId, Week, cancellation),
            doubts.RemoveAll(doubt => doubt.Kind == DoubtKind.Draft));
    }
}
