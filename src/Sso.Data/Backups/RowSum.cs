using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Sso.Data.Backups;

/// <summary>Counts rows and adds their hashes, in whatever order they come.</summary>
internal sealed class RowSum
{
    private const int Words = SHA256.HashSizeInBytes / sizeof(ulong);
    private readonly ulong[] _sum = new ulong[Words];

    public long Rows { get; private set; }

    public string Checksum
    {
        get
        {
            var bytes = new byte[SHA256.HashSizeInBytes];
            for (var word = 0; word < Words; word++)
            {
                BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan((Words - 1 - word) * sizeof(ulong)), _sum[word]);
            }

            return Convert.ToHexStringLower(bytes);
        }
    }

    public void Add(ReadOnlySpan<byte> row)
    {
        Rows++;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(row, hash);
        var carry = UInt128.Zero;
        for (var word = 0; word < Words; word++)
        {
            carry += (UInt128)_sum[word] + BinaryPrimitives.ReadUInt64BigEndian(hash[((Words - 1 - word) * sizeof(ulong))..]);
            _sum[word] = (ulong)carry;
            carry >>= 64;
        }
    }
}
