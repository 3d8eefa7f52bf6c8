using Sso.Protocol;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;

namespace Sso.Server.Token;

/// <summary>The token endpoint (RFC 6749 §3.2, OIDC Core §3.1.3).</summary>
internal static partial class TokenEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapMethods("/connect/token", ["GET", "POST"], HandleAsync).DisableAntiforgery();

    private static async Task<IResult> HandleAsync(
        HttpContext http, ClientAuthenticator clients, TokenIssuer issuer, IServiceProvider services, ILogger<TokenIssuer> log, CancellationToken cancellation)
    {
        if ((await clients.ReadAsync(http, cancellation)).Failed(out var error, out var request))
        {
            GrantRefused(log, grantType: null, error.Code, error.Reason);
            return new OAuthErrorResult(error);
        }

        var (client, parameters) = request;
        IGrant? grant = parameters["grant_type"] switch
        {
            GrantTypes.AuthorizationCode => services.GetRequiredService<AuthorizationCodeGrant>(),
            GrantTypes.RefreshToken => services.GetRequiredService<RefreshTokenGrant>(),
            GrantTypes.ClientCredentials => services.GetRequiredService<ClientCredentialsGrant>(),
            _ => null,
        };
        if (grant is null)
        {
            return new OAuthErrorResult(parameters["grant_type"] is null
                ? OAuthError.InvalidRequest("The parameter grant_type is missing.")
                : OAuthError.UnsupportedGrantType);
        }

        if (!client.GrantTypes.Contains(parameters["grant_type"]!))
        {
            return new OAuthErrorResult(OAuthError.UnauthorizedGrantType);
        }

        if ((await grant.RedeemAsync(request, cancellation)).Failed(out error, out var redeemed))
        {
            GrantRefused(log, parameters["grant_type"], error.Code, error.Reason);
            return new OAuthErrorResult(error);
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(issuer.Issue(redeemed), SsoJson.Default.TokenResponse);
    }

    [LoggerMessage(EventId = 1201, Level = LogLevel.Information, Message = "Token request refused: {GrantType} {Error} {Reason}")]
    private static partial void GrantRefused(ILogger log, string? grantType, string error, string? reason);
}
