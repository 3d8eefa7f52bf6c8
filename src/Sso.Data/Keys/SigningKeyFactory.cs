using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sso.Data.Secrets;
using Sso.Protocol;

namespace Sso.Data.Keys;

/// <summary>Makes signing keys: RSA 3072 for RS256, P-256 for ES256.</summary>
public sealed class SigningKeyFactory(Sealer sealer)
{
    private const int RsaBits = 3072;

    /// <summary>The kid is the JWK thumbprint (RFC 7638 §3), so it never names two keys.</summary>
    public SigningKeyRow Create(string algorithm, DateTimeOffset activeFrom, DateTimeOffset now)
    {
        var (publicKey, thumbprint, pkcs8) = algorithm switch
        {
            SigningAlgorithms.RS256 => CreateRsa(),
            SigningAlgorithms.ES256 => CreateEc(),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Not an algorithm that Sso signs with."),
        };
        var schedule = KeySchedule.TimesFor(activeFrom);
        return new SigningKeyRow
        {
            Id = thumbprint,
            Algorithm = algorithm,
            PublicKey = publicKey,
            ProtectedPrivateKey = sealer.Protect(SigningKeyRow.ContextOf(thumbprint), pkcs8),
            CreatedAt = now,
            ActiveFrom = activeFrom,
            ActiveUntil = schedule.ActiveUntil,
            PublishedUntil = schedule.PublishedUntil,
        };
    }

    private static (string PublicKey, string Thumbprint, byte[] Pkcs8) CreateRsa()
    {
        using var rsa = RSA.Create(RsaBits);
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
            ["kty"] = "RSA",
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
        };
        return Describe(members, SigningAlgorithms.RS256, rsa.ExportPkcs8PrivateKey());
    }

    private static (string PublicKey, string Thumbprint, byte[] Pkcs8) CreateEc()
    {
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parameters = ec.ExportParameters(includePrivateParameters: false);
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["crv"] = "P-256",
            ["kty"] = "EC",
            ["x"] = Base64Url.EncodeToString(parameters.Q.X),
            ["y"] = Base64Url.EncodeToString(parameters.Q.Y),
        };
        return Describe(members, SigningAlgorithms.ES256, ec.ExportPkcs8PrivateKey());
    }

    private static (string PublicKey, string Thumbprint, byte[] Pkcs8) Describe(SortedDictionary<string, string> required, string algorithm, byte[] pkcs8)
    {
        var canonical = JsonSerializer.SerializeToUtf8Bytes(required);
        var thumbprint = Base64Url.EncodeToString(SHA256.HashData(canonical));
        var jwk = new Dictionary<string, string>(required) { ["kid"] = thumbprint, ["use"] = "sig", ["alg"] = algorithm };
        return (Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(jwk)), thumbprint, pkcs8);
    }
}
