using Sso.Protocol;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using Sso.Server.StepUp;
using Sso.Server.Token;

namespace Sso.Server.UserInfo;

/// <summary>The userinfo endpoint (OIDC Core §5.3): GET and POST, Bearer token in the header or the form (RFC 6750 §2). One read, one verification.</summary>
internal static class UserInfoEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/connect/userinfo", ["GET", "POST"], HandleAsync).DisableAntiforgery();

    private static async Task<IResult> HandleAsync(
        HttpContext http, IssuedTokens tokens, ClientDirectory clients, PersonReader people, UserInfoAnswer answer,
        ActionCatalogue actions, TimeProvider clock, CancellationToken cancellation)
    {
        if (await ReadTokenAsync(http, cancellation) is not { } token)
        {
            // RFC 6750 §3.1: no token, no error code.
            http.Response.Headers.WWWAuthenticate = "Bearer";
            return TypedResults.StatusCode(StatusCodes.Status401Unauthorized);
        }

        if (await tokens.ReadAccessTokenAsync(token) is not { } accessToken)
        {
            return Refused(OAuthError.InvalidToken("not a token of ours in force"));
        }

        if (clients.Find(accessToken.ClientId) is not { } client)
        {
            return Refused(OAuthError.InvalidToken("its client is disabled or gone"));
        }

        var scopes = accessToken.Scopes;
        if (!scopes.Contains(Scopes.OpenId) || accessToken.GrantId is not { } grantId)
        {
            return Refused(OAuthError.InsufficientScope);
        }

        if (actions.Unmet(scopes, accessToken.Acr, accessToken.AuthenticatedAt, clock.GetUtcNow()) is { } rule)
        {
            return new StepUpChallenge(rule);
        }

        var row = await people.FindAsync(grantId, cancellation);
        if (row is null)
        {
            return Refused(OAuthError.InvalidToken("the grant was revoked, or its person is disabled"));
        }

        http.Response.Headers.CacheControl = "no-store";
        return await answer.MakeAsync(client, row, scopes, cancellation);
    }

    private static OAuthErrorResult Refused(OAuthError error) => new(error, asBearerChallenge: true);

    private static async Task<string?> ReadTokenAsync(HttpContext http, CancellationToken cancellation)
    {
        const string Scheme = "Bearer ";
        var header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return header[Scheme.Length..].Trim();
        }

        return HttpMethods.IsPost(http.Request.Method) && http.Request.HasFormContentType
            && (await http.Request.ReadFormAsync(cancellation))["access_token"] is [{ Length: > 0 } posted]
            ? posted
            : null;
    }
}
