using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol.Encryption;

namespace Sso.Testing;

/// <summary>A key pair of an application to which the server encrypts: RSA, or P-256 for ECDH-ES.</summary>
public sealed class EncryptionKey(string algorithm = "RSA-OAEP", string keyId = "enc-1")
{
    private readonly AsymmetricAlgorithm _pair =
        algorithm.StartsWith("RSA", StringComparison.Ordinal) ? RSA.Create(2048) : ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>A key set with the public half alone.</summary>
    public string Jwks
    {
        get
        {
            var jwk = new JsonObject { ["use"] = "enc", ["alg"] = algorithm, ["kid"] = keyId };
            if (_pair is RSA rsa)
            {
                var parameters = rsa.ExportParameters(includePrivateParameters: false);
                (jwk["kty"], jwk["n"], jwk["e"]) =
                    ("RSA", Base64UrlEncoder.Encode(parameters.Modulus), Base64UrlEncoder.Encode(parameters.Exponent));
            }
            else
            {
                var point = ((ECDiffieHellman)_pair).ExportParameters(includePrivateParameters: false).Q;
                (jwk["kty"], jwk["crv"]) = ("EC", "P-256");
                (jwk["x"], jwk["y"]) = (Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
            }

            return new JsonObject { ["keys"] = new JsonArray(jwk) }.ToJsonString();
        }
    }

    /// <summary>The text inside: by the library where it can, so that not only our own code judges ours.</summary>
    public string Decrypt(string token) => algorithm == "RSA-OAEP"
        ? new JsonWebTokenHandler().DecryptToken(
            new JsonWebToken(token),
            new TokenValidationParameters { TokenDecryptionKey = new RsaSecurityKey((RSA)_pair) { KeyId = keyId } })
        : Jwe.Decrypt(token, [DecryptionKey.Import(keyId, algorithm, _pair.ExportPkcs8PrivateKey())])!;
}
