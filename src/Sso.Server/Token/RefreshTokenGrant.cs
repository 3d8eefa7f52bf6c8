using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Grants;
using Sso.Data.Operations;
using Sso.Protocol.Tokens;
using Sso.Server.Issuance;

namespace Sso.Server.Token;

/// <summary>
/// The refresh token grant (RFC 6749 §6, OIDC Core §12) with rotation and reuse detection (RFC 9700
/// §4.14.2). One conditional write; only where it changes nothing, or the request asks for less than was granted, a read before it.
/// </summary>
internal sealed class RefreshTokenGrant(SsoDbContext database, TokenOptions options, TimeProvider clock) : IGrant
{
    /// <summary>
    /// A lost answer or two tabs must not sign people out: the previous token still works for this long, and gives the current one again.
    /// Somebody who stole it from a confidential client needs the client's credentials as well; a public one has nothing but rotation.
    /// </summary>
    private static TimeSpan GraceOf(Client client) => TimeSpan.FromSeconds(client.IsPublic ? 10 : 60);

    public async Task<Result<ApprovedPrincipal, OAuthError>> RedeemAsync(TokenRequest request, CancellationToken cancellation)
    {
        var handle = request.Presented!.RefreshToken!;
        var now = clock.GetUtcNow();
        if (await RefreshWholeAsync(request, handle, now, cancellation) is { } whole)
        {
            return whole;
        }

        var grant = await database.FindAsync(handle.GrantId, cancellation);
        if (Refusal(request, handle, grant, now) is { } refusal)
        {
            return OAuthError.InvalidGrant(refusal);
        }

        if (Scopes.Parse(request.Parameters.Text("scope")) is not { } asked)
        {
            return OAuthError.MalformedScope;
        }

        var loaded = grant!.ToLoaded();
        if (asked.FirstOrDefault(scope => !loaded.Scopes.Contains(scope)) is { } wider)
        {
            return OAuthError.InvalidScope(wider);
        }

        if (loaded.Narrow(request.Parameters.NamedResources) is not { } resources)
        {
            return OAuthError.InvalidTarget(request.Parameters.NamedResources[0]);
        }

        if (ApprovedGrant.ForPerson(loaded, request.Client, asked.Count == 0 ? loaded.Scopes : asked, resources) is not { } approved)
        {
            return PolicyNotMet;
        }

        if (handle.Generation > grant.Generation)
        {
            // Given out after the backup from which this database comes: nobody stole it. But an older one may be in other hands, and the
            // database no longer knows that it was used.
            await database.RevokeAsync(grant, "refresh token newer than the database", recorded: null, now, cancellation);
            return OAuthError.InvalidGrant("newer than this database, which was restored from a backup");
        }

        return await AdvanceAsync(handle, grant, request.Client, now, cancellation) is { } generation
            ? ApprovedPrincipal.OfPerson(approved, handle with { Generation = generation })
            : OAuthError.InvalidGrant("used before");
    }

    /// <summary>What nearly all ask for: everything granted, with today's token. Null if that is not so; nothing changes then.</summary>
    private async Task<Result<ApprovedPrincipal, OAuthError>?> RefreshWholeAsync(
        TokenRequest request, RefreshHandle handle, DateTimeOffset now, CancellationToken cancellation)
    {
        if (request.Parameters.Text("scope") is not null || !request.Parameters.NamedResources.IsEmpty)
        {
            return null;
        }

        var next = NextOf(handle.Generation, request.Client);
        var loaded = await database.TryRefreshAsync(
            (handle.GrantId, handle.Secret, handle.Generation), request.Client.Id, request.Sender?.Stored, next, now,
            now + options.RefreshTokenIdle, cancellation);
        if (loaded is null)
        {
            return null;
        }

        if (ApprovedGrant.ForPerson(loaded, request.Client, loaded.Scopes, loaded.Resources) is { } approved)
        {
            return ApprovedPrincipal.OfPerson(approved, handle with { Generation = next });
        }

        // The token stays good for the day on which the policy is taken back.
        await database.RotateAsync(handle.GrantId, next, handle.Generation, now, now + options.RefreshTokenIdle, cancellation);
        return PolicyNotMet;
    }

    private static OAuthError PolicyNotMet => OAuthError.InvalidGrant("the client's policy is no longer met");

    /// <summary>FAPI 2.0 §5.3.2.1: no rotation: a lost answer would shut out a client whose tokens are bound to it anyway.</summary>
    private static int NextOf(int generation, Client client) => client.IsFapi ? generation : generation + 1;

    private static string? Refusal(TokenRequest request, RefreshHandle handle, Grant? grant, DateTimeOffset now) => grant switch
    {
        null => "no such grant, or its person is disabled",
        _ when !CryptographicOperations.FixedTimeEquals(grant.Secret, handle.Secret) => "wrong secret",
        _ when grant.ClientId != request.Client.Id => "issued to another client",
        { RevokedAt: not null } => "revoked",
        { BoundTo: { } key } when key != request.Sender?.Stored => "bound to another key",
        _ when grant.ExpiresAt <= now || grant.IdleExpiresAt <= now => "expired",
        _ => null,
    };

    /// <summary>The generation that the answer carries; null after a reuse, which revokes the grant.</summary>
    private async Task<int?> AdvanceAsync(
        RefreshHandle handle, Grant grant, Client client, DateTimeOffset now, CancellationToken cancellation)
    {
        if (handle.Generation == grant.Generation)
        {
            var next = NextOf(grant.Generation, client);
            var idleEnd = now + options.RefreshTokenIdle;
            if (await database.RotateAsync(grant.Id, handle.Generation, next, now, idleEnd, cancellation))
            {
                return next;
            }

            // Another request of the same client rotated it between our read and our write: that is the grace case, unless it was revoked.
            return await database.Grants.AnyAsync(
                row => row.Id == grant.Id && row.Generation == next && row.RevokedAt == null, cancellation) ? next : null;
        }

        if (handle.Generation == grant.Generation - 1 && now - grant.RotatedAt <= GraceOf(client))
        {
            return grant.Generation;
        }

        // An older token comes from a thief or a victim.
        var recorded = SecurityEvent.RefreshTokenReused(now, grant.PersonId, grant.SessionId, grant.ClientId);
        await database.RevokeAsync(grant, "refresh token reused", recorded, now, cancellation);
        return null;
    }
}
