using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sso.Protocol.Clients;

/// <summary>A keyed hash of sector and person (OIDC Core §8.1): nobody without the key finds the person, or one shared by two.</summary>
public static class PairwiseSubject
{
    /// <summary>The key of one sector.</summary>
    /// <param name="key">The key of the installation, 32 bytes.</param>
    /// <param name="sector">The host of its sector identifier, in lower case.</param>
    public static byte[] KeyOf(byte[] key, string sector) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes("sector:" + sector));

    public static string Of(byte[] sectorKey, Guid personId) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(sectorKey, personId.ToByteArray(bigEndian: true)));

    /// <param name="person">Whatever name the host has for them, but not an id of ours: those are hashed as they are.</param>
    public static string Of(byte[] sectorKey, string person) =>
        Base64Url.EncodeToString(HMACSHA256.HashData(sectorKey, Encoding.UTF8.GetBytes("person:" + person)));
}

/// <summary>
/// The sid of clients with pairwise subjects: the id of the session, enciphered for their sector, so that two sectors cannot find out from
/// a session that they share a person (OIDC Core §8.1). An id is exactly one block of AES, and a block cipher is a permutation: what comes
/// back in a token or a hint can be read again, without a row to remember it.
/// </summary>
public static class PairwiseSession
{
    /// <param name="sectorKey">From <see cref="PairwiseSubject.KeyOf"/>; under it people are 16 bytes, so this label is none.</param>
    public static byte[] KeyOf(byte[] sectorKey) => HMACSHA256.HashData(sectorKey, "sid"u8);

    public static Guid Of(byte[] sessionKey, Guid sessionId)
    {
        using var aes = Aes.Create();
        aes.Key = sessionKey;
        return new(aes.EncryptEcb(sessionId.ToByteArray(bigEndian: true), PaddingMode.None), bigEndian: true);
    }

    /// <summary>The session behind a sid; if the sid was made elsewhere, some other id, which no session has.</summary>
    public static Guid Read(byte[] sessionKey, Guid sid)
    {
        using var aes = Aes.Create();
        aes.Key = sessionKey;
        return new(aes.DecryptEcb(sid.ToByteArray(bigEndian: true), PaddingMode.None), bigEndian: true);
    }
}
