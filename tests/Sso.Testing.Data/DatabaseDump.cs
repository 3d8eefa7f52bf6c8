using System.Buffers.Text;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Data;

namespace Sso.Testing;

/// <summary>Everything a thief of the database has: each cell of each table, as bytes.</summary>
public sealed class DatabaseDump
{
    private readonly List<(string Where, byte[] Bytes)> _cells = [];

    public static async Task<DatabaseDump> OfAsync(SsoDbContext database)
    {
        var dump = new DatabaseDump();
        await database.Database.OpenConnectionAsync();
        foreach (var table in database.Model.GetEntityTypes().Select(type => type.GetTableName()).Distinct())
        {
            await using var command = database.Database.GetDbConnection().CreateCommand();
            command.CommandText = $"SELECT * FROM \"{table}\"";
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
            {
                for (var column = 0; column < reader.FieldCount; column++)
                {
                    dump.Add($"{table}.{reader.GetName(column)}", reader.GetValue(column));
                }
            }
        }

        return dump;
    }

    /// <summary>Where a secret stands in any of its spellings; the database keeps bytes as bytes and texts as UTF-8.</summary>
    public IEnumerable<string> Find(string secret) => Find([Encoding.UTF8.GetBytes(secret), .. Spellings.Decoded(secret)]);

    public IEnumerable<string> Find(IEnumerable<byte[]> needles) =>
        from needle in needles
        where needle.Length >= 6
        from cell in _cells
        where cell.Bytes.AsSpan().IndexOf(needle) >= 0
        select cell.Where;

    private void Add(string where, object value)
    {
        var bytes = value switch
        {
            byte[] binary => binary,
            string text => Encoding.UTF8.GetBytes(text),
            string[] texts => Encoding.UTF8.GetBytes(string.Join('\n', texts)),
            _ => null,
        };
        if (bytes is not null)
        {
            _cells.Add((where, bytes));
        }
    }
}

/// <summary>The forms in which one secret may turn up.</summary>
public static class Spellings
{
    public static IEnumerable<string> Of(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        return new[]
        {
            secret, Uri.EscapeDataString(secret), Convert.ToBase64String(bytes).TrimEnd('='),
            Base64Url.EncodeToString(bytes), Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes),
        }.Distinct();
    }

    /// <summary>What a secret is when it is text for bytes.</summary>
    public static IEnumerable<byte[]> Decoded(string secret)
    {
        if (Base64Url.IsValid(secret) && secret.Length >= 16)
        {
            yield return Base64Url.DecodeFromChars(secret);
        }

        if (secret.Length % 2 == 0 && secret.Length >= 16 && secret.All(char.IsAsciiHexDigit))
        {
            yield return Convert.FromHexString(secret);
        }
    }
}
