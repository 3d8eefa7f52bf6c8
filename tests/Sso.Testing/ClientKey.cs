using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sso.Testing;

/// <summary>
/// A key pair of an application: publishes its public half and signs with the other. It signs whatever it is
/// told to, also what no library would.
/// </summary>
public sealed class ClientKey
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;

    /// <param name="algorithm">RS256, PS256, ES256 and their longer relatives.</param>
    /// <param name="keyId">Null: neither key set nor tokens name one.</param>
    public ClientKey(string algorithm, string? keyId = null)
    {
        (Algorithm, KeyId) = (algorithm, keyId);
        if (algorithm[0] == 'E')
        {
            _ec = ECDsa.Create(
                algorithm switch
                {
                    "ES256" => ECCurve.NamedCurves.nistP256,
                    "ES384" => ECCurve.NamedCurves.nistP384,
                    _ => ECCurve.NamedCurves.nistP521,
                });
        }
        else
        {
            _rsa = RSA.Create(2048);
        }
    }

    private ClientKey(ClientKey other, string algorithm) => (Algorithm, KeyId, _rsa, _ec) = (algorithm, other.KeyId, other._rsa, other._ec);

    /// <summary>The same key, signing by another algorithm: its thumbprint stays.</summary>
    public ClientKey With(string algorithm) => new(this, algorithm);

    public string Algorithm { get; }

    public string? KeyId { get; }

    /// <summary>The public key as a JWK, without kid, use and alg.</summary>
    public JsonObject Jwk => _ec is not null
        ? new JsonObject { ["kty"] = "EC", ["crv"] = Curve, ["x"] = Text(Public.Q.X!), ["y"] = Text(Public.Q.Y!) }
        : new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = Text(_rsa!.ExportParameters(false).Modulus!),
            ["e"] = Text(_rsa.ExportParameters(false).Exponent!),
        };

    /// <summary>RFC 7638 §3.</summary>
    public string Thumbprint => Text(SHA256.HashData(Encoding.UTF8.GetBytes(
        _ec is not null
            ? $$"""{"crv":"{{Curve}}","kty":"EC","x":"{{Text(Public.Q.X!)}}","y":"{{Text(Public.Q.Y!)}}"}"""
            : $$"""{"e":"{{Jwk["e"]}}","kty":"RSA","n":"{{Jwk["n"]}}"}""")));

    private ECParameters Public => _ec!.ExportParameters(false);

    private string Curve => $"P-{(_ec!.KeySize)}";

    /// <summary>A key set with the public halves.</summary>
    public static string SetOf(params ClientKey[] keys)
    {
        var set = new JsonArray();
        foreach (var key in keys)
        {
            var jwk = key.Jwk;
            jwk["use"] = "sig";
            jwk["alg"] = key.Algorithm;
            if (key.KeyId is not null)
            {
                jwk["kid"] = key.KeyId;
            }

            set.Add(jwk);
        }

        return new JsonObject { ["keys"] = set }.ToJsonString();
    }

    /// <param name="header">Further members, or others in place of alg and kid; null leaves one out.</param>
    public string Sign(JsonObject payload, JsonObject? header = null)
    {
        var whole = new JsonObject { ["alg"] = Algorithm };
        if (KeyId is not null)
        {
            whole["kid"] = KeyId;
        }

        foreach (var (name, value) in header ?? [])
        {
            whole[name] = value?.DeepClone();
            if (value is null)
            {
                whole.Remove(name);
            }
        }

        var signed = $"{Text(JsonSerializer.SerializeToUtf8Bytes(whole))}.{Text(JsonSerializer.SerializeToUtf8Bytes(payload))}";
        return $"{signed}.{Text(Signature(Encoding.ASCII.GetBytes(signed)))}";
    }

    private byte[] Signature(byte[] signed)
    {
        var hash =
            Algorithm[2..] switch { "256" => HashAlgorithmName.SHA256, "384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };
        return _ec?.SignData(signed, hash)
            ?? _rsa!.SignData(signed, hash, Algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }

    private static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
}
