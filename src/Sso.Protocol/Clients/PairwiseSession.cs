using System.Security.Cryptography;

namespace Sso.Protocol.Clients;

/// <summary>
/// The sid of clients with pairwise subjects: the id of the session, enciphered for their sector, so that two sectors cannot find out by a session that they
/// speak of one person (OIDC Core §8.1). An id is exactly one block of AES, and a block cipher is a permutation: what comes back in a token or a hint can be
/// read again, with no row that would remember it.
/// </summary>
public static class PairwiseSession
{
    /// <param name="sectorKey">The key of the sector, from <see cref="PairwiseSubject.KeyOf"/>; people are 16 bytes under it, so this label is none of them.</param>
    public static byte[] KeyOf(byte[] sectorKey) => HMACSHA256.HashData(sectorKey, "sid"u8);

    public static Guid Of(byte[] sessionKey, Guid sessionId)
    {
        using var aes = Aes.Create();
        aes.Key = sessionKey;
        return new(aes.EncryptEcb(sessionId.ToByteArray(bigEndian: true), PaddingMode.None), bigEndian: true);
    }

    /// <summary>The session behind a sid; some other id, which no session has, when the sid was made elsewhere.</summary>
    public static Guid Read(byte[] sessionKey, Guid sid)
    {
        using var aes = Aes.Create();
        aes.Key = sessionKey;
        return new(aes.DecryptEcb(sid.ToByteArray(bigEndian: true), PaddingMode.None), bigEndian: true);
    }
}
