using System.Security.Cryptography;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Data;
using Sso.Data.Grants;
using Sso.Extensions.Host;
using Sso.Extensions.RichRequests;
using Sso.Protocol.Tokens;
using Sso.Server.ClientAuthentication;
using Sso.Server.Clients;
using Sso.Server.Http;
using Sso.Server.Issuance;
using Sso.Server.Token;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Introspection;

/// <summary>
/// Whether a token is in force, and what is said about it (RFC 7662 §2), in place of what OpenIddict would say from its own rows: to the
/// client to which it was issued and, for an access token, also to a resource for which it is meant. One read, none for the client
/// credentials grant.
/// </summary>
internal sealed class IntrospectToken(SsoDbContext database, ClientDirectory clients, SsoOptions options, TimeProvider clock)
    : IOpenIddictServerHandler<HandleIntrospectionRequestContext>
{
    public const string Path = "/connect/introspect";

    public async ValueTask HandleAsync(HandleIntrospectionRequestContext context)
    {
        var (asker, token) = (AuthenticateClient.Of(context.Transaction).Client, ReadToken.Of(context.Transaction));
        if (!(token.RefreshToken is { } handle
            ? await TellAsync(context, asker, handle)
            : await TellAsync(context, asker, token.AccessToken!)))
        {
            context.Refuse(OAuthError.InvalidToken("not in force, or not the asker's business"));
            return;
        }

        // As it is configured: OpenIddict adds a slash to one without a path.
        context.Claims[OpenIddictConstants.Claims.Issuer] = options.Issuer;
    }

    private async Task<bool> TellAsync(HandleIntrospectionRequestContext context, Client asker, IssuedAccessToken token)
    {
        // A client that was disabled or removed has no tokens in force.
        if (!IsTheBusinessOf(asker, token) || clients.Find(token.ClientId) is not { } client)
        {
            return false;
        }

        var named = token.GrantId is { } grantId
            ? await database.FindInForceAsync(grantId, clock.GetUtcNow(), context.CancellationToken)
            : null;
        // An exchanged token belongs to the grant of another client, which must be enabled as well.
        if (token.GrantId is not null && (named is null || clients.Find(named.Grant.ClientId) is null))
        {
            return false;
        }

        context.ClientId = token.ClientId;
        context.Username = NameFor(client, named);
        context.Subject = token.Subject;
        context.Scopes.UnionWith(token.Scopes);
        context.Audiences.UnionWith(token.Audiences);
        context.TokenId = token.Id;
        // RFC 6749 §7.1, RFC 9449 §6.2, RFC 8705 §3.2.
        context.TokenType = token.Sender?.TokenType ?? "Bearer";
        context.Confirmation = token.Sender is { } sender ? new() { [sender.Kind] = sender.Thumbprint } : null;
        (context.IssuedAt, context.ExpiresAt) = (token.IssuedAt, token.ExpiresAt);
        if (token.Actor.AsJson() is { } actor)
        {
            // RFC 8693 §4.1.
            context.Claims[Actor.Claim] = actor;
        }

        TellGranted(context, named?.Grant.Authentication, token.HasAuthorizationDetails ? named?.Grant.AuthorizationDetails : null);
        return true;
    }

    private bool IsTheBusinessOf(Client asker, IssuedAccessToken token) =>
        token.ClientId == asker.Id || token.Audiences.Any(audience => clients.FindResource(audience)?.ClientId == asker.Id);

    private async Task<bool> TellAsync(HandleIntrospectionRequestContext context, Client asker, RefreshHandle handle)
    {
        var now = clock.GetUtcNow();
        if (await database.FindInForceAsync(handle.GrantId, now, context.CancellationToken) is not { Grant: var grant } named
            || grant.ClientId != asker.Id
            || grant.Generation != handle.Generation
            || grant.IdleExpiresAt <= now
            || !CryptographicOperations.FixedTimeEquals(grant.Secret, handle.Secret))
        {
            return false;
        }

        context.ClientId = grant.ClientId;
        context.Username = NameFor(asker, named);
        context.Subject = asker.SubjectOf(grant.PersonId);
        context.Scopes.UnionWith(grant.Scopes);
        context.IssuedAt = grant.RotatedAt ?? grant.CreatedAt;
        context.ExpiresAt = grant.IdleExpiresAt < grant.ExpiresAt ? grant.IdleExpiresAt : grant.ExpiresAt;
        TellGranted(context, grant.Authentication, grant.AuthorizationDetails);
        return true;
    }

    /// <summary>The sign-in behind it (RFC 9470 §6.2), and the authorization details that were granted (RFC 9396 §9.2).</summary>
    private static void TellGranted(HandleIntrospectionRequestContext context, Authentication? authentication, string? details)
    {
        context.GenericTokenPrincipal.Details = details;
        if (authentication is not null)
        {
            context.Claims["auth_time"] = authentication.Time.ToUnixTimeSeconds();
            context.Claims["acr"] = authentication.Acr;
        }
    }

    /// <summary>A user name would undo a pairwise subject (OIDC Core §8.1), also for a client that exchanged such a token.</summary>
    private string? NameFor(Client client, NamedGrant? named) =>
        client.Sector is null && named is not null && clients.Find(named.Grant.ClientId) is { Sector: null } ? named.UserName : null;
}
