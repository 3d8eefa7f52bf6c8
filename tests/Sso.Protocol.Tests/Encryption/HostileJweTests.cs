using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Sso.Protocol.Clients;
using Sso.Protocol.Encryption;
using Sso.Testing;
using Xunit;

namespace Sso.Protocol.Tests.Encryption;

/// <summary>
/// What a stranger may send in the place of an encrypted token: it opens nothing, throws nothing and costs next to nothing.
/// </summary>
[Spec("RFC 7516", "11")]
[Spec("S97")]
public sealed class HostileJweTests
{
    private const string OnCurve = """
        {"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"}
        """;

    private static readonly RSA Rsa = RSA.Create(2048);
    private static readonly ECDiffieHellman P256 = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    private static readonly IReadOnlyList<DecryptionKey> Keys =
    [
        .. TokenEncryption.Algorithms.Select(algorithm => DecryptionKey.Import(
            "k",
            algorithm,
            algorithm.StartsWith("RSA", StringComparison.Ordinal) ? Rsa.ExportPkcs8PrivateKey() : P256.ExportPkcs8PrivateKey())),
    ];

    [Theory]
    [InlineData("", "the text")]
    [InlineData(""","kid":"k","cty":"JWT","typ":"JWT","iat":1,"aud":["a","b"]""", "the text")]
    [InlineData(""","zip":"DEF" """, null)]
    [InlineData(""","zip":"GZIP" """, null)]
    [InlineData(""","zip":null""", null)]
    [InlineData(""","crit":["exp"],"exp":1""", null)]
    [InlineData(""","crit":["b64"],"b64":false""", null)]
    [InlineData(""","crit":[]""", null)]
    [InlineData(""","alg":"RSA-OAEP" """, null)]
    [InlineData(""","enc":"A128GCM" """, null)]
    [InlineData(""","kid":"another" """, null)]
    public void A_token_that_is_otherwise_right_opens_only_if_nothing_more_is_wanted(string more, string? opened)
    {
        Assert.Equal(opened, Jwe.Decrypt(Written(more, "the text"u8.ToArray()), Keys));
    }

    [Fact]
    public void Nothing_is_inflated()
    {
        using var deflated = new MemoryStream();
        using (var deflate = new DeflateStream(deflated, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(new byte[10 * 1024 * 1024]);
        }

        var bomb = Written(""","zip":"DEF" """, deflated.ToArray());
        Assert.InRange(AllocatedBy(() => Assert.Null(Jwe.Decrypt(bomb, Keys))), 0, 10 * bomb.Length);
    }

    /// <summary>What is wrapped is a key of 64 bytes at most; unwrapping goes over all of it six times.</summary>
    [Theory]
    [InlineData("RSA-OAEP")]
    [InlineData("RSA-OAEP-256")]
    [InlineData("ECDH-ES")]
    [InlineData("ECDH-ES+A128KW")]
    [InlineData("ECDH-ES+A256KW")]
    public void A_long_encrypted_key_is_not_unwrapped(string algorithm)
    {
        var jwe = Token($$"""{"alg":"{{algorithm}}","enc":"A256GCM","epk":{{OnCurve}}}""", new byte[48_000], new byte[100]);
        Assert.InRange(AllocatedBy(() => Assert.Null(Jwe.Decrypt(jwe, Keys))), 0, 10 * jwe.Length);
    }

    [Fact]
    [Spec("RFC 7518", "4.8")]
    public void No_password_is_stretched()
    {
        foreach (var algorithm in (string[])["PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW"])
        {
            Assert.Null(Jwe.Decrypt(
                Token($$"""{"alg":"{{algorithm}}","enc":"A256GCM","p2s":"AAAAAAAAAAA","p2c":2147483647}""", new byte[40], new byte[100]),
                Keys));
        }
    }

    [Theory]
    [InlineData("RSA1_5", "A128GCM", 256)]
    [InlineData("dir", "A128GCM", 0)]
    [InlineData("A128KW", "A128GCM", 24)]
    [InlineData("A256GCMKW", "A128GCM", 32)]
    [InlineData("none", "A128GCM", 0)]
    [InlineData("RSA-OAEP", "A192GCM", 256)]
    [InlineData("RSA-OAEP", "A192CBC-HS384", 256)]
    [InlineData("RSA-OAEP", "none", 256)]
    [InlineData("rsa-oaep", "A128GCM", 256)]
    public void Nothing_but_the_listed_algorithms_opens(string algorithm, string content, int bytes) => Assert.Null(
        Jwe.Decrypt(Token($$"""{"alg":"{{algorithm}}","enc":"{{content}}","epk":{{OnCurve}}}""", new byte[bytes], new byte[100]), Keys));

    public static TheoryData<string> EphemeralKeys => [
        // Beside the curve, at its infinity, on another curve, of another size, on a curve that is not ours.
        """
        {"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck"}
        """,
        """
        {"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
        """,
        """
        {"kty":"EC","crv":"P-384","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"}
        """,
        """{"kty":"EC","crv":"P-256","x":"AQ","y":"AQ"}""",
        """
        {"kty":"EC","crv":"secp256k1","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"}
        """,
        """{"kty":"OKP","crv":"X25519","x":"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0"}""",
        $$"""{"crv":"P-256","x":"{{new string('A', 100_000)}}","y":"{{new string('A', 100_000)}}"}""",
        """{"crv":1,"x":2,"y":3}""", """{"crv":null,"x":null,"y":null}""", """{"crv":"P-256","x":"*","y":"="}""", """{"crv":["P-256"]}""",
        "{}", "[]", "null", "7", "\"P-256\"", "true",
    ];

    [Theory]
    [MemberData(nameof(EphemeralKeys))]
    public void A_public_key_that_is_none_opens_nothing(string ephemeral)
    {
        foreach (var (algorithm, bytes) in (IEnumerable<(string, int)>)[("ECDH-ES", 0), ("ECDH-ES+A128KW", 24), ("ECDH-ES+A256KW", 24)])
        {
            Assert.Null(Jwe.Decrypt(
                Token($$"""{"alg":"{{algorithm}}","enc":"A128GCM","epk":{{ephemeral}}}""", new byte[bytes], new byte[100]), Keys));
        }
    }

    [Fact]
    public void No_value_of_any_member_is_more_than_refused()
    {
        string[] values =
        [
            "null", "true", "7", "-1", "1.5", "1e999", "[]", "{}", "[[[[]]]]", "\"\"", "\"*\"", "\"\\ud800\"", "\"a.b\"",
            new string('[', 5000) + new string(']', 5000), $"\"{new string('A', 50_000)}\"",
        ];
        foreach (var algorithm in TokenEncryption.Algorithms)
        {
            foreach (var name in (string[])["alg", "enc", "kid", "epk", "apu", "apv", "cty", "typ", "b64", "x5c", "p2c", ""])
            {
                foreach (var value in values)
                {
                    var members = new Dictionary<string, string>
                    {
                        ["alg"] = $"\"{algorithm}\"",
                        ["enc"] = "\"A128GCM\"",
                        ["epk"] = OnCurve,
                        [name] = value
                    };
                    var header = "{" + string.Join(',', members.Select(member => $"\"{member.Key}\":{member.Value}")) + "}";
                    Assert.Null(Jwe.Decrypt(Token(header, new byte[algorithm == "ECDH-ES" ? 0 : 24], new byte[100]), Keys));
                }
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("[\"RSA-OAEP\"]")]
    [InlineData("{")]
    [InlineData("no json")]
    [InlineData("{}")]
    public void A_header_that_is_none_opens_nothing(string header) =>
        Assert.Null(Jwe.Decrypt(Token(header, new byte[256], new byte[100]), Keys));

    /// <summary>RFC 7516 §7.2: the form in JSON is not the one that anybody announced.</summary>
    [Fact]
    public void Json_with_dots_in_it_is_no_compact_form()
    {
        var parts = Written("", "the text"u8.ToArray()).Split('.');
        var json = new JsonObject
        {
            ["protected"] = parts[0],
            ["encrypted_key"] = parts[1],
            ["iv"] = parts[2],
            ["ciphertext"] = parts[3],
            ["tag"] = parts[4],
            ["x"] = "....",
        }.ToJsonString();
        Assert.Equal(5, json.Split('.').Length);
        Assert.Null(Jwe.Decrypt(json, Keys));
        Assert.Null(Jwe.Decrypt("  " + json, Keys));
    }

    [Fact]
    public void A_tag_or_vector_of_another_length_opens_nothing()
    {
        var parts = Written("", "the text"u8.ToArray()).Split('.');
        foreach (var (part, bytes) in (IEnumerable<(int, int)>)[(2, 0), (2, 11), (4, 0), (4, 4), (4, 12), (4, 15)])
        {
            var changed = parts.ToArray();
            changed[part] = Base64Url.EncodeToString(Base64Url.DecodeFromChars(parts[part]).AsSpan(0, bytes));
            Assert.Null(Jwe.Decrypt(string.Join('.', changed), Keys));
        }
    }

    /// <summary>RFC 7516 §5.2, step 10: where the key is agreed on directly, none is encrypted.</summary>
    [Fact]
    public void Direct_agreement_has_no_encrypted_key()
    {
        var key = new Microsoft.IdentityModel.Tokens.JsonWebKey(ClientKeyOf(P256));
        var parts = Jwe.Encrypt("the text", key, new("ECDH-ES", "A128GCM"), isToken: false).Split('.');
        Assert.Equal("the text", Jwe.Decrypt(string.Join('.', parts), Keys));
        parts[1] = "AAAA";
        Assert.Null(Jwe.Decrypt(string.Join('.', parts), Keys));
    }

    private static string ClientKeyOf(ECDiffieHellman pair)
    {
        var point = pair.ExportParameters(includePrivateParameters: false).Q;
        return $$"""{"kty":"EC","crv":"P-256","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
    }

    private static long AllocatedBy(Action action)
    {
        action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    /// <summary>A token that was honestly encrypted to our key, with more members in its header.</summary>
    private static string Written(string more, byte[] text)
    {
        var header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"RSA-OAEP","enc":"A128GCM"{{more}}}"""));
        var (key, vector, cipher, tag) =
            (RandomNumberGenerator.GetBytes(16), RandomNumberGenerator.GetBytes(12), new byte[text.Length], new byte[16]);
        using var gcm = new AesGcm(key, tag.Length);
        gcm.Encrypt(vector, text, cipher, tag, Encoding.ASCII.GetBytes(header));
        byte[][] parts = [Rsa.Encrypt(key, RSAEncryptionPadding.OaepSHA1), vector, cipher, tag];
        return string.Join('.', [header, .. parts.Select(part => Base64Url.EncodeToString(part))]);
    }

    private static string Token(string header, byte[] encryptedKey, byte[] cipher)
    {
        byte[][] parts = [Encoding.UTF8.GetBytes(header), encryptedKey, new byte[12], cipher, new byte[16]];
        return string.Join('.', parts.Select(part => Base64Url.EncodeToString(part)));
    }
}
