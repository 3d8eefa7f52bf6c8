using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sso.Protocol.Clients;

/// <summary>The SHA-256 of a client secret: of 256 random bits of ours a fast hash is enough (RFC 6749 §2.3.1).</summary>
/// <param name="Hash">32 bytes; the only form that is stored.</param>
/// <param name="ExpiresAt">UTC; null means it does not expire.</param>
/// <param name="Sealed">For a client that signs with it (client_secret_jwt): as the server can read it. Otherwise null.</param>
public sealed record ClientSecret(byte[] Hash, DateTimeOffset? ExpiresAt, byte[]? Sealed = null)
{
    public const string Prefix = "ssocs_";

    /// <summary>A new secret in plain text: shown once, never stored.</summary>
    public static string New() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    /// <summary>Names a secret among those of a client, and opens nothing: the beginning of its SHA-256.</summary>
    public static string FingerprintOf(byte[] hash) => Convert.ToHexStringLower(hash.AsSpan(0, 6));

    public bool Matches(string presented, DateTimeOffset now) =>
        CryptographicOperations.FixedTimeEquals(HashOf(presented), Hash) && !HasEnded(now);

    public bool HasEnded(DateTimeOffset now) => ExpiresAt <= now;

    public override string ToString() => "(client secret)";
}
