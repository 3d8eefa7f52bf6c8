using Sso.Data;
using Sso.Data.Grants;
using Sso.Protocol;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using Sso.Server.Token;

namespace Sso.Server.Revocation;

/// <summary>
/// The revocation endpoint (RFC 7009 §2). Refresh and access token name one grant, and revoking either ends the grant: what it gave is
/// refused on every node from the next read on. The answer comes after the write; a database that does not answer is a 503 and never a 200.
/// </summary>
internal static class RevocationEndpoint
{
    public const string Path = "/connect/revoke";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, HandleAsync).DisableAntiforgery();

    private static async Task<IResult> HandleAsync(
        HttpContext http,
        ClientAuthenticator clients,
        RefreshTokens refreshTokens,
        IssuedTokens issued,
        SsoDbContext database,
        TimeProvider clock,
        CancellationToken cancellation)
    {
        if ((await clients.ReadAsync(http, cancellation)).Failed(out var error, out var request))
        {
            return new OAuthErrorResult(error);
        }

        if (request.Parameters["token"] is not { } token)
        {
            return new OAuthErrorResult(OAuthError.ParameterMissing("token"));
        }

        // RFC 7009 §2.1: token_type_hint only helps to look; our tokens tell by themselves what they are.
        var grantId = refreshTokens.Open(token)?.GrantId;
        if (grantId is null && await issued.ReadAccessTokenAsync(token, audience: null) is { } accessToken)
        {
            if (accessToken.GrantId is null)
            {
                return new OAuthErrorResult(OAuthError.UnsupportedTokenType);
            }

            grantId = accessToken.GrantId;
        }

        // RFC 7009 §2.2: whoever asks for the end of a token that is not theirs, or is none, has got what they want.
        if (grantId is { } id)
        {
            await database.RevokeAsync(id, request.Client.Id, "revoked by its client", clock.GetUtcNow(), cancellation);
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok();
    }
}
