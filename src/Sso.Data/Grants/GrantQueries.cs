using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Sso.Data.People;
using Sso.Protocol.Tokens;

namespace Sso.Data.Grants;

/// <summary>A grant with its person's name.</summary>
public sealed record NamedGrant(Grant Grant, string UserName);

/// <summary>Reads that ask whether a grant is in force: not revoked, not expired, its person not disabled.</summary>
public static class GrantQueries
{
    private static readonly HotQuery<Func<SsoDbContext, Guid, DateTimeOffset, CancellationToken, Task<NamedGrant?>>> InForce = new(
        () => EF.CompileAsyncQuery(
            (SsoDbContext database, Guid grantId, DateTimeOffset now, CancellationToken cancellation) => (
                from grant in database.Grants.AsNoTracking()
                join person in database.Users.AsNoTracking() on grant.PersonId equals person.Id
                where grant.Id == grantId && grant.RevokedAt == null && grant.ExpiresAt > now && person.DisabledAt == null
                select new NamedGrant(grant, person.UserName!)).SingleOrDefault()));

    private static readonly HotQuery<Func<SsoDbContext, Guid, CancellationToken, Task<Grant?>>> OfEnabledPerson = new(
        () => EF.CompileAsyncQuery(
            (SsoDbContext database, Guid grantId, CancellationToken cancellation) => (
                from grant in database.Grants.AsNoTracking()
                join person in database.Users.AsNoTracking() on grant.PersonId equals person.Id
                where grant.Id == grantId && person.DisabledAt == null
                select grant).SingleOrDefault()));

    private static readonly HotStatement Rotation = new(words =>
        $"""
        UPDATE {words.Table<Grant>()}
        SET {Rotated(words)}
        WHERE {words.Is<Grant>(nameof(Grant.Id))}
          AND {words.Is<Grant>(nameof(Grant.Generation))}
          AND {words.Column<Grant>(nameof(Grant.RevokedAt))} IS NULL
        """);

    private static readonly HotStatement Refresh = new(words =>
    {
        var (beforeWhere, atEnd) = words.Returns<Grant>(
            nameof(Grant.PersonId), nameof(Grant.SessionId), nameof(Grant.Scopes), nameof(Grant.Resources),
            nameof(Grant.AuthenticatedAt), nameof(Grant.Acr), nameof(Grant.Amr), nameof(Grant.AuthorizationDetails));
        return $"""
            UPDATE {words.Table<Grant>()}
            SET {Rotated(words)}
            {beforeWhere}
            WHERE {words.Is<Grant>(nameof(Grant.Id))}
              AND {words.Is<Grant>(nameof(Grant.Generation))}
              AND {words.Is<Grant>(nameof(Grant.Secret))}
              AND {words.Is<Grant>(nameof(Grant.ClientId))}
              AND {words.Column<Grant>(nameof(Grant.RevokedAt))} IS NULL
              AND {words.Column<Grant>(nameof(Grant.ExpiresAt))} > {words.Value<Grant>(nameof(Grant.ExpiresAt))}
              AND {words.Column<Grant>(nameof(Grant.IdleExpiresAt))} > {words.Value<Grant>(nameof(Grant.IdleExpiresAt))}
              AND ({words.Column<Grant>(nameof(Grant.BoundTo))} IS NULL OR {words.Is<Grant>(nameof(Grant.BoundTo))})
              AND EXISTS (SELECT 1 FROM {words.Table<Person>()} AS p
                WHERE p.{words.Column<Person>(nameof(Person.Id))} = {words.Table<Grant>()}.{words.Column<Grant>(nameof(Grant.PersonId))}
                  AND p.{words.Column<Person>(nameof(Person.DisabledAt))} IS NULL)
            {atEnd}
            """;
    });

    private static readonly HotStatement Revocation = new(words =>
        $"""
        UPDATE {words.Table<Grant>()}
        SET {words.Is<Grant>(nameof(Grant.RevokedAt))}, {words.Is<Grant>(nameof(Grant.RevokedBecause))}
        WHERE {words.Is<Grant>(nameof(Grant.Id))}
          AND {words.Is<Grant>(nameof(Grant.ClientId))}
          AND {words.Column<Grant>(nameof(Grant.RevokedAt))} IS NULL
        """);

    /// <summary>One statement; null if it is not in force.</summary>
    public static Task<NamedGrant?> FindInForceAsync(
        this SsoDbContext database, Guid grantId, DateTimeOffset now, CancellationToken cancellation) =>
        InForce.On(database)(database, grantId, now, cancellation);

    /// <summary>One statement; null if its person is disabled or it never existed. Its own columns say whether it is in force.</summary>
    public static Task<Grant?> FindAsync(this SsoDbContext database, Guid grantId, CancellationToken cancellation) =>
        OfEnabledPerson.On(database)(database, grantId, cancellation);

    /// <summary>
    /// Takes the grant from the generation of the refresh token that was shown to the next, and gives it back, in one statement; null, and
    /// nothing changed, where anything about the two is not as it has to be.
    /// </summary>
    /// <param name="shown">
    /// Its secret is compared by the database: who shows one could not choose it, for a refresh token opens only if we sealed it.
    /// </param>
    /// <param name="boundTo">The key that the request proved; null for none.</param>
    public static Task<LoadedGrant?> TryRefreshAsync(
        this SsoDbContext database, (Guid GrantId, byte[] Secret, int Generation) shown, string clientId, string? boundTo, int next,
        DateTimeOffset now, DateTimeOffset idleEnd, CancellationToken cancellation) =>
        Refresh.ReadAsync(
            database, [next, now, idleEnd, shown.GrantId, shown.Generation, shown.Secret, clientId, now, now, boundTo],
            row => new LoadedGrant(
                shown.GrantId, clientId, row.Get<Guid>(0), row.Get<List<string>>(2).ToFrozenSet(StringComparer.Ordinal),
                [.. row.Get<List<string>>(3)],
                new(row.Get<DateTimeOffset>(4), row.Get<string>(5), [.. row.Get<List<string>>(6)]), row.Get<Guid>(1), row.Get<string?>(7)),
            cancellation);

    /// <summary>
    /// Takes the grant from one generation of its refresh token to the next; false if it is at another by now, or revoked.
    /// </summary>
    public static async Task<bool> RotateAsync(
        this SsoDbContext database, Guid grantId, int generation, int next, DateTimeOffset now, DateTimeOffset idleEnd,
        CancellationToken cancellation) =>
        await Rotation.ExecuteAsync(database, [next, now, idleEnd, grantId, generation], cancellation) == 1;

    /// <summary>Revokes everything that a client was given.</summary>
    public static Task<int> RevokeOfClientAsync(
        this SsoDbContext database, string clientId, string because, DateTimeOffset now, CancellationToken cancellation) => database.Grants
        .Where(grant => grant.ClientId == clientId && grant.RevokedAt == null)
        .ExecuteUpdateAsync(
            set => set.SetProperty(grant => grant.RevokedAt, now).SetProperty(grant => grant.RevokedBecause, because), cancellation);

    /// <summary>
    /// Revokes the grant if it is this client's; an access token that hangs on it is refused from now on by everybody who asks us.
    /// </summary>
    public static Task<int> RevokeAsync(
        this SsoDbContext database, Guid grantId, string clientId, string because, DateTimeOffset now, CancellationToken cancellation) =>
        Revocation.ExecuteAsync(database, [now, because, grantId, clientId], cancellation);

    /// <summary>What the next generation of a grant sets.</summary>
    private static string Rotated(HotStatement.Words words) =>
        $"{words.Is<Grant>(nameof(Grant.Generation))}, {words.Is<Grant>(nameof(Grant.RotatedAt))}, "
        + words.Is<Grant>(nameof(Grant.IdleExpiresAt));
}
