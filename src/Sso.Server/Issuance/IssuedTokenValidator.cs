using System.Buffers.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol.Tokens;
using Sso.Server.Clients;
using Sso.Server.Http;
using Sso.Server.Keys;

namespace Sso.Server.Issuance;

/// <summary>Validates our own tokens: access tokens at our endpoints, ID tokens as hints. Kinds never mix (RFC 8725 §3.11).</summary>
internal sealed class IssuedTokenValidator(SigningKeyRing keys, ClientDirectory clients, SsoOptions options, TimeProvider clock)
{
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    /// <summary>Null if it is not a valid access token of ours (RFC 9068 §4).</summary>
    /// <param name="isForUs">False for a token that is not accepted here but only looked at.</param>
    public Task<IssuedAccessToken?> ValidateAccessTokenAsync(string token, bool isForUs) =>
        ValidateAccessTokenAsync(token, isForUs ? options.Issuer : null);

    /// <param name="token">As it came.</param>
    /// <param name="audience">For whom it must be meant; null for a token that is only looked at.</param>
    public async Task<IssuedAccessToken?> ValidateAccessTokenAsync(string token, string? audience)
    {
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidTypes = [AccessToken.Type],
            ValidAlgorithms = [SigningAlgorithms.ES256],
            ValidIssuer = options.Issuer,
            ValidateAudience = audience is not null,
            ValidAudience = audience,
            IssuerSigningKeys = keys.VerificationKeys,
            LifetimeValidator = (_, expires, _, _) => expires > clock.GetUtcNow().UtcDateTime,
        });
        if (!result.IsValid || !IsSpelledAsIssued(token))
        {
            return null;
        }

        var issued = new IssuedAccessToken((JsonWebToken)result.SecurityToken);
        // One without a row: whether it was ended is known of its client.
        return issued.GrantId is null && clients.IsEnded(issued.ClientId, issued.IssuedAt) ? null : issued;
    }

    /// <summary>One of our ID tokens, expired or not (OIDC Core §3.1.2.1, RP-Initiated Logout §2); null for anything else.</summary>
    public async Task<JsonWebToken?> ValidateHintAsync(string token)
    {
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidTypes = ["JWT"],
            ValidAlgorithms = SigningAlgorithms.All,
            ValidIssuer = options.Issuer,
            ValidateAudience = false,
            ValidateLifetime = false,
            IssuerSigningKeys = keys.VerificationKeys,
        });
        // Our other JWTs are not hints: a signed answer (JARM) has no subject, and signed userinfo never expires.
        return result.IsValid && IsSpelledAsIssued(token)
            && result.SecurityToken is JsonWebToken { Subject.Length: > 0 } hint && hint.TryGetClaim("exp", out _)
            ? hint
            : null;
    }

    /// <summary>The last character of a signature can hold spare bits, which the library ignores: a token has several spellings.</summary>
    private static bool IsSpelledAsIssued(string token)
    {
        var signature = token.AsSpan(token.LastIndexOf('.') + 1);
        return signature.SequenceEqual(Base64Url.EncodeToString(Base64Url.DecodeFromChars(signature)));
    }

    /// <summary>Null without a hint, and for one that is none of ours.</summary>
    public async Task<string?> SubjectOfHintAsync(string? token) => token is null ? null : (await ValidateHintAsync(token))?.Subject;
}
