using System.Buffers.Text;
using System.Numerics;
using Microsoft.IdentityModel.Tokens;

namespace Sso.Protocol.Clients;

/// <summary>The public keys of a client (RFC 7517 §5): those that <see cref="Parse"/> found usable, and no others.</summary>
public sealed record ClientKeySet
{
    /// <summary>In characters. Anything longer is not a key set but an attempt.</summary>
    public const int Longest = 32 * 1024;
    public const int MostKeys = 20;

    private ClientKeySet(ImmutableArray<JsonWebKey> keys) => Keys = keys;

    public ImmutableArray<JsonWebKey> Keys { get; }

    /// <summary>Null if it is no key set, has a private or symmetric key, more than 20 keys, or none that we can use.</summary>
    public static ClientKeySet? Parse(string? json)
    {
        if (json is null or { Length: > Longest })
        {
            return null;
        }

        IList<JsonWebKey> keys;
        try
        {
            keys = new JsonWebKeySet(json).Keys;
        }
        catch (ArgumentException)
        {
            return null;
        }

        // RFC 7517 §9.2: a set with a private part in it was published by mistake, and everybody has its keys now.
        return keys.Count > MostKeys
            || keys.Any(HoldsSecret)
            || keys.Where(IsUsable).ToImmutableArray() is not { Length: > 0 } usable
                ? null
                : new(usable);
    }

    /// <summary>The keys that may have signed a JWS: by the kid if both name one, otherwise every key that fits the algorithm.</summary>
    public IEnumerable<JsonWebKey> ForSignature(string algorithm, string? keyId) => Keys.Where(key =>
        key.Use is null or "" or "sig"
        && (key.KeyOps.Count == 0 || key.KeyOps.Contains("verify"))
        && (string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm)
        && Fits(key, algorithm)
        && (keyId is null || string.IsNullOrEmpty(key.Kid) || key.Kid == keyId));

    /// <summary>The key to which a JWE for this client is encrypted (RFC 7518 §4.1); null if it has no such key.</summary>
    public JsonWebKey? ForEncryption(string algorithm) => Keys
        .Where(key => key.Use is null or "" or "enc"
            && (string.IsNullOrEmpty(key.Alg) || key.Alg == algorithm)
            && !key.KeyOps.Contains("verify")
            && key.Kty == (algorithm.StartsWith("RSA", StringComparison.Ordinal) ? "RSA" : "EC"))
        // A key without a stated use may be the one for signatures, with which the client could not decrypt.
        .MaxBy(key => (key.Use == "enc", key.Alg == algorithm));

    private static bool HoldsSecret(JsonWebKey key) => key.HasPrivateKey || key.Kty == "oct" || !string.IsNullOrEmpty(key.K);

    /// <summary>RSA of 2048 to 8192 bits without leading zeros, odd, with an exponent above 1; P-256, P-384, P-521.</summary>
    private static bool IsUsable(JsonWebKey key) => key.Kty switch
    {
        "RSA" => key.N is { Length: < 2000 } && key.E is { Length: < 8 } && BitsOfOdd(key.N) is >= 2048 and <= 8192 && BitsOfOdd(key.E) > 1,
        "EC" => key.Crv is "P-256" or "P-384" or "P-521" && key.X is { Length: > 0 and < 100 } && key.Y is { Length: > 0 and < 100 },
        _ => false,
    };

    /// <summary>Zero for an even number, or none.</summary>
    private static long BitsOfOdd(string number) =>
        Base64Url.IsValid(number)
        && new BigInteger(Base64Url.DecodeFromChars(number), isUnsigned: true, isBigEndian: true) is { IsEven: false } odd
            ? odd.GetBitLength()
            : 0;

    private static bool Fits(JsonWebKey key, string algorithm) => algorithm switch
    {
        "ES256" => key.Crv == "P-256",
        "ES384" => key.Crv == "P-384",
        "ES512" => key.Crv == "P-521",
        _ => key.Kty == "RSA" && algorithm is ['R' or 'P', 'S', ..],
    };

    public override string ToString() => $"{Keys.Length} keys";
}
