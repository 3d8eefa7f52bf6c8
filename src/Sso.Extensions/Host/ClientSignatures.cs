using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sso.Extensions.Host;

/// <summary>Checks signatures of clients and nothing else: times, audience, issuer and type are for the caller.</summary>
public sealed class ClientSignatures(ClientKeys keys)
{
    private static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false };

    /// <summary>The token if a key of the client made its signature, otherwise null.</summary>
    /// <param name="algorithms">Those that are accepted; none if empty.</param>
    public async Task<JsonWebToken?> VerifyAsync(
        Client client, string jws, IReadOnlyCollection<string> algorithms, CancellationToken cancellation)
    {
        if (Read(jws) is not { } token || !algorithms.Contains(token.Alg, StringComparer.Ordinal))
        {
            return null;
        }

        var keyId = string.IsNullOrEmpty(token.Kid) ? null : token.Kid;
        var known = await keys.FindAsync(client, keyId, cancellation);
        if (await FirstThatSignedAsync(known?.ForSignature(token.Alg, keyId) ?? [], token, algorithms) is { } verified)
        {
            return verified;
        }

        // An unknown kid, or a replaced key without one: the client may have new keys.
        return await keys.RenewAsync(client, keyId, known, cancellation) is { } renewed
            ? await FirstThatSignedAsync(renewed.ForSignature(token.Alg, keyId), token, algorithms)
            : null;
    }

    /// <summary>For a signature that was not verified: what its developer would have to look at.</summary>
    public async Task<string> WhyUnverifiedAsync(
        Client client, string jws, IReadOnlyCollection<string> algorithms, CancellationToken cancellation)
    {
        if (Read(jws) is not { } token || !algorithms.Contains(token.Alg, StringComparer.Ordinal))
        {
            return "no signed JWT, or by an algorithm that is not accepted";
        }

        var keyId = string.IsNullOrEmpty(token.Kid) ? null : token.Kid;
        return await keys.FindAsync(client, keyId, cancellation) switch
        {
            null => "the keys of the client cannot be fetched from its jwks_uri",
            var known when keyId is not null && !known.Keys.Any(key => key.KeyId == keyId) =>
                "no key of the client has the kid of the signature",
            _ => "no key of the client made the signature",
        };
    }

    /// <summary>The token if one of the shared secrets made its signature, otherwise null.</summary>
    public static async Task<JsonWebToken?> VerifyAsync(IEnumerable<byte[]> secrets, string jws, IReadOnlyCollection<string> algorithms) =>
        Read(jws) is { } token
            ? await FirstThatSignedAsync(secrets.Select(secret => new SymmetricSecurityKey(secret)), token, algorithms)
            : null;

    private static async Task<JsonWebToken?> FirstThatSignedAsync(
        IEnumerable<SecurityKey> known, JsonWebToken token, IReadOnlyCollection<string> algorithms)
    {
        foreach (var key in known)
        {
            if (await IsSignedByAsync(key, token, algorithms))
            {
                return token;
            }
        }

        return null;
    }

    internal static async Task<bool> IsSignedByAsync(SecurityKey key, JsonWebToken token, IEnumerable<string> algorithms) =>
        (await Handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKey = key,
            TryAllIssuerSigningKeys = true,
            ValidAlgorithms = algorithms,
            RequireSignedTokens = true,
            RequireExpirationTime = false,
            ValidateAudience = false,
            ValidateIssuer = false,
            ValidateLifetime = false,
        })).IsValid;

    /// <summary>RFC 7515 §4.1.11: we understand no extension.</summary>
    private static JsonWebToken? Read(string jws) =>
        SignedClaims.ReadUnchecked(jws) is { IsEncrypted: false, IsSigned: true } token
        && !token.TryGetHeaderValue<object>("crit", out _)
            ? token
            : null;
}
