using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sso.Testing;

/// <summary>A key pair of an application to which the server encrypts.</summary>
public sealed class EncryptionKey
{
    private readonly RSA _rsa = RSA.Create(2048);

    /// <summary>A key set with the public half alone.</summary>
    public string Jwks
    {
        get
        {
            var parameters = _rsa.ExportParameters(includePrivateParameters: false);
            var jwk = new JsonObject
            {
                ["kty"] = "RSA",
                ["n"] = Base64UrlEncoder.Encode(parameters.Modulus),
                ["e"] = Base64UrlEncoder.Encode(parameters.Exponent),
                ["use"] = "enc",
                ["alg"] = "RSA-OAEP",
                ["kid"] = "enc-1",
            };
            return new JsonObject { ["keys"] = new JsonArray(jwk) }.ToJsonString();
        }
    }

    /// <summary>The text inside.</summary>
    public string Decrypt(string token) => new JsonWebTokenHandler().DecryptToken(
        new JsonWebToken(token), new TokenValidationParameters { TokenDecryptionKey = new RsaSecurityKey(_rsa) { KeyId = "enc-1" } });
}
