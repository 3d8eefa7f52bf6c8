using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Sso.Data.Secrets;

/// <summary>Argon2id (RFC 9106) by the operating system's reference implementation, in memory of our own.</summary>
internal static unsafe partial class Argon2
{
    private const string Library = "libargon2.so.1";
    private const uint Version = 0x13;
    private const int MemoryAllocationError = -22;

    /// <summary>True if the system has the library (Debian: libargon2-1); the numbers of mmap below are those of Linux.</summary>
    public static bool IsAvailable { get; } = OperatingSystem.IsLinux() && NativeLibrary.TryLoad(Library, out _);

    /// <exception cref="CryptographicException">The library refused the parameters or had no memory.</exception>
    public static byte[] Hash(byte[] password, byte[] salt, int kibibytes, int passes, int lanes, int length = 32)
    {
        var hash = new byte[length];
        fixed (byte* passwordBytes = password, saltBytes = salt, hashBytes = hash)
        {
            var context = new Context
            {
                Hash = hashBytes,
                HashLength = (uint)length,
                Password = passwordBytes,
                PasswordLength = (uint)password.Length,
                Salt = saltBytes,
                SaltLength = (uint)salt.Length,
                Passes = (uint)passes,
                Kibibytes = (uint)kibibytes,
                Lanes = (uint)lanes,
                Threads = (uint)lanes,
                Version = Version,
                Allocate = &Allocate,
                Free = &Free,
            };
            var error = HashIn(ref context);
            return error == 0 ? hash : throw new CryptographicException($"Argon2id failed with code {error}.");
        }
    }

    /// <summary>
    /// Mappings of the size of today's hashes that are kept for the next one, about as many as cores. malloc would keep more: having freed
    /// such a block, it takes the next from the arena of the thread, and each arena stays as large as it ever was. And a fresh mapping
    /// costs up to as much as the hash itself, because the system has to clear each page of it. The mapping for an imported hash may be
    /// many times as large, and is returned. The library wipes what it wrote.
    /// </summary>
    private static readonly ConcurrentBag<(nint Address, nuint Bytes)> Kept = [];

    private static volatile bool _usedOfLate;

    /// <summary>Unmaps what is kept, unless a hash was made since the last call. Returns the bytes that went back to the system.</summary>
    public static long ReleaseIdle()
    {
        if (_usedOfLate)
        {
            _usedOfLate = false;
            return 0;
        }

        long released = 0;
        while (Kept.TryTake(out var kept))
        {
            _ = Unmap((byte*)kept.Address, kept.Bytes);
            released += (long)kept.Bytes;
        }

        return released;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Allocate(byte** memory, nuint bytes)
    {
        const int readAndWrite = 1 | 2;
        const int privateAndAnonymous = 2 | 32;
        if (Kept.TryTake(out var kept))
        {
            if (kept.Bytes == bytes)
            {
                *memory = (byte*)kept.Address;
                return 0;
            }

            _ = Unmap((byte*)kept.Address, kept.Bytes);
        }

        var mapped = Map(null, bytes, readAndWrite, privateAndAnonymous, -1, 0);
        var failed = mapped == (byte*)-1;
        *memory = failed ? null : mapped;
        return failed ? MemoryAllocationError : 0;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(byte* memory, nuint bytes)
    {
        _usedOfLate = true;
        if (bytes == (nuint)PasswordHashing.Cost.Kibibytes * 1024 && Kept.Count < Environment.ProcessorCount)
        {
            Kept.Add(((nint)memory, bytes));
        }
        else
        {
            _ = Unmap(memory, bytes);
        }
    }

    [LibraryImport(Library, EntryPoint = "argon2id_ctx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int HashIn(ref Context context);

    [LibraryImport("libc", EntryPoint = "mmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial byte* Map(void* address, nuint bytes, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmap(void* address, nuint bytes);

    /// <summary>argon2_context of argon2.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Context
    {
        public byte* Hash;
        public uint HashLength;
        public byte* Password;
        public uint PasswordLength;
        public byte* Salt;
        public uint SaltLength;
        public byte* Secret;
        public uint SecretLength;
        public byte* AssociatedData;
        public uint AssociatedDataLength;
        public uint Passes;
        public uint Kibibytes;
        public uint Lanes;
        public uint Threads;
        public uint Version;
        public delegate* unmanaged[Cdecl]<byte**, nuint, int> Allocate;
        public delegate* unmanaged[Cdecl]<byte*, nuint, void> Free;
        public uint Flags;
    }
}
