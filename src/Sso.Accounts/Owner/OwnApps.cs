using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Logout;
using Sso.Data.Operations;
using Sso.Data.Sessions;

namespace Sso.Accounts.Owner;

/// <summary>An application with current access.</summary>
/// <param name="Offline">It holds a refresh token: its access outlives the session.</param>
public sealed record AppView(string ClientId, string Name, DateTimeOffset Since, DateTimeOffset LastUsedAt, bool Offline);

/// <summary>The applications that hold tokens of the viewer, and ending their access (RFC 9700 §4.14.2: revocation by the owner).</summary>
public sealed class OwnApps(SsoDbContext database, TimeProvider clock)
{
    public async Task<IReadOnlyList<AppView>> ListAsync(Guid personId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var rows = await (
            from grant in database.Grants.AsNoTracking()
            join client in database.Clients.AsNoTracking() on grant.ClientId equals client.Id
            where grant.PersonId == personId && grant.RevokedAt == null && grant.ExpiresAt > now && grant.IdleExpiresAt > now
            select new { grant.ClientId, client.Name, grant.CreatedAt, grant.RotatedAt, grant.Offline }).ToListAsync(cancellation);
        return
        [
            .. from row in rows
               group row by (row.ClientId, row.Name) into app
               let used = app.Max(row => row.RotatedAt ?? row.CreatedAt)
               orderby used descending
               select new AppView(
                   app.Key.ClientId, app.Key.Name, app.Min(row => row.CreatedAt), used,
                   app.Any(row => row.Offline)),
        ];
    }

    /// <summary>Every grant of the application ends, and what it was allowed is forgotten: it has to ask again.</summary>
    public Task RevokeAsync(SignInRow signIn, string clientId, CancellationToken cancellation) => database.AllOrNothingAsync(async () =>
    {
        var now = clock.GetUtcNow();
        await database.VoidCodesAsync(signIn.PersonId, cancellation);
        var revoked = await database.Grants
            .Where(grant => grant.PersonId == signIn.PersonId && grant.ClientId == clientId && grant.RevokedAt == null)
            .ExecuteUpdateAsync(
                set => set.SetProperty(grant => grant.RevokedAt, now).SetProperty(grant => grant.RevokedBecause, "revoked by its owner"),
                cancellation);
        revoked += await database.Consents.Where(consent => consent.PersonId == signIn.PersonId && consent.ClientId == clientId)
            .ExecuteDeleteAsync(cancellation);
        if (revoked == 0)
        {
            return false;
        }

        database.SecurityEvents.Add(SecurityEvent.AppRevoked(now, signIn.PersonId, signIn.SessionId, clientId));
        return true;
    }, cancellation);
}
