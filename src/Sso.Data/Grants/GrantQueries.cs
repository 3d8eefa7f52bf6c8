using Microsoft.EntityFrameworkCore;

namespace Sso.Data.Grants;

/// <summary>A grant with its person's name.</summary>
public sealed record NamedGrant(Grant Grant, string UserName);

/// <summary>Reads that ask whether a grant is in force: not revoked, not expired, its person not disabled.</summary>
public static class GrantQueries
{
    /// <summary>One statement; null when it is not in force.</summary>
    public static Task<NamedGrant?> FindInForceAsync(this SsoDbContext database, Guid grantId, DateTimeOffset now, CancellationToken cancellation) => (
        from grant in database.Grants.AsNoTracking()
        join person in database.Users.AsNoTracking() on grant.PersonId equals person.Id
        where grant.Id == grantId && grant.RevokedAt == null && grant.ExpiresAt > now && person.DisabledAt == null
        select new NamedGrant(grant, person.UserName!)).SingleOrDefaultAsync(cancellation);

    /// <summary>Revokes all that a client was given.</summary>
    public static Task<int> RevokeOfClientAsync(
        this SsoDbContext database, string clientId, string because, DateTimeOffset now, CancellationToken cancellation) => database.Grants
        .Where(grant => grant.ClientId == clientId && grant.RevokedAt == null)
        .ExecuteUpdateAsync(set => set.SetProperty(grant => grant.RevokedAt, now).SetProperty(grant => grant.RevokedBecause, because), cancellation);

    /// <summary>Revokes the grant if it is this client's; an access token that hangs on it is refused from now on by everybody who asks us.</summary>
    public static Task<int> RevokeAsync(
        this SsoDbContext database, Guid grantId, string clientId, string because, DateTimeOffset now, CancellationToken cancellation) => database.Grants
        .Where(grant => grant.Id == grantId && grant.ClientId == clientId && grant.RevokedAt == null)
        .ExecuteUpdateAsync(set => set.SetProperty(grant => grant.RevokedAt, now).SetProperty(grant => grant.RevokedBecause, because), cancellation);
}
