namespace Sso.Protocol.Clients;

/// <summary>How a token for a client is encrypted to its key (RFC 7518 §4.1, §5.1).</summary>
/// <param name="Algorithm">How the key of the content is agreed on.</param>
/// <param name="Content">What encrypts the content.</param>
public sealed record TokenEncryption(string Algorithm, string Content)
{
    /// <summary>The default where only the other is registered (OIDC Registration §2).</summary>
    public const string DefaultContent = "A128CBC-HS256";

    public static readonly IReadOnlyList<string> Algorithms = ["RSA-OAEP-256", "ECDH-ES"];

    public static readonly IReadOnlyList<string> Contents = [DefaultContent, "A128GCM", "A256GCM"];

    /// <summary>Null where no algorithm is registered.</summary>
    public static TokenEncryption? Of(string? algorithm, string? content) => algorithm is null ? null : new(algorithm, content ?? DefaultContent);
}
