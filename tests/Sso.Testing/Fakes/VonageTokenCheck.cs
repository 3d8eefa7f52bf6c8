using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Sso.Testing.Fakes;

/// <summary>What Vonage demands of a bearer token.</summary>
internal sealed class VonageTokenCheck(string applicationId, RSA key, TimeProvider clock)
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, bool> _seen = new();

    /// <summary>The reason, or null when the token is good.</summary>
    public string? Refuses(string? authorization)
    {
        if (authorization?.Split(' ') is not ["Bearer", var token] || token.Split('.') is not [var header, var claims, var signature])
        {
            return "no bearer token";
        }

        using var head = JsonDocument.Parse(Base64Url.DecodeFromChars(header));
        if (head.RootElement.GetProperty("alg").GetString() != "RS256" || head.RootElement.GetProperty("typ").GetString() != "JWT")
        {
            return "header";
        }

        if (!IsSigned(header + "." + claims, Base64Url.DecodeFromChars(signature)))
        {
            return "signature";
        }

        using var body = JsonDocument.Parse(Base64Url.DecodeFromChars(claims));
        return RefusesClaims(body.RootElement);
    }

    private string? RefusesClaims(JsonElement claims)
    {
        var now = clock.GetUtcNow();
        var issued = DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("iat").GetInt64());
        var ends = claims.TryGetProperty("exp", out var exp) ? DateTimeOffset.FromUnixTimeSeconds(exp.GetInt64()) : issued.AddMinutes(15);
        return claims.GetProperty("application_id").GetString() != applicationId ? "application_id"
            : (now - issued).Duration() > Skew ? "iat"
            : ends <= now || ends - issued < TimeSpan.FromSeconds(30) || ends - issued > TimeSpan.FromHours(24) ? "exp"
            : claims.GetProperty("jti").GetString() is not { Length: > 0 } id || !_seen.TryAdd(id, true) ? "jti"
            : null;
    }

    private bool IsSigned(string signed, byte[] signature)
    {
        using var publicKey = RSA.Create(key.ExportParameters(includePrivateParameters: false));
        return publicKey.VerifyData(Encoding.ASCII.GetBytes(signed), signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
    }
}
