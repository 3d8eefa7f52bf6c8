using System.Security.Cryptography;

namespace Sso.Protocol.Clients;

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
