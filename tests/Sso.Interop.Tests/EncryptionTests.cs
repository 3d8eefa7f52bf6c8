using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol.Clients;
using Sso.Protocol.Encryption;
using Sso.Testing;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>Every way of encryption in both directions with jose, on which openid-client and oauth4webapi stand.</summary>
[Spec("RFC 7516", "7.1")]
public sealed class EncryptionTests
{
    private static readonly string[] Pairs = ["RSA", "P-256", "P-384", "P-521"];

    private static readonly IReadOnlyList<(string Algorithm, string Content, string Curve)> Ways =
    [
        .. from algorithm in TokenEncryption.Algorithms
           from content in TokenEncryption.Contents
           from curve in (string[])(algorithm.StartsWith("RSA", StringComparison.Ordinal) ? ["RSA"] : ["P-256", "P-384", "P-521"])
           select (algorithm, content, curve),
    ];

    [Fact]
    [Spec("PY11")]
    [Spec("PY17")]
    public async Task Jose_opens_what_we_write_and_we_open_what_it_writes()
    {
        var pairs = Pairs.ToDictionary(name => name, Pair);
        var ways = new JsonArray([.. Ways.Select(way => (JsonNode)new JsonObject
        {
            ["algorithm"] = way.Algorithm,
            ["content"] = way.Content,
            ["jwe"] = Jwe.Encrypt(
                "from the server", new JsonWebKey(Jwk(pairs[way.Curve], secret: false).ToJsonString()),
                new(way.Algorithm, way.Content), isToken: false),
            ["privateKey"] = Jwk(pairs[way.Curve], secret: true),
            ["publicKey"] = Jwk(pairs[way.Curve], secret: false),
        })]);

        var seen = await NodeScript.RunAsync("encryption.mjs", new Dictionary<string, string> { ["WAYS"] = ways.ToJsonString() });

        var results = seen.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(Ways.Count, results.Count);
        foreach (var (way, result) in Ways.Zip(results))
        {
            Assert.Equal((way, "from the server"), (way, result.GetProperty("opened").GetString()));
            var key = DecryptionKey.Import("k", way.Algorithm, pairs[way.Curve].ExportPkcs8PrivateKey());
            Assert.Equal((way, "from jose"), (way, Jwe.Decrypt(result.GetProperty("written").GetString()!, [key])));
        }
    }

    private static AsymmetricAlgorithm Pair(string name) => name switch
    {
        "P-256" => ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256),
        "P-384" => ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384),
        "P-521" => ECDiffieHellman.Create(ECCurve.NamedCurves.nistP521),
        _ => RSA.Create(2048),
    };

    private static JsonObject Jwk(AsymmetricAlgorithm pair, bool secret)
    {
        JsonObject key = [];
        if (pair is ECDiffieHellman ec)
        {
            var parameters = ec.ExportParameters(secret);
            (key["kty"], key["crv"]) = ("EC", ec.KeySize switch { 256 => "P-256", 384 => "P-384", _ => "P-521" });
            Add(key, ("x", parameters.Q.X), ("y", parameters.Q.Y), ("d", parameters.D));
        }
        else
        {
            var parameters = ((RSA)pair).ExportParameters(secret);
            key["kty"] = "RSA";
            Add(key, ("n", parameters.Modulus), ("e", parameters.Exponent), ("d", parameters.D), ("p", parameters.P), ("q", parameters.Q));
            Add(key, ("dp", parameters.DP), ("dq", parameters.DQ), ("qi", parameters.InverseQ));
        }

        return key;
    }

    private static void Add(JsonObject key, params (string Name, byte[]? Value)[] members)
    {
        foreach (var (name, value) in members.Where(member => member.Value is not null))
        {
            key[name] = Base64Url.EncodeToString(value);
        }
    }
}
