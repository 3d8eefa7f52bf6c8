using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
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

        var header = JsonDocument.Parse(Base64Url.DecodeFromChars(jwe.Split('.')[0])).RootElement.EnumerateObject()
            .ToDictionary(member => member.Name, member => member.Value.ToString());
        Assert.Equal((algorithm, content, "k", "JWT"), (header["alg"], header["enc"], header["kid"], header["cty"]));
        Assert.Equal(curve.Length == 0 ? 4 : 5, header.Count);
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

    /// <summary>RFC 7520 is the cookbook: keys and tokens that others made.</summary>
    [Fact]
    [Spec("RFC 7516", "Appendix A.1")]
    [Spec("RFC 7520", "5.5")]
    public void Opens_what_the_specifications_show()
    {
        Assert.Equal("The true sign of intelligence is not knowledge but imagination.", Jwe.Decrypt(
            "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9k"
                + "iMT03JGeipsEdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImGyFDbSv04uVuxIp5Zms1gNxKKK2Da14B8S4r"
                + "zVRltdYwam_lDp5XnZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLzfiwQyeyPGLBIO56YJ7eObdv0je81860pp"
                + "amavo35UgoRdbYaBcoh9QcfylQr66oc6vFWXRcZ_ZT2LawVCWTIy3brGPi6UklfCpIMfIjf7iGdXKHzg.48V1_ALb6US04U3b.5eym8"
                + "TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A.XFBoMYUZodetZdvTiFvSkQ",
            [Shown("RSA-OAEP", RSA.Create(new RSAParameters
            {
                Modulus = Base64Url.DecodeFromChars(
                    "oahUIoWw0K0usKNuOR6H4wkf4oBUXHTxRvgb48E-BVvxkeDNjbC4he8rUWcJoZmds2h7M70imEVhRU5djINXtq"
                        + "llXI4DFqcI1DgjT9LewND8MW2Krf3Spsk_ZkoFnilakGygTwpZ3uesH-PFABNIUYpOiN15dsQRkgr0vEhxN92i"
                        + "2asbOenSZeyaxziK72UwxrrKoExv6kc5twXTq4h-QChLOln0_mtUZwfsRaMStPs6mS6XrgxnxbWhojf663tuEQ"
                        + "ueGC-FCMfra36C9knDFGzKsNa7LZK2djYgyD3JR_MB_4NUJW_TqOQtwHYbxevoJArm-L5StowjzGy-_bq6Gw"),
                Exponent = Base64Url.DecodeFromChars("AQAB"),
                D = Base64Url.DecodeFromChars(
                    "kLdtIj6GbDks_ApCSTYQtelcNttlKiOyPzMrXHeI-yk1F7-kpDxY4-WY5NWV5KntaEeXS1j82E375xxhWMHXyv"
                        + "jYecPT9fpwR_M9gV8n9Hrh2anTpTD93Dt62ypW3yDsJzBnTnrYu1iwWRgBKrEYY46qAZIrA2xAwnm2X7uGR1hg"
                        + "hkqDp0Vqj3kbSCz1XyfCs6_LehBwtxHIyh8Ripy40p24moOAbgxVw3rxT_vlt3UVe4WO3JkJOzlpUf-KTVI2Pt"
                        + "gm-dARxTEtE-id-4OJr0h-K-VFs3VSndVTIznSxfyrj8ILL6MG_Uv8YAu7VILSB3lOW085-4qE3DzgrTjgyQ"),
                P = Base64Url.DecodeFromChars(
                    "1r52Xk46c-LsfB5P442p7atdPUrxQSy4mti_tZI3Mgf2EuFVbUoDBvaRQ-SWxkbkmoEzL7JXroSBjSrK3YIQgY"
                        + "dMgyAEPTPjXv_hI2_1eTSPVZfzL0lffNn03IXqWF5MDFuoUYE0hzb2vhrlN_rKrbfDIwUbTrjjgieRbwC6Cl0"),
                Q = Base64Url.DecodeFromChars(
                    "wLb35x7hmQWZsWJmB_vle87ihgZ19S8lBEROLIsZG4ayZVe9Hi9gDVCOBmUDdaDYVTSNx_8Fyw1YYa9XGrGnDe"
                        + "w00J28cRUoeBB_jKI1oma0Orv1T9aXIWxKwd4gvxFImOWr3QRL9KEBRzk2RatUBnmDZJTIAfwTs0g68UZHvtc"),
                DP = Base64Url.DecodeFromChars(
                    "ZK-YwE7diUh0qR1tR7w8WHtolDx3MZ_OTowiFvgfeQ3SiresXjm9gZ5KLhMXvo-uz-KUJWDxS5pFQ_M0evdo1d"
                        + "KiRTjVw_x4NyqyXPM5nULPkcpU827rnpZzAJKpdhWAgqrXGKAECQH0Xt4taznjnd_zVpAmZZq60WPMBMfKcuE"),
                DQ = Base64Url.DecodeFromChars(
                    "Dq0gfgJ1DdFGXiLvQEZnuKEN0UUmsJBxkjydc3j4ZYdBiMRAy86x0vHCjywcMlYYg4yoC4YZa9hNVcsjqA3Fei"
                        + "L19rk8g6Qn29Tt0cj8qqyFpz9vNDBUfCAiJVeESOjJDZPYHdHY8v1b-o-Z2X5tvLx-TCekf7oxyeKDUqKWjis"),
                InverseQ = Base64Url.DecodeFromChars(
                    "VIMpMYbPf47dT1w_zDUXfPimsSegnMOA1zTaX7aGk_8urY6R8-ZW1FxU7AlWAyLWybqq6t16VFd7hQd0y6flUK"
                        + "4SlOydB61gwanOsXGOAOv82cHq0E3eL4HrtZkUuKvnPrMnsUUFlfUdybVzxyjz9JF_XyaY14ardLSjf4L_FNY"),
            }))]));
        Assert.StartsWith("You can trust us to stick with you through thick and thin", Jwe.Decrypt(
            "eyJhbGciOiJFQ0RILUVTIiwia2lkIjoibWVyaWFkb2MuYnJhbmR5YnVja0BidWNrbGFuZC5leGFtcGxlIiwiZXBrIjp7Imt0eSI6IkVD"
                + "IiwiY3J2IjoiUC0yNTYiLCJ4IjoibVBVS1RfYkFXR0hJaGcwVHBqanFWc1AxclhXUXVfdndWT0hIdE5rZFlvQSIsInkiOiI4QlFBc0lt"
                + "R2VBUzQ2ZnlXdzVNaFlmR1RUMElqQnBGdzJTUzM0RHY0SXJzIn0sImVuYyI6IkExMjhDQkMtSFMyNTYifQ..yc9N8v5sYyv3iGQT926I"
                + "Ug.BoDlwPnTypYq-ivjmQvAYJLb5Q6l-F3LIgQomlz87yW4OPKbWE1zSTEFjDfhU9IPIOSA9Bml4m7iDFwA-1ZXvHteLDtw4R1XRGMEs"
                + "DIqAYtskTTmzmzNa-_q4F_evAPUmwlO-ZG45Mnq4uhM1fm_D9rBtWolqZSF3xGNNkpOMQKF1Cl8i8wjzRli7-IXgyirlKQsbhhqRzkv8"
                + "IcY6aHl24j03C-AR2le1r7URUhArM79BY8soZU0lzwI-sD5PZ3l4NDCCei9XkoIAfsXJWmySPoeRb2Ni5UZL4mYpvKDiwmyzGd65KqVw"
                + "7MsFfI_K767G9C9Azp73gKZD0DyUn1mn0WW5LmyX_yJ-3AROq8p1WZBfG-ZyJ6195_JGG2m9Csg.WCCkNa-x4BeB9hIDIfFuhg",
            [Shown("ECDH-ES", ECDiffieHellman.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint
                {
                    X = Base64Url.DecodeFromChars("Ze2loSV3wrroKUN_4zhwGhCqo3Xhu1td4QjeQ5wIVR0"),
                    Y = Base64Url.DecodeFromChars("HlLtdXARY_f55A3fnzQbPcm6hgr34Mp8p-nuzQCE0Zw"),
                },
                D = Base64Url.DecodeFromChars("r_kHyZ-a06rmxM3yESK84r1otSg-aQcVStkRhA-iCM8"),
            }), "meriadoc.brandybuck@buckland.example")])!, StringComparison.Ordinal);
    }

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
        $$"""
        {"kty":"EC","crv":"{{key.Crv}}","x":"{{key.X}}","y":"{{key.Y}}","kid":"{{kid}}"{{(use is null ? "" : $",\"use\":\"{use}\"")}}}
        """;

    private static DecryptionKey Key(string algorithm, string curve, string kid = "k") => Shown(algorithm, Pair(curve), kid);

    private static DecryptionKey Shown(string algorithm, AsymmetricAlgorithm pair, string kid = "k") =>
        DecryptionKey.Import(kid, algorithm, pair.ExportPkcs8PrivateKey());

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
