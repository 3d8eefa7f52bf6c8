using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;

namespace Sso.Admin.Clients;

/// <summary>One registration with how it is doing.</summary>
/// <param name="LastSignInAt">When somebody last got tokens for it that still are of use.</param>
/// <param name="SignIns">Of the last 24 hours.</param>
/// <param name="Refusals">Of the last week, the newest first.</param>
public sealed record ApplicationDetails(
    ClientView Client, DateTimeOffset? LastSignInAt, int SignIns,
    ImmutableArray<RefusalView> Refusals)
{
    /// <summary>The older first.</summary>
    public ImmutableArray<SecretView> Secrets => Client.Secrets;

    public bool IsDraft => Client.IsDraft;

    /// <summary>What its operator should look at, beside that it is a draft.</summary>
    public ImmutableArray<RegistrationDoubt> Doubts =>
        [.. RegistrationDoubt.Of(Client).Where(doubt => doubt.Kind != DoubtKind.Draft)];
}

/// <summary>Reads one registration in two statements.</summary>
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
        return found is null
            ? null
            : new(
                ClientView.Of(found.Client), found.Latest, found.SignIns,
                await refusals.ExecuteAsync(clientId, Week, cancellation));
    }
}
