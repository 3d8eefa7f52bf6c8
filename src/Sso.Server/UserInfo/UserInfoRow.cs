using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.People;

namespace Sso.Server.UserInfo;

/// <summary>A person and the access before the one behind a grant.</summary>
public sealed class UserInfoRow
{
    public required Person Person { get; init; }

    /// <summary>The single claims of the grant (OIDC Core §5.5).</summary>
    public required List<string> Claims { get; init; }

    public required DateTimeOffset? PreviousAccessAt { get; init; }

    public required string? PreviousAccessAddress { get; init; }
}

internal static class UserInfoQuery
{
    /// <summary>Grant, person and session together, in one statement: null once the grant is revoked or expired, or the person is disabled.</summary>
    public static Task<UserInfoRow?> FindUserInfoAsync(this SsoDbContext database, Guid grantId, DateTimeOffset now, CancellationToken cancellation) => (
        from grant in database.Grants.AsNoTracking()
        join person in database.Users.AsNoTracking() on grant.PersonId equals person.Id
        join began in database.Sessions.AsNoTracking() on grant.SessionId equals began.Id into sessions
        from session in sessions.DefaultIfEmpty()
        where grant.Id == grantId && grant.RevokedAt == null && grant.ExpiresAt > now && person.DisabledAt == null
        select new UserInfoRow
        {
            Person = person,
            Claims = grant.UserInfoClaims,
            PreviousAccessAt = session == null ? null : session.PreviousAccessAt,
            PreviousAccessAddress = session == null ? null : session.PreviousAccessAddress,
        }).SingleOrDefaultAsync(cancellation);

    /// <summary>What an ID token of the grant says about its person; null, and no statement, when nothing was asked.</summary>
    public static async Task<Action<Utf8JsonWriter>?> FindClaimsAsync(
        this SsoDbContext database, Guid grantId, IReadOnlySet<string> names, DateTimeOffset now, CancellationToken cancellation) =>
        names.Count > 0 && await database.FindUserInfoAsync(grantId, now, cancellation) is { } row ? json => PersonClaims.Write(json, row, names) : null;
}
