using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sso.Protocol.Tokens;

/// <summary>The left half of a hash, by the algorithm of the signature that covers it (OIDC Core §3.1.3.6, §3.3.2.11).</summary>
public static class HalfHash
{
    public static string Of(string value, string signingAlgorithm)
    {
        var hash = CryptographicOperations.HashData(SigningAlgorithms.HashOf(signingAlgorithm), Encoding.ASCII.GetBytes(value));
        return Base64Url.EncodeToString(hash.AsSpan(0, hash.Length / 2));
    }
}
