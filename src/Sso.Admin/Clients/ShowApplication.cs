using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;

namespace Sso.Admin.Clients;

/// <summary>One registration with how it is doing.</summary>
/// <param name="Secrets">When each ends, the older first; null for one that does not.</param>
/// <param name="LastSignInAt">When somebody last got tokens for it that still are of use.</param>
/// <param name="SignIns">Of the last 24 hours.</param>
/// <param name="Refusals">Of the last week, the newest first.</param>
public sealed record ApplicationDetails(
    ClientView Client, ImmutableArray<DateTimeOffset?> Secrets, DateTimeOffset? LastSignInAt, int SignIns,
    ImmutableArray<RefusalView> Refusals)
{
    public bool IsDraft => ApplicationView.IsIncomplete(Client);
}

/// <summary>Reads one registration in three statements.</summary>
public sealed class ShowApplication(SsoDbContext database, ListRefusals refusals, TimeProvider clock)
{
    public static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Null if there is none with that id.</summary>
    public async Task<ApplicationDetails?> ExecuteAsync(string clientId, CancellationToken cancellation)
    {
        if (await database.Clients.AsNoTracking().SingleOrDefaultAsync(client => client.Id == clientId, cancellation) is not { } found)
        {
            return null;
        }

        var since = clock.GetUtcNow() - TimeSpan.FromHours(24);
        var used = await database.Grants.Where(grant => grant.ClientId == clientId).GroupBy(_ => 1)
            .Select(all => new { Latest = all.Max(grant => grant.CreatedAt), Count = all.Sum(grant => grant.CreatedAt >= since ? 1 : 0) })
            .SingleOrDefaultAsync(cancellation);
        return new(
            ClientView.Of(found),
            [
                .. found.SecretHash is null ? [] : (ReadOnlySpan<DateTimeOffset?>)[found.SecretExpiresAt],
                .. found.OtherSecretHash is null ? [] : (ReadOnlySpan<DateTimeOffset?>)[found.OtherSecretExpiresAt],
            ],
            used?.Latest,
            used?.Count ?? 0,
            await refusals.ExecuteAsync(clientId, Week, cancellation));
    }
}
