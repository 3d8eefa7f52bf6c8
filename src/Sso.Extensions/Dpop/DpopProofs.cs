using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sso.Extensions.Dpop;

/// <summary>Checks the proofs that clients send with a request (RFC 9449 §4.3), whatever the endpoint.</summary>
public sealed class DpopProofs(IDpopHost host, IClientSource clients, DpopOptions options, TimeProvider clock)
{
    public const string Header = "DPoP";
    public const string NonceHeader = "DPoP-Nonce";
    private const string Type = "dpop+jwt";

    /// <summary>In seconds. A nonce is good for one to two steps.</summary>
    private const int NonceStep = 150;

    /// <summary>How old a proof may be.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>The proof of a request. Whoever sends one is offered a nonce, with which it can come again: no statement is run.</summary>
    public async Task<Result<DpopProof, OAuthError>> ReadAsync(HttpContext http)
    {
        http.Response.Headers[NonceHeader] = host.NonceOf(CurrentStep);
        // RFC 9449 §4.3, step 1.
        return http.Request.Headers[Header] is not [{ Length: > 0 } text] || text.Contains(',', StringComparison.Ordinal)
            || Parse(text) is not var (token, key)
            ? OAuthError.InvalidDpopProof("not one proof with a public key")
            : await CheckAsync(http, token, key);
    }

    /// <summary>Null if the request proves the key to which the token that it brings is bound (RFC 9449 §7).</summary>
    public async Task<OAuthError?> FindRefusalAsync(
        HttpContext http, string token, string clientId, SenderConstraint bound, CancellationToken cancellation) =>
        (await ReadAsync(http)).Failed(out var error, out var proof) ? error : proof switch
        {
            // The thumbprint of a key is the same whatever algorithm it signs with: RS256 would pass for a token that was bound with PS256.
            _ when !SignatureAlgorithms.Fapi.Contains(proof.Algorithm)
                && await clients.FindAsync(clientId, cancellation) is { IsFapi: true } =>
                OAuthError.InvalidDpopProof("by an algorithm that FAPI does not accept"),
            _ when proof.Sender != bound => OAuthError.InvalidToken("bound to another key"),
            _ when proof.TokenHash != Base64UrlEncoder.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token))) =>
                OAuthError.InvalidDpopProof("made for another token"),
            _ => await host.SpendAsync(http, proof, client: null, cancellation),
        };

    private long CurrentStep => clock.GetUtcNow().ToUnixTimeSeconds() / NonceStep;

    private bool IsOurs(string nonce) => IsSame(nonce, host.NonceOf(CurrentStep)) || IsSame(nonce, host.NonceOf(CurrentStep - 1));

    private static bool IsSame(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private async Task<Result<DpopProof, OAuthError>> CheckAsync(HttpContext http, JsonWebToken token, JsonWebKey key)
    {
        // Steps 4 to 7: the key in the header made the signature, with one of our algorithms.
        if (token.Typ != Type || !await ClientSignatures.IsSignedByAsync(key, token, SignatureAlgorithms.Dpop))
        {
            return OAuthError.InvalidDpopProof("its key did not sign it, or as something else than dpop+jwt");
        }

        var (now, claims) = (clock.GetUtcNow(), SignedClaims.Of(token));
        if (Flaw(http, claims, now) is { } flaw)
        {
            return OAuthError.InvalidDpopProof(flaw);
        }

        // Step 10 comes last: a client that is asked to come again has nothing else to correct.
        var nonce = claims.Text("nonce");
        return (nonce is null && options.RequireNonce) || (nonce is not null && !IsOurs(nonce))
            ? OAuthError.UseDpopNonce
            : new DpopProof(
                Base64UrlEncoder.Encode(key.ComputeJwkThumbprint()), token.Alg, claims.Id!,
                claims.Time("iat")!.Value + Longest + SignedClaims.Leeway, claims.Text("ath"));
    }

    private string? Flaw(HttpContext http, SignedClaims claims, DateTimeOffset now) => claims switch
    {
        { Id: null } => "no jti, or too long a one",
        _ when claims.Text("htm") != http.Request.Method => "made for another method",
        _ when !IsThisAddress(http, claims.Text("htu")) => "made for another address",
        _ when claims.Time("iat") is not { } made || made < now - Longest || claims.IsFromTheFuture(now) => "too old, or from the future",
        _ => null,
    };

    /// <summary>Step 9: neither query and fragment nor the spelling of the address counts (RFC 3986 §6.2.2, §6.2.3).</summary>
    private bool IsThisAddress(HttpContext http, string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var asked)
        && host.Addresses.Any(own => asked.GetLeftPart(UriPartial.Path) == new Uri(own + http.Request.Path).GetLeftPart(UriPartial.Path));

    /// <summary>The token and the public key in its header; null if it is not a JWS, or holds a private or unusable key.</summary>
    private static (JsonWebToken Token, JsonWebKey Key)? Parse(string text) =>
        SignedClaims.ReadUnchecked(text) is { IsEncrypted: false } token
        && !token.TryGetHeaderValue<object>("crit", out _)
        && token.TryGetHeaderValue<JsonElement>("jwk", out var jwk)
        && ClientKeySet.Parse($$"""{"keys":[{{jwk.GetRawText()}}]}""")?.ForSignature(token.Alg, keyId: null).FirstOrDefault() is { } key
            ? (token, key)
            : null;
}
