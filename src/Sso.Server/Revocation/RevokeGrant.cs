using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Data;
using Sso.Data.Grants;
using Sso.Server.ClientAuthentication;
using Sso.Server.Token;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Revocation;

/// <summary>
/// Ends a grant (RFC 7009 §2). Refresh and access token each name one, and revoking either ends it: what it gave is refused on every node
/// from the next read on. The answer comes after the write; a database that does not answer means 503, never 200. For a token that is not
/// its own, the client gets the same answer: it has got what it wants (§2.2).
/// </summary>
internal sealed class RevokeGrant(SsoDbContext database, TimeProvider clock) : IOpenIddictServerHandler<HandleRevocationRequestContext>
{
    public const string Path = "/connect/revoke";

    public async ValueTask HandleAsync(HandleRevocationRequestContext context)
    {
        var token = ReadToken.Of(context.Transaction);
        if ((token.RefreshToken?.GrantId ?? token.AccessToken!.GrantId) is not { } grantId)
        {
            context.Refuse(OAuthError.UnsupportedTokenType);
            return;
        }

        var client = AuthenticateClient.Of(context.Transaction).Client;
        await database.RevokeAsync(grantId, client.Id, "revoked by its client", clock.GetUtcNow(), context.CancellationToken);
    }

    /// <summary>RFC 7009 §2.2: the status alone says it.</summary>
    public static void Answer(ApplyRevocationResponseContext context)
    {
        context.Http.Response.ContentLength = 0;
        context.HandleRequest();
    }
}
