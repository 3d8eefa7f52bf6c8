using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Sso.Protocol.Encryption;

/// <summary>Encrypts and authenticates the content of a JWE: AES-CBC with HMAC (RFC 7518 §5.2), AES-GCM (RFC 7518 §5.3).</summary>
public static class ContentEncryption
{
    public const string A128CbcHs256 = "A128CBC-HS256";
    public const string A256CbcHs512 = "A256CBC-HS512";
    public const string A128Gcm = "A128GCM";
    public const string A256Gcm = "A256GCM";

    private const int GcmTagBytes = 16;

    public static readonly IReadOnlyList<string> All = [A128CbcHs256, A256CbcHs512, A128Gcm, A256Gcm];

    public static int KeyBytes(string encryption) => encryption switch
    {
        A128Gcm => 16,
        A256Gcm or A128CbcHs256 => 32,
        A256CbcHs512 => 64,
        _ => throw new UnreachableException(),
    };

    /// <summary>Of a value that must never be used twice with one key.</summary>
    public static int VectorBytes(string encryption) => IsGcm(encryption) ? 12 : 16;

    /// <param name="encryption">One of <see cref="All"/>.</param>
    /// <param name="key">Of <see cref="KeyBytes"/>.</param>
    /// <param name="vector">Of <see cref="VectorBytes"/>.</param>
    /// <param name="text">What is encrypted.</param>
    /// <param name="associated">What is authenticated with it: the encoded header.</param>
    public static (byte[] Cipher, byte[] Tag) Encrypt(string encryption, byte[] key, byte[] vector, byte[] text, byte[] associated)
    {
        if (IsGcm(encryption))
        {
            var (cipher, tag) = (new byte[text.Length], new byte[GcmTagBytes]);
            using var gcm = new AesGcm(key, GcmTagBytes);
            gcm.Encrypt(vector, text, cipher, tag, associated);
            return (cipher, tag);
        }

        using var aes = Aes.Create();
        aes.Key = key[(key.Length / 2)..];
        var encrypted = aes.EncryptCbc(text, vector);
        return (encrypted, CbcTag(key, vector, encrypted, associated));
    }

    /// <summary>Null for what was not encrypted with this key, whatever the cause.</summary>
    public static byte[]? Decrypt(string encryption, byte[] key, byte[] vector, byte[] cipher, byte[] tag, byte[] associated)
    {
        if (key.Length != KeyBytes(encryption) || vector.Length != VectorBytes(encryption))
        {
            return null;
        }

        if (IsGcm(encryption))
        {
            // A shorter tag would be easier to guess (RFC 7518 §5.3).
            return tag.Length == GcmTagBytes ? OpenGcm(key, vector, cipher, tag, associated) : null;
        }

        // RFC 7518 §5.2.2.2: nothing is decrypted before the tag was found right, so no padding tells anything.
        if (!CryptographicOperations.FixedTimeEquals(CbcTag(key, vector, cipher, associated), tag))
        {
            return null;
        }

        using var aes = Aes.Create();
        aes.Key = key[(key.Length / 2)..];
        return aes.DecryptCbc(cipher, vector);
    }

    private static bool IsGcm(string encryption) => encryption is A128Gcm or A256Gcm;

    private static byte[]? OpenGcm(byte[] key, byte[] vector, byte[] cipher, byte[] tag, byte[] associated)
    {
        var text = new byte[cipher.Length];
        using var gcm = new AesGcm(key, GcmTagBytes);
        try
        {
            gcm.Decrypt(vector, cipher, tag, text, associated);
            return text;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>
    /// RFC 7518 §5.2.2.1: the first half of the HMAC, under the first half of the key, over header, vector,
    /// cipher and the header's length in bits.
    /// </summary>
    private static byte[] CbcTag(byte[] key, byte[] vector, byte[] cipher, byte[] associated)
    {
        var half = key.Length / 2;
        Span<byte> bits = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bits, associated.Length * 8L);
        using var hmac = IncrementalHash.CreateHMAC(half == 16 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512, key.AsSpan(0, half));
        hmac.AppendData(associated);
        hmac.AppendData(vector);
        hmac.AppendData(cipher);
        hmac.AppendData(bits);
        return hmac.GetHashAndReset()[..half];
    }
}
