using Sso.Protocol;
using Sso.Server.ClientAuthentication;
using Sso.Server.StepUp;
using Sso.Server.Token;

namespace Sso.Server.UserInfo;

/// <summary>
/// The userinfo endpoint (OIDC Core §5.3): GET and POST, token in the header or the form (RFC 6750 §2, RFC
/// 9449 §7). One read, one verification.
/// </summary>
internal static class UserInfoEndpoint
{
    private const string InteractionId = "x-fapi-interaction-id";

    public const string Path = "/connect/userinfo";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods(Path, ["GET", "POST"], HandleAsync).DisableAntiforgery();

    private static async Task<IResult> HandleAsync(
        HttpContext http, PresentedTokens tokens, ClientDirectory clients, PersonReader people, UserInfoAnswer answer,
        ActionCatalogue actions, TimeProvider clock, CancellationToken cancellation)
    {
        Correlate(http);
        var (accessToken, refusal) = await tokens.ReadAsync(http, cancellation);
        if (accessToken is null)
        {
            return refusal!;
        }

        if (clients.Find(accessToken.ClientId) is not { } client)
        {
            return PresentedTokens.Refuse(accessToken, OAuthError.InvalidToken("its client is disabled or gone"));
        }

        var scopes = accessToken.Scopes;
        if (!scopes.Contains(Scopes.OpenId) || accessToken.GrantId is not { } grantId)
        {
            return PresentedTokens.Refuse(accessToken, OAuthError.InsufficientScope);
        }

        if (actions.Unmet(scopes, accessToken.Acr, accessToken.AuthenticatedAt, clock.GetUtcNow()) is { } rule)
        {
            return new StepUpChallenge(rule, accessToken.Sender?.TokenType ?? "Bearer");
        }

        var ofScopes = PersonClaims.OfScopes(scopes);
        var row = await people.FindAsync(grantId, ofScopes, cancellation);
        if (row is null)
        {
            return PresentedTokens.Refuse(accessToken, OAuthError.InvalidToken("the grant was revoked, or its person is disabled"));
        }

        http.Response.Headers.CacheControl = "no-store";
        return await answer.MakeAsync(client, row, ofScopes, cancellation);
    }

    /// <summary>FAPI 1.0 Baseline §6.2.1: a resource sends back the id by which a client finds the request again, if it is a UUID.</summary>
    private static void Correlate(HttpContext http)
    {
        if (http.Request.Headers[InteractionId] is [{ } id] && Guid.TryParseExact(id, "D", out _))
        {
            http.Response.Headers[InteractionId] = id;
        }
    }
}
