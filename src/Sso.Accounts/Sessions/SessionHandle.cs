using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Sso.Accounts.Sessions;

/// <summary>
/// The value of the session cookie: 128 random bits that last as long as the session, a dot, and 256 random bits that are renewed whenever
/// more is proved. Only both together name the session; the lasting part alone ties forms to it across tabs.
/// </summary>
public static class SessionHandle
{
    /// <summary>A new handle; the lasting part is taken over from the former one of the same session.</summary>
    public static string New(string? former)
    {
        var lasting = former?.Split('.') is [{ Length: 22 } kept, _] ? kept : Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        return $"{lasting}.{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}";
    }

    /// <summary>A hash of the lasting part; empty without a session.</summary>
    public static string LastingPartOf(string? handle) => handle?.Split('.') is [{ Length: 22 } lasting, _]
        ? Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(lasting)))
        : "";
}
