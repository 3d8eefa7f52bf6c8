using Sso.Protocol;
using Sso.Protocol.Tokens;
using Sso.Server.ClientAuthentication;
using Sso.Server.Http;
using Sso.Server.Keys;

namespace Sso.Server.Token;

/// <summary>The only place that signs for a client.</summary>
public sealed class TokenIssuer(SigningKeyRing keys, ClientDirectory clients, SsoOptions options, TokenOptions lifetimes, TimeProvider clock)
{
    public TimeSpan IdTokenLifetime => lifetimes.IdTokenLifetime;

    public TokenResponse Issue(RedeemedGrant redeemed)
    {
        var now = clock.GetUtcNow();
        var grant = redeemed.Approved;
        var audience = Audience.Of(grant.Scopes, grant.Resources, clients.Resources);
        var accessToken = AccessToken.Write(grant, audience, options.Issuer, keys.Signing(SigningAlgorithms.ES256), now, lifetimes.AccessTokenLifetime);
        var idToken = grant.Authentication is not null && grant.Scopes.Contains(Scopes.OpenId)
            ? IssueIdToken(grant, redeemed.IdToken)
            : null;
        return new(
            accessToken, "Bearer", (int)lifetimes.AccessTokenLifetime.TotalSeconds, Scopes.Format(audience.Scopes), idToken, redeemed.RefreshToken);
    }

    /// <summary>Also for the answer of the authorization endpoint (OIDC Core §3.2.2.5, §3.3.2.5).</summary>
    public string IssueIdToken(ApprovedGrant grant, IdTokenExtras extras) => IdToken.Write(
        grant, options.Issuer, keys.Signing(grant.Client.IdTokenSigningAlgorithm), clock.GetUtcNow(), lifetimes.IdTokenLifetime, extras);
}
