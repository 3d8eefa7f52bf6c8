using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sso.Data.Secrets;

/// <summary>Argon2id (RFC 9106) by the reference implementation of the operating system.</summary>
internal static partial class Argon2
{
    private const string Library = "libargon2.so.1";

    /// <summary>True where the system has the library (Debian: libargon2-1).</summary>
    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <exception cref="CryptographicException">The library refused the parameters or had no memory.</exception>
    public static byte[] Hash(byte[] password, byte[] salt, int kibibytes, int passes, int lanes, int length = 32)
    {
        var hash = new byte[length];
        var error = HashRaw(
            (uint)passes, (uint)kibibytes, (uint)lanes, password,
            (nuint)password.Length, salt, (nuint)salt.Length, hash, (nuint)hash.Length);
        return error == 0 ? hash : throw new CryptographicException($"Argon2id failed with code {error}.");
    }

    [LibraryImport(Library, EntryPoint = "argon2id_hash_raw")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int HashRaw(
        uint passes, uint kibibytes, uint lanes, byte[] password, nuint passwordLength,
        byte[] salt, nuint saltLength, byte[] hash, nuint hashLength);
}
