using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Factors;
using Sso.Data.Secrets;
using Sso.Extensions.Host;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.Http;
using Sso.Server.Operations;
using Sso.Server.Token;

namespace Sso.Server.ClientAuthentication;

/// <summary>private_key_jwt and client_secret_jwt (RFC 7523 §2.2, OIDC Core §9). Each assertion counts once, on whatever node.</summary>
public sealed class ClientAssertions(
    ClientSignatures signatures, Sealer sealer, SsoDbContext database, SsoOptions options, ServerMetrics metrics, TimeProvider clock)
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>
    /// Why the assertion does not prove the client; null when it does. Whoever signed with the client's key is told what is wrong with
    /// the rest. One write, once everything else is right.
    /// </summary>
    /// <param name="endpoint">The path that was called.</param>
    public async Task<OAuthError?> RefusalAsync(Client client, string assertion, string endpoint, CancellationToken cancellation)
    {
        var verified = client.AuthenticationMethod == ClientAuthenticationMethod.ClientSecretJwt
            ? await VerifyBySecretAsync(client, assertion)
            : await signatures.VerifyAsync(client, assertion, SignatureAlgorithms.Of(client), cancellation);
        if (verified is null)
        {
            return OAuthError.InvalidClient("no key of the client made the signature, or by an algorithm that is not accepted");
        }

        var (now, claims) = (clock.GetUtcNow(), SignedClaims.Of(verified));
        if (ClientAssertion.Refusal(verified, claims, client, options.Issuer, [options.Issuer + RedeemGrant.Path, options.Issuer + endpoint], now) is { } refusal)
        {
            return OAuthError.UnacceptableAssertion(refusal);
        }

        var until = claims.ExpiresAt!.Value + SignedClaims.Leeway;
        if (await database.TrySpendAsync("assertion", $"{client.Id}/{claims.Id}", until, now, cancellation))
        {
            return null;
        }

        metrics.CountBlocked("assertion-replay");
        return OAuthError.UnacceptableAssertion("its jti was used before");
    }

    private async Task<JsonWebToken?> VerifyBySecretAsync(Client client, string assertion)
    {
        foreach (var secret in client.SealedSecrets)
        {
            if (sealer.Unprotect(ClientRegistration.SecretContextOf(client.Id), secret) is not { } readable)
            {
                continue;
            }

            var result = await Handler.ValidateTokenAsync(assertion, new TokenValidationParameters
            {
                IssuerSigningKey = new SymmetricSecurityKey(readable),
                TryAllIssuerSigningKeys = true,
                ValidAlgorithms = ClientAssertion.SecretAlgorithms,
                RequireSignedTokens = true,
                RequireExpirationTime = false,
                ValidateAudience = false,
                ValidateIssuer = false,
                ValidateLifetime = false,
            });
            if (result is { IsValid: true, SecurityToken: JsonWebToken token })
            {
                return token;
            }
        }

        return null;
    }
}
