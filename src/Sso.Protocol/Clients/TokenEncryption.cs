namespace Sso.Protocol.Clients;

/// <summary>How a token is encrypted (RFC 7518 §4.1, §5.1), never with RSA1_5, whose padding gives too much away (RFC 8725 §3.2).</summary>
/// <param name="Algorithm">How the key of the content is agreed on.</param>
/// <param name="Content">What encrypts the content.</param>
public sealed record TokenEncryption(string Algorithm, string Content)
{
    public const string RsaOaep = "RSA-OAEP";
    public const string RsaOaep256 = "RSA-OAEP-256";
    public const string EcdhEs = "ECDH-ES";
    public const string EcdhEsA128Kw = "ECDH-ES+A128KW";
    public const string EcdhEsA256Kw = "ECDH-ES+A256KW";

    public static readonly IReadOnlyList<string> Algorithms = [RsaOaep, RsaOaep256, EcdhEs, EcdhEsA128Kw, EcdhEsA256Kw];

    /// <summary>AES-CBC with HMAC (RFC 7518 §5.2), AES-GCM (RFC 7518 §5.3).</summary>
    public static readonly IReadOnlyList<string> Contents = [UsualContent, "A256CBC-HS512", "A128GCM", "A256GCM"];

    private const string UsualContent = "A128CBC-HS256";

    /// <summary>Null if no algorithm is registered. That of the content need not be (OIDC Registration §2).</summary>
    public static TokenEncryption? Of(string? algorithm, string? content) =>
        algorithm is null ? null : new(algorithm, content ?? UsualContent);
}
