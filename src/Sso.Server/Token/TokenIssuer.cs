using Sso.Protocol;
using Sso.Protocol.Tokens;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using Sso.Server.Keys;

namespace Sso.Server.Token;

/// <summary>The only place that signs for a client.</summary>
public sealed class TokenIssuer(
    SigningKeyRing keys, TokenEncryptor encryptor, ClientDirectory clients, SsoOptions options, TokenOptions lifetimes, TimeProvider clock)
{
    public TimeSpan IdTokenLifetime => lifetimes.IdTokenLifetime;

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
            && (await IssueIdTokenAsync(grant, redeemed.IdToken, cancellation)).Failed(out var error, out idToken))
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

    /// <summary>Also for the answer of the authorization endpoint (OIDC Core §3.2.2.5, §3.3.2.5).</summary>
    public Task<Result<string>> IssueIdTokenAsync(ApprovedGrant grant, IdTokenExtras extras, CancellationToken cancellation)
    {
        var signed = IdToken.Write(
            grant, options.Issuer, keys.Signing(grant.Client.IdTokenSigningAlgorithm),
            clock.GetUtcNow(), lifetimes.IdTokenLifetime, extras);
        return encryptor.EncryptAsync(grant.Client, grant.Client.IdTokenEncryption, signed, isToken: true, cancellation);
    }
}
