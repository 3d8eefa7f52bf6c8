namespace Sso.Protocol.Clients;

/// <summary>How a token for a client is encrypted to its key (RFC 7518 §4.1, §5.1): of the registered algorithms those that our library does rightly.</summary>
/// <param name="Algorithm">How the key of the content is agreed on.</param>
/// <param name="Content">What encrypts the content.</param>
public sealed record TokenEncryption(string Algorithm, string Content)
{
    public const string RsaOaep = "RSA-OAEP";

    /// <summary>The default where only the other is registered (OIDC Registration §2).</summary>
    public const string DefaultContent = "A128CBC-HS256";

    public static readonly IReadOnlyList<string> Algorithms = [RsaOaep];

    /// <summary>What we encrypt with.</summary>
    public static readonly IReadOnlyList<string> Contents = [DefaultContent, "A256CBC-HS512"];

    /// <summary>What we decrypt.</summary>
    public static readonly IReadOnlyList<string> ReadableContents = [.. Contents, "A128GCM", "A256GCM"];

    /// <summary>Null where no algorithm is registered.</summary>
    public static TokenEncryption? Of(string? algorithm, string? content) => algorithm is null ? null : new(algorithm, content ?? DefaultContent);
}
