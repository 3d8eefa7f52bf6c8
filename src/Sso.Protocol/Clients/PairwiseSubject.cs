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
