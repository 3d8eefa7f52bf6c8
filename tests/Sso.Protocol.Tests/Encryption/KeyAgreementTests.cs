using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol.Encryption;
using Sso.Testing;
using Xunit;

namespace Sso.Protocol.Tests.Encryption;

[Spec("RFC 7518", "4.6")]
public sealed class KeyAgreementTests
{
    private static readonly byte[] Secret =
    [
        158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156,
        251, 49, 110, 163, 218, 128, 106, 72, 246, 218, 167, 121, 140, 254, 144, 196,
    ];

    private static readonly ECDiffieHellman Alice = Pair(
        "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0", "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
        "0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo");

    private static readonly ECDiffieHellman Bob = Pair(
        "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ", "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
        "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");

    private static readonly JweHeader Header =
        new("ECDH-ES", "A128GCM") { PartyU = Encoding.ASCII.GetBytes("Alice"), PartyV = Encoding.ASCII.GetBytes("Bob") };

    [Fact]
    [Spec("RFC 7518", "Appendix C")]
    public void Both_sides_derive_the_key_of_the_specification()
    {
        Assert.Equal(Secret, Alice.DeriveRawSecretAgreement(Bob.PublicKey));
        Assert.Equal("VqqN6vgjbSBcIijNcacQGg", Base64Url.EncodeToString(KeyAgreement.Derive(Alice, Bob.PublicKey, Header)));
        Assert.Equal("VqqN6vgjbSBcIijNcacQGg", Base64Url.EncodeToString(KeyAgreement.Derive(Bob, Alice.PublicKey, Header)));
    }

    [Theory]
    [InlineData("ECDH-ES", "A256CBC-HS512", 64)]
    [InlineData("ECDH-ES", "A256GCM", 32)]
    [InlineData("ECDH-ES+A128KW", "A256CBC-HS512", 16)]
    [InlineData("ECDH-ES+A256KW", "A128GCM", 32)]
    public void A_key_is_as_long_as_its_use_demands_and_depends_on_it(string algorithm, string encryption, int bytes)
    {
        var derived = KeyAgreement.Derive(Alice, Bob.PublicKey, Header with { Algorithm = algorithm, Encryption = encryption });
        Assert.Equal(bytes, derived.Length);
        Assert.NotEqual(KeyAgreement.Derive(Alice, Bob.PublicKey, Header)[..16], derived[..16]);
    }

    [Theory]
    [Spec("RFC 3394", "4.1")]
    [Spec("RFC 3394", "4.6")]
    [InlineData("000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff", "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5")]
    [InlineData(
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
        "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21")]
    public void Keys_are_wrapped_as_the_specification_does(string wrapping, string key, string wrapped)
    {
        Assert.Equal(wrapped, Convert.ToHexStringLower(KeyAgreement.Wrap(Convert.FromHexString(wrapping), Convert.FromHexString(key))));
        Assert.Equal(key, Convert.ToHexStringLower(KeyAgreement.Unwrap(Convert.FromHexString(wrapping), Convert.FromHexString(wrapped))!));
    }

    [Fact]
    public void A_point_beside_the_curve_is_no_key() => Assert.ThrowsAny<CryptographicException>(() => KeyAgreement.Import(new JsonWebKey
    {
        Crv = "P-256",
        X = "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
        Y = "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
    }));

    private static ECDiffieHellman Pair(string x, string y, string d) => ECDiffieHellman.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Base64Url.DecodeFromChars(x), Y = Base64Url.DecodeFromChars(y) },
        D = Base64Url.DecodeFromChars(d),
    });
}
