using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sso.Data.Secrets;

/// <summary>
/// Authenticated encryption under the data keys: AES-256-GCM with the purpose as associated data. An envelope is key id (16 bytes), nonce
/// (12), tag (16), ciphertext. A sealed text also holds its end of life; even a forged one must not sign anybody in, so whoever opens one
/// checks a row as well.
/// </summary>
public sealed class Sealer(DataKeyRing keys, TimeProvider clock)
{
    private const int IdSize = 16;
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int Overhead = IdSize + NonceSize + TagSize;

    /// <summary>Seals for a URL or a form, to be opened until <paramref name="lifetime"/> has passed.</summary>
    public string Seal(string purpose, ReadOnlySpan<byte> plain, TimeSpan lifetime)
    {
        var withEnd = new byte[8 + plain.Length];
        BinaryPrimitives.WriteInt64BigEndian(withEnd, (clock.GetUtcNow() + lifetime).ToUnixTimeMilliseconds());
        plain.CopyTo(withEnd.AsSpan(8));
        return Base64Url.EncodeToString(Protect(purpose, withEnd));
    }

    /// <summary>Null if the text was not sealed here for this purpose, differs in any character, or is past its life.</summary>
    /// <param name="purpose">As it was sealed.</param>
    /// <param name="text">What came.</param>
    /// <param name="late">How long past its life it still says what it was about, for callers that grant nothing by it.</param>
    public byte[]? Open(string purpose, string? text, TimeSpan late = default)
    {
        if (string.IsNullOrEmpty(text) || !Base64Url.IsValid(text))
        {
            return null;
        }

        var envelope = Base64Url.DecodeFromChars(text);
        // Each envelope has one spelling: a different last character whose low bits are unused would otherwise decode to the same bytes.
        if (Base64Url.EncodeToString(envelope) != text || IsOfRetiredKey(envelope)
            || Unprotect(purpose, envelope) is not { Length: >= 8 } withEnd)
        {
            return null;
        }

        var end = BinaryPrimitives.ReadInt64BigEndian(withEnd);
        return end > (clock.GetUtcNow() - late).ToUnixTimeMilliseconds() ? withEnd[8..] : null;
    }

    private bool IsOfRetiredKey(byte[] envelope) =>
        envelope.Length >= IdSize && keys.IsRetired(new Guid(envelope.AsSpan(0, IdSize), bigEndian: true));

    /// <summary>
    /// Encrypts a column; the context names table, column and row, so that a value copied into another row does not open.
    /// </summary>
    public byte[] Protect(string context, ReadOnlySpan<byte> plain)
    {
        var (id, key) = keys.Current;
        var envelope = new byte[Overhead + plain.Length];
        id.TryWriteBytes(envelope, bigEndian: true, out _);
        RandomNumberGenerator.Fill(envelope.AsSpan(IdSize, NonceSize));
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(
            envelope.AsSpan(IdSize, NonceSize), plain, envelope.AsSpan(Overhead),
            envelope.AsSpan(IdSize + NonceSize, TagSize), Encoding.UTF8.GetBytes(context));
        return envelope;
    }

    public byte[] Protect(string context, string plain) => Protect(context, Encoding.UTF8.GetBytes(plain));

    /// <summary>Null if the value was not protected here for this context.</summary>
    public byte[]? Unprotect(string context, byte[] envelope)
    {
        if (envelope.Length < Overhead || keys.Find(new Guid(envelope.AsSpan(0, IdSize), bigEndian: true)) is not { } key)
        {
            return null;
        }

        var plain = new byte[envelope.Length - Overhead];
        using var aes = new AesGcm(key, TagSize);
        try
        {
            aes.Decrypt(
                envelope.AsSpan(IdSize, NonceSize), envelope.AsSpan(Overhead),
                envelope.AsSpan(IdSize + NonceSize, TagSize), plain, Encoding.UTF8.GetBytes(context));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>The plain value of a row that was read from the database.</summary>
    /// <exception cref="ProtectedValueException">The value does not belong to this row or its key is gone.</exception>
    public byte[] Reveal(string context, byte[] envelope) =>
        Unprotect(context, envelope) ?? throw new ProtectedValueException(context);

    /// <summary>The text behind <see cref="Protect(string, string)"/>.</summary>
    /// <exception cref="ProtectedValueException">As for <see cref="Reveal"/>.</exception>
    public string UnprotectText(string context, byte[] envelope) => Encoding.UTF8.GetString(Reveal(context, envelope));

    /// <summary>The data key under which an envelope was made.</summary>
    public static Guid KeyIdOf(byte[] envelope) => new(envelope.AsSpan(0, IdSize), bigEndian: true);

    /// <summary>The id of the key that <see cref="Derive"/> would use today, to be stored with what is derived.</summary>
    public Guid CurrentKeyId => keys.Current.Id;

    /// <summary>HMAC-SHA-256 under a data key; null if that key is gone.</summary>
    public byte[]? Derive(Guid keyId, string purpose, ReadOnlySpan<byte> data) =>
        keys.Find(keyId) is { } key ? MacOf(key, purpose, data) : null;

    /// <summary>The same under every data key that is known, to look for what was derived under any of them.</summary>
    public List<byte[]> DeriveByEach(string purpose, byte[] data) => [.. keys.All.Select(key => MacOf(key, purpose, data))];

    private static byte[] MacOf(byte[] key, string purpose, ReadOnlySpan<byte> data) =>
        HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes(purpose), 0, .. data]);
}
