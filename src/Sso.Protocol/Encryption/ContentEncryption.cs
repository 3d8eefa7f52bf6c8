namespace Sso.Protocol.Encryption;

/// <summary>What encrypts and authenticates the content of a JWE: AES-CBC with HMAC (RFC 7518 §5.2), AES-GCM (RFC 7518 §5.3).</summary>
public static class ContentEncryption
{
    public const string A128CbcHs256 = "A128CBC-HS256";

    public static readonly IReadOnlyList<string> All = [A128CbcHs256, "A256CBC-HS512", "A128GCM", "A256GCM"];
}
