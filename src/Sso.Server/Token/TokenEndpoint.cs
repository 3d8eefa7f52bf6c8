using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;

namespace Sso.Server.Token;

/// <summary>The token endpoint (RFC 6749 §3.2, OIDC Core §3.1.3).</summary>
internal static partial class TokenEndpoint
{
    public const string Path = "/connect/token";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(Path, HandleAsync).DisableAntiforgery();

    private static async Task<IResult> HandleAsync(
        HttpContext http, ClientAuthenticator clients, TokenIssuer issuer,
        IServiceProvider services, ILogger<TokenIssuer> log, CancellationToken cancellation)
    {
        if ((await clients.ReadAsync(http, cancellation)).Failed(out var error, out var request))
        {
            GrantRefused(log, grantType: null, error.Code, error.Reason);
            return new OAuthErrorResult(error);
        }

        if ((await RedeemAsync(services, request, cancellation)).Failed(out error, out var redeemed))
        {
            var grantType = KnownGrantType(request.Parameters);
            if (error.Id == OAuthError.AuthorizationPending.Id || error.Id == OAuthError.SlowDown.Id)
            {
                StillWaiting(log, grantType, error.Code);
                return new OAuthErrorResult(error);
            }

            GrantRefused(log, grantType, error.Code, error.Reason);
            await services.GetRequiredService<ClientRefusals>()
                .RecordAsync(http, SecurityEventKind.GrantRefused, request.Client.Id, grantType, error, cancellation);
            return new OAuthErrorResult(error);
        }

        if ((await issuer.IssueAsync(redeemed with { Sender = request.Sender }, cancellation)).Failed(out error, out var tokens))
        {
            return new OAuthErrorResult(error);
        }

        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(tokens, SsoJson.Default.TokenResponse);
    }

    private static async Task<Result<RedeemedGrant>> RedeemAsync(
        IServiceProvider services, ClientRequest request, CancellationToken cancellation)
    {
        var grantType = request.Parameters["grant_type"];
        IGrant? grant = grantType switch
        {
            GrantTypes.AuthorizationCode => services.GetRequiredService<AuthorizationCodeGrant>(),
            GrantTypes.RefreshToken => services.GetRequiredService<RefreshTokenGrant>(),
            GrantTypes.ClientCredentials => services.GetRequiredService<ClientCredentialsGrant>(),
            GrantTypes.Ciba => services.GetRequiredService<CibaGrant>(),
            GrantTypes.TokenExchange => services.GetRequiredService<TokenExchangeGrant>(),
            GrantTypes.DeviceCode => services.GetRequiredService<DeviceCodeGrant>(),
            _ => null,
        };
        if (grant is null)
        {
            return grantType is null ? OAuthError.ParameterMissing("grant_type") : OAuthError.UnsupportedGrantType;
        }

        return !request.Client.GrantTypes.Contains(grantType!) ? OAuthError.UnauthorizedGrantType
            // RFC 9396 §6 lets a client narrow them here; who asks for what we do not do must not believe that it was done.
            : request.Parameters["authorization_details"] is not null ? OAuthError.DetailsInTokenRequest
            : SenderRules.Refuse(request.Client, request.Sender) is { } unbound ? unbound
            : await grant.RedeemAsync(request, cancellation);
    }

    /// <summary>Nothing that a stranger typed goes into log and record.</summary>
    private static string KnownGrantType(OAuthParameters parameters) =>
        parameters["grant_type"] is { } type && GrantTypes.All.Contains(type) ? type : "other";

    [LoggerMessage(EventId = 1202, Level = LogLevel.Debug, Message = "Nobody has answered yet: {GrantType} {Error}")]
    private static partial void StillWaiting(ILogger log, string grantType, string error);

    [LoggerMessage(EventId = 1201, Level = LogLevel.Information, Message = "Token request refused: {GrantType} {Error} {Reason}")]
    private static partial void GrantRefused(ILogger log, string? grantType, string error, string? reason);
}
