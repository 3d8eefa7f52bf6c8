using Sso.Protocol;
using Sso.Protocol.Tokens;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using Sso.Server.Keys;
using Sso.Server.UserInfo;

namespace Sso.Server.Token;

/// <summary>What the token endpoint gives (RFC 6749 §5.1, OIDC Core §3.1.3.3).</summary>
public sealed class TokenIssuer(
    SigningKeyRing keys, IdTokenIssuer idTokens, ClientDirectory clients, SsoOptions options, TokenOptions lifetimes, TimeProvider clock)
{
    public async Task<Result<TokenResponse>> IssueAsync(RedeemedGrant redeemed, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var grant = redeemed.Approved;
        var audience = Audience.Of(grant.Scopes, grant.Resources, clients.Resources);
        var lifetime = grant.NotAfter is { } end && end - now < lifetimes.AccessTokenLifetime ? end - now : lifetimes.AccessTokenLifetime;
        var accessToken = AccessToken.Write(
            grant, audience, options.Issuer, keys.Signing(SigningAlgorithms.ES256), now, lifetime, redeemed.Sender);
        string? idToken = null;
        if (grant.Authentication is not null && grant.Scopes.Contains(Scopes.OpenId) && !redeemed.IsExchange
            && (await idTokens.IssueAsync(grant, PersonClaims.InIdToken(grant, redeemed.AskedClaims), code: null, cancellation))
                .Failed(out var error, out idToken))
        {
            return error;
        }

        return new TokenResponse(
            accessToken, redeemed.Sender?.TokenType ?? "Bearer", (int)lifetime.TotalSeconds,
            Scopes.Format(audience.Scopes), idToken, redeemed.RefreshToken)
        {
            IssuedTokenType = redeemed.IsExchange ? TokenExchangeGrant.AccessTokenType : null,
            AuthorizationDetails = grant.AuthorizationDetails is { } details ? System.Text.Json.JsonElement.Parse(details) : null,
        };
    }
}
