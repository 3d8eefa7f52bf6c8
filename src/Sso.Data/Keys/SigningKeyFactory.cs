using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sso.Data.Secrets;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Data.Keys;

/// <summary>
/// Makes signing keys, each for one algorithm alone (RFC 7517 §4.4): RSA for RS256 and PS256, P-256 for ES256, P-384 for ES384;
/// and those to which clients encrypt.
/// </summary>
/// <param name="makeRsa">Makes one of so many bits. Tests, which start hundreds of servers, have a stock of them.</param>
public sealed class SigningKeyFactory(Sealer sealer, KeyOptions options, Func<int, RSA>? makeRsa = null)
{
    /// <summary>A plus in the name of an algorithm stays a plus.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The kid is the JWK thumbprint (RFC 7638 §3), so it never names two keys.</summary>
    public SigningKeyRow Create(string algorithm, DateTimeOffset activeFrom, DateTimeOffset now)
    {
        using var work = SlowWork.Begin("key.make");
        var (publicKey, thumbprint, pkcs8) = algorithm switch
        {
            SigningAlgorithms.RS256 or SigningAlgorithms.PS256 => CreateRsa(algorithm),
            SigningAlgorithms.ES256 => CreateEc(algorithm, ECCurve.NamedCurves.nistP256, "P-256"),
            SigningAlgorithms.ES384 => CreateEc(algorithm, ECCurve.NamedCurves.nistP384, "P-384"),
            TokenEncryption.RsaOaep or TokenEncryption.RsaOaep256 => CreateRsa(algorithm),
            TokenEncryption.EcdhEs or TokenEncryption.EcdhEsA128Kw or TokenEncryption.EcdhEsA256Kw =>
                CreateEc(algorithm, ECCurve.NamedCurves.nistP256, "P-256"),
            _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "Not an algorithm that Sso has keys for."),
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

    private (string PublicKey, string Thumbprint, byte[] Pkcs8) CreateRsa(string algorithm)
    {
        using var rsa = makeRsa is null ? RSA.Create(options.RsaBits) : makeRsa(options.RsaBits);
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
            ["kty"] = "RSA",
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
        };
        return Describe(members, algorithm, rsa.ExportPkcs8PrivateKey());
    }

    private static (string PublicKey, string Thumbprint, byte[] Pkcs8) CreateEc(string algorithm, ECCurve curve, string name)
    {
        using var ec = ECDsa.Create(curve);
        var parameters = ec.ExportParameters(includePrivateParameters: false);
        var members = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["crv"] = name,
            ["kty"] = "EC",
            ["x"] = Base64Url.EncodeToString(parameters.Q.X),
            ["y"] = Base64Url.EncodeToString(parameters.Q.Y),
        };
        return Describe(members, algorithm, ec.ExportPkcs8PrivateKey());
    }

    private static (string PublicKey, string Thumbprint, byte[] Pkcs8) Describe(
        SortedDictionary<string, string> required, string algorithm, byte[] pkcs8)
    {
        var canonical = JsonSerializer.SerializeToUtf8Bytes(required);
        var thumbprint = Base64Url.EncodeToString(SHA256.HashData(canonical));
        var jwk = new Dictionary<string, string>(required)
        {
            ["kid"] = thumbprint,
            ["use"] = TokenEncryption.Algorithms.Contains(algorithm) ? "enc" : "sig",
            ["alg"] = algorithm,
        };
        return (Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(jwk, Plain)), thumbprint, pkcs8);
    }
}
