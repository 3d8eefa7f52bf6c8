using System.Diagnostics;
using System.Security.Cryptography;

namespace Sso.Protocol;

/// <summary>The JWS algorithms that Sso signs with (RFC 7518 §3.1). .NET has no Ed25519 for EdDSA (RFC 8037).</summary>
public static class SigningAlgorithms
{
    public const string RS256 = "RS256";
    public const string ES256 = "ES256";
    public const string PS256 = "PS256";
    public const string ES384 = "ES384";

    public static readonly IReadOnlyList<string> All = [RS256, ES256, PS256, ES384];

    /// <summary>The hash within the signature, also that of at_hash and c_hash (OIDC Core §3.1.3.6, §3.3.2.11).</summary>
    public static HashAlgorithmName HashOf(string algorithm) => algorithm switch
    {
        RS256 or ES256 or PS256 => HashAlgorithmName.SHA256,
        ES384 => HashAlgorithmName.SHA384,
        _ => throw new UnreachableException(),
    };
}
