using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol.Clients;
using Sso.Protocol.Encryption;
using Sso.Testing;
using Xunit;

namespace Sso.Protocol.Tests.Encryption;

[Spec("RFC 7516", "5")]
[Spec("PY11")]
public sealed class JweTests
{
    private const string Text = """{"sub":"Zoë"}""";

    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly ECDiffieHellman P256 = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
    private static readonly ECDiffieHellman P384 = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384);

    public static TheoryData<string, string, string> Ways => new(
        from algorithm in TokenEncryption.Algorithms
        from content in TokenEncryption.Contents
        from curve in (string[])(algorithm.StartsWith("RSA", StringComparison.Ordinal) ? [""] : ["P-256", "P-384"])
        select (algorithm, content, curve));

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_is_encrypted_in_any_way_opens_again(string algorithm, string content, string curve)
    {
        var jwe = Jwe.Encrypt(Text, Public(curve), new(algorithm, content), isToken: true);
        Assert.Equal(Text, Jwe.Decrypt(jwe, [Key(algorithm, curve)]));
        Assert.NotEqual(jwe, Jwe.Encrypt(Text, Public(curve), new(algorithm, content), isToken: true));

        var header = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(jwe.Split('.')[0]));
        Assert.Contains($"\"alg\":\"{algorithm}\",\"enc\":\"{content}\",\"kid\":\"k\",\"cty\":\"JWT\"", header, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_change_in_any_part_opens_nothing(string algorithm, string content, string curve)
    {
        var parts = Jwe.Encrypt(Text, Public(curve), new(algorithm, content), isToken: true).Split('.');
        for (var part = 0; part < parts.Length; part++)
        {
            var broken = parts.ToArray();
            var at = broken[part].Length / 2;
            broken[part] = broken[part].Length == 0
                ? "AAAA"
                : broken[part][..at] + (broken[part][at] == 'A' ? 'B' : 'A') + broken[part][(at + 1)..];
            Assert.Null(Jwe.Decrypt(string.Join('.', broken), [Key(algorithm, curve)]));
        }
    }

    [Fact]
    public void A_key_opens_only_what_names_it_and_its_algorithm()
    {
        var jwe = Jwe.Encrypt(Text, Public("P-256"), new("ECDH-ES", "A128GCM"), isToken: false);
        Assert.Null(Jwe.Decrypt(jwe, [Key("ECDH-ES+A128KW", "P-256"), Key("ECDH-ES", "P-256", "another")]));
        Assert.Null(Jwe.Decrypt(jwe, [Key("ECDH-ES", "P-384")]));

        var nameless = Public("P-256");
        nameless.Kid = null;
        Assert.Equal(Text, Jwe.Decrypt(
            Jwe.Encrypt(Text, nameless, new("ECDH-ES", "A128GCM"), isToken: false),
            [Key("ECDH-ES", "P-384"), Key("ECDH-ES", "P-256", "another")]));
    }

    [Theory]
    [InlineData("""{"alg":"RSA1_5","enc":"A128GCM"}""")]
    [InlineData("""{"alg":"dir","enc":"A128GCM"}""")]
    [InlineData("""{"alg":"RSA-OAEP","enc":"A192GCM"}""")]
    [InlineData("""{"alg":"RSA-OAEP","enc":"A128GCM","zip":"DEF"}""")]
    [InlineData("""{"alg":"RSA-OAEP","enc":"A128GCM","crit":["b64"]}""")]
    [InlineData("""{"alg":"RSA-OAEP","alg":"RSA-OAEP","enc":"A128GCM"}""")]
    [InlineData("""{"alg":7,"enc":"A128GCM"}""")]
    [InlineData("""["RSA-OAEP"]""")]
    [InlineData("no json")]
    public void A_header_that_wants_anything_else_is_none(string header) =>
        Assert.Null(JweHeader.Parse(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))));

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c.d")]
    [InlineData("a.b.c.d.e")]
    [InlineData("a.b.c.d.e.f")]
    public void What_is_no_encrypted_token_opens_nothing(string text) => Assert.Null(Jwe.Decrypt(text, [Key("RSA-OAEP", "")]));

    [Fact]
    public void Of_two_keys_the_one_for_encryption_is_taken()
    {
        var signing = Describe(Public("P-256"), "sig-or-what", use: null);
        var encrypting = Describe(Public("P-256"), "for-encryption", use: "enc");
        var keys = ClientKeySet.Parse($$"""{"keys":[{{signing}},{{encrypting}}]}""")!;
        Assert.Equal("for-encryption", keys.ForEncryption("ECDH-ES")!.Kid);
        Assert.Null(keys.ForEncryption("RSA-OAEP"));
    }

    private static string Describe(JsonWebKey key, string kid, string? use) =>
        $$"""{"kty":"EC","crv":"{{key.Crv}}","x":"{{key.X}}","y":"{{key.Y}}","kid":"{{kid}}"{{(use is null ? "" : $",\"use\":\"{use}\"")}}}""";

    private static DecryptionKey Key(string algorithm, string curve, string kid = "k") => DecryptionKey.Import(
        kid, algorithm, Pair(curve).ExportPkcs8PrivateKey());

    private static AsymmetricAlgorithm Pair(string curve) => curve switch { "P-256" => P256, "P-384" => P384, _ => Rsa };

    private static JsonWebKey Public(string curve)
    {
        if (Pair(curve) is not ECDiffieHellman pair)
        {
            var rsa = Rsa.ExportParameters(includePrivateParameters: false);
            return new JsonWebKey
            {
                Kty = "RSA",
                Kid = "k",
                N = Base64Url.EncodeToString(rsa.Modulus),
                E = Base64Url.EncodeToString(rsa.Exponent),
            };
        }

        var point = pair.ExportParameters(includePrivateParameters: false).Q;
        return new JsonWebKey
        {
            Kty = "EC",
            Kid = "k",
            Crv = curve,
            X = Base64Url.EncodeToString(point.X),
            Y = Base64Url.EncodeToString(point.Y),
        };
    }
}
