using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sso.Protocol.Pkce;

/// <summary>An S256 code challenge (RFC 7636 §4.2). There is no method plain here (RFC 9700 §2.1.1).</summary>
public sealed record CodeChallenge
{
    private CodeChallenge(string value) => Value = value;

    public string Value { get; }

    /// <summary>Only 43 characters of unpadded base64url are an S256 challenge.</summary>
    public static CodeChallenge? Parse(string? value) =>
        value is { Length: 43 } && Base64Url.IsValid(value, out var length) && length == SHA256.HashSizeInBytes ? new(value) : null;

    /// <summary>Compares the challenge with the verifier sent to the token endpoint (RFC 7636 §4.6).</summary>
    public bool IsAnsweredBy(string? verifier)
    {
        if (verifier is not { Length: >= 43 and <= 128 } || !verifier.All(IsUnreserved))
        {
            return false;
        }

        Span<byte> ascii = stackalloc byte[128];
        var length = Encoding.ASCII.GetBytes(verifier, ascii);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(ascii[..length], hash);
        return CryptographicOperations.FixedTimeEquals(Base64Url.EncodeToUtf8(hash), Encoding.ASCII.GetBytes(Value));
    }

    private static bool IsUnreserved(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or '~';
}
