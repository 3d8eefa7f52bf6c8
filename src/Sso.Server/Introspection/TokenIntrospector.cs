using System.Security.Cryptography;
using Sso.Data;
using Sso.Data.Grants;
using Sso.Protocol.Clients;
using Sso.Protocol.Tokens;
using Sso.Server.ClientAuthentication;
using Sso.Server.Engine;
using Sso.Server.Token;

namespace Sso.Server.Introspection;

/// <summary>
/// Says whether a token is in force (RFC 7662 §2): to the client it was issued to, and of an access token also to a resource it is meant for. One read, none
/// for the client credentials grant.
/// </summary>
internal sealed class TokenIntrospector(SsoDbContext database, ClientDirectory clients, TimeProvider clock)
{
    /// <summary>Null when it is not in force, or not the asker's business.</summary>
    public async Task<TokenIntrospection?> IntrospectAsync(Client asker, PresentedToken token, CancellationToken cancellation)
    {
        if (token.RefreshToken is { } handle)
        {
            return await OfRefreshTokenAsync(asker, handle, cancellation);
        }

        return IsTheBusinessOf(asker, token.AccessToken!) ? await OfAccessTokenAsync(token.AccessToken!, cancellation) : null;
    }

    private bool IsTheBusinessOf(Client asker, IssuedAccessToken token) =>
        token.ClientId == asker.Id || token.Audiences.Any(audience => clients.FindResource(audience)?.ClientId == asker.Id);

    private async Task<TokenIntrospection?> OfAccessTokenAsync(IssuedAccessToken token, CancellationToken cancellation)
    {
        // A client that was disabled or removed has no tokens in force.
        if (clients.Find(token.ClientId) is not { } client)
        {
            return null;
        }

        var named = token.GrantId is { } grantId ? await database.FindInForceAsync(grantId, clock.GetUtcNow(), cancellation) : null;
        // What was exchanged hangs on the grant of another client, which must count as well.
        return token.GrantId is not null && (named is null || clients.Find(named.Grant.ClientId) is null)
            ? null
            : new TokenIntrospection
            {
                Scopes = token.Scopes,
                ClientId = token.ClientId,
                UserName = NameFor(client, named),
                TokenType = token.Sender?.TokenType ?? "Bearer",
                Sender = token.Sender,
                Subject = token.Subject,
                Audience = token.Audiences,
                TokenId = token.Id,
                Actor = token.Actor,
                IssuedAt = token.IssuedAt,
                ExpiresAt = token.ExpiresAt,
                Authentication = named?.Grant.Authentication,
                AuthorizationDetails = token.HasAuthorizationDetails ? named?.Grant.AuthorizationDetails : null,
            };
    }

    /// <summary>
    /// A user name is the same at every sector, which a pairwise subject is there to hide (OIDC Core §8.1), also from who exchanged the token of such a client.
    /// </summary>
    private string? NameFor(Client client, NamedGrant? named) =>
        client.Sector is null && named is not null && clients.Find(named.Grant.ClientId) is { Sector: null } ? named.UserName : null;

    private async Task<TokenIntrospection?> OfRefreshTokenAsync(Client asker, RefreshHandle handle, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return await database.FindInForceAsync(handle.GrantId, now, cancellation) is { Grant: var grant } named
            && grant.ClientId == asker.Id
            && grant.Generation == handle.Generation
            && grant.IdleExpiresAt > now
            && CryptographicOperations.FixedTimeEquals(grant.Secret, handle.Secret)
            ? new TokenIntrospection
            {
                Scopes = grant.Scopes,
                ClientId = grant.ClientId,
                UserName = NameFor(asker, named),
                Subject = asker.SubjectOf(grant.PersonId),
                IssuedAt = grant.RotatedAt ?? grant.CreatedAt,
                ExpiresAt = grant.IdleExpiresAt < grant.ExpiresAt ? grant.IdleExpiresAt : grant.ExpiresAt,
                Authentication = grant.Authentication,
                AuthorizationDetails = grant.AuthorizationDetails,
            }
            : null;
    }
}
