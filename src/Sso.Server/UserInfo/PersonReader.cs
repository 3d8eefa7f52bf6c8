using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Secrets;

namespace Sso.Server.UserInfo;

/// <summary>Reads the person behind a grant for userinfo and ID tokens.</summary>
public sealed class PersonReader(SsoDbContext database, Sealer sealer, TimeProvider clock)
{
    /// <summary>
    /// Grant, person, number and session together, in one statement: null once the grant is revoked or expired, or the person is disabled.
    /// </summary>
    public async Task<UserInfoRow?> FindAsync(Guid grantId, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var numbers = database.VerifiedNumbers().AsNoTracking();
        var row = await (
            from grant in database.Grants.AsNoTracking()
            join person in database.Users.AsNoTracking() on grant.PersonId equals person.Id
            join began in database.Sessions.AsNoTracking() on grant.SessionId equals began.Id into sessions
            from session in sessions.DefaultIfEmpty()
            where grant.Id == grantId && grant.RevokedAt == null && grant.ExpiresAt > now && person.DisabledAt == null
            select new UserInfoRow
            {
                Person = person,
                Number = numbers.Where(number => number.PersonId == person.Id)
                    .OrderByDescending(number => number.ActivatedAt).FirstOrDefault(),
                Claims = grant.UserInfoClaims,
                PreviousAccessAt = session == null ? null : session.PreviousAccessAt,
                PreviousAccessAddress = session == null ? null : session.PreviousAccessAddress,
            }).SingleOrDefaultAsync(cancellation);
        row?.Sealer = sealer;
        return row;
    }

    /// <summary>What an ID token of the grant says about its person; null, and no statement, when nothing was asked.</summary>
    public async Task<Action<Utf8JsonWriter>?> FindClaimsAsync(Guid grantId, IReadOnlySet<string> names, CancellationToken cancellation) =>
        names.Count > 0 && await FindAsync(grantId, cancellation) is { } row ? json => PersonClaims.Write(json, row, names) : null;
}
