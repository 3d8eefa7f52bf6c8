using Microsoft.IdentityModel.JsonWebTokens;

namespace Sso.Extensions.ClientAssertions;

/// <summary>private_key_jwt and client_secret_jwt (RFC 7523 §2.2, OIDC Core §9). Each assertion counts once, on any node.</summary>
public sealed class ClientAssertions(IClientAssertionHost host, ClientSignatures signatures, IIssuerName issuer, TimeProvider clock)
{
    /// <summary>Null if it authenticates the client, and is spent. Whoever signed with the client's key is told what is wrong.</summary>
    /// <param name="endpoints">Addresses of the host that ordinary clients may name in place of the issuer.</param>
    public async Task<OAuthError?> RefusalAsync(
        Client client, string assertion, IReadOnlyCollection<string> endpoints, CancellationToken cancellation)
    {
        var (verified, secret) = client.AuthenticationMethod == ClientAuthenticationMethod.ClientSecretJwt
            ? await VerifyBySecretAsync(client, assertion)
            : (await signatures.VerifyAsync(client, assertion, SignatureAlgorithms.Of(client), cancellation), null);
        if (verified is null)
        {
            return OAuthError.InvalidClient(await WhyUnverifiedAsync(client, assertion, cancellation));
        }

        var claims = SignedClaims.Of(verified);
        if (ClientAssertion.Refusal(verified, claims, client, issuer.Value, endpoints, clock.GetUtcNow()) is { } refusal)
        {
            return OAuthError.UnacceptableAssertion(refusal);
        }

        if (!await host.TrySpendAsync(client, claims.Id!, claims.ExpiresAt!.Value + SignedClaims.Leeway, cancellation))
        {
            return OAuthError.UnacceptableAssertion("its jti was used before");
        }

        if (secret is not null)
        {
            host.SecretUsed(client, secret);
        }

        return null;
    }

    /// <summary>With the secret that made the signature.</summary>
    private async Task<(JsonWebToken? Token, byte[]? Secret)> VerifyBySecretAsync(Client client, string assertion)
    {
        foreach (var secret in host.SecretsOf(client))
        {
            if (await ClientSignatures.VerifyAsync([secret], assertion, ClientAssertion.SecretAlgorithms) is { } token)
            {
                return (token, secret);
            }
        }

        return (null, null);
    }

    /// <summary>Only for the log and the record: whoever did not sign with the client's key is told nothing.</summary>
    private async Task<string> WhyUnverifiedAsync(Client client, string assertion, CancellationToken cancellation) =>
        client.AuthenticationMethod == ClientAuthenticationMethod.ClientSecretJwt
            ? "the secret of the client did not make the signature, or by an algorithm that is not accepted"
            : await signatures.WhyUnverifiedAsync(client, assertion, SignatureAlgorithms.Of(client), cancellation);
}
