using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Sso.Testing;

/// <summary>
/// RSA keys, of which one takes longer to make than a server to start. Those of one test run share them, and no database gets one twice.
/// </summary>
internal static class KeyStock
{
    private static readonly ConcurrentDictionary<(int Bits, int Number), Lazy<byte[]>> Keys = new();
    private static readonly ConcurrentDictionary<(string Database, int Bits), int> Taken = new();

    public static RSA Take(string database, int bits) => Open(bits, Taken.AddOrUpdate((database, bits), 0, (_, last) => last + 1));

    private static RSA Open(int bits, int number)
    {
        var rsa = RSA.Create();
        rsa.ImportRSAPrivateKey(Keys.GetOrAdd((bits, number), key => new(() => Make(key.Bits))).Value, out _);
        return rsa;
    }

    private static byte[] Make(int bits)
    {
        using var rsa = RSA.Create(bits);
        return rsa.ExportRSAPrivateKey();
    }
}
