using System.Text;
using Sso.Protocol.Encryption;
using Sso.Testing;
using Xunit;

namespace Sso.Protocol.Tests.Encryption;

[Spec("RFC 7518", "5.2")]
[Spec("RFC 7518", "5.3")]
public sealed class ContentEncryptionTests
{
    private static readonly byte[] Text = Encoding.ASCII.GetBytes(
        "A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy without inconvenience");

    private static readonly byte[] Associated = Encoding.ASCII.GetBytes("The second principle of Auguste Kerckhoffs");
    private static readonly byte[] Vector = Convert.FromHexString("1af38c2dc2b96ffdd86694092341bc04");

    public static TheoryData<string> All => [.. ContentEncryption.All];

    [Theory]
    [Spec("RFC 7518", "Appendix B")]
    [InlineData("A128CBC-HS256", "c80edfa32ddf39d5ef00c0b468834279", "652c3fa36b0a7c5b3219fab3a30bc1c4")]
    [InlineData("A256CBC-HS512", "4affaaadb78c31c5da4b1b590d10ffbd", "4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5")]
    public void Encrypts_as_the_specification_does(string encryption, string firstBlock, string tag)
    {
        var key = Enumerable.Range(0, ContentEncryption.KeyBytes(encryption)).Select(number => (byte)number).ToArray();
        var made = ContentEncryption.Encrypt(encryption, key, Vector, Text, Associated);
        Assert.Equal((firstBlock, tag), (Convert.ToHexStringLower(made.Cipher[..16]), Convert.ToHexStringLower(made.Tag)));
        Assert.Equal(Text, ContentEncryption.Decrypt(encryption, key, Vector, made.Cipher, made.Tag, Associated));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_change_anywhere_opens_nothing(string encryption)
    {
        var key = new byte[ContentEncryption.KeyBytes(encryption)];
        var vector = new byte[ContentEncryption.VectorBytes(encryption)];
        var (cipher, tag) = ContentEncryption.Encrypt(encryption, key, vector, Text, Associated);
        Assert.Equal(Text, ContentEncryption.Decrypt(encryption, key, vector, cipher, tag, Associated));

        Assert.Null(ContentEncryption.Decrypt(encryption, Changed(key), vector, cipher, tag, Associated));
        Assert.Null(ContentEncryption.Decrypt(encryption, key, Changed(vector), cipher, tag, Associated));
        Assert.Null(ContentEncryption.Decrypt(encryption, key, vector, Changed(cipher), tag, Associated));
        Assert.Null(ContentEncryption.Decrypt(encryption, key, vector, cipher, Changed(tag), Associated));
        Assert.Null(ContentEncryption.Decrypt(encryption, key, vector, cipher, tag, Changed(Associated)));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_shortened_key_vector_or_tag_opens_nothing(string encryption)
    {
        var key = new byte[ContentEncryption.KeyBytes(encryption)];
        var vector = new byte[ContentEncryption.VectorBytes(encryption)];
        var (cipher, tag) = ContentEncryption.Encrypt(encryption, key, vector, Text, Associated);
        Assert.Null(ContentEncryption.Decrypt(encryption, key[1..], vector, cipher, tag, Associated));
        Assert.Null(ContentEncryption.Decrypt(encryption, key, vector[1..], cipher, tag, Associated));
        Assert.Null(ContentEncryption.Decrypt(encryption, key, vector, cipher, tag[..12], Associated));
        Assert.Null(ContentEncryption.Decrypt(encryption, key, vector, cipher, [], Associated));
    }

    private static byte[] Changed(byte[] value) => [(byte)(value[0] ^ 1), .. value[1..]];
}
