using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Sso.Data.Sqlite;

/// <summary>The model on SQLite, with its migrations.</summary>
public sealed class SqliteSsoDbContext(DbContextOptions<SqliteSsoDbContext> options) : SsoDbContext(options)
{
    protected override bool HasOwnClock => false;

    /// <summary>Whoever writes is alone.</summary>
    protected override (string Table, string Statement) HeldRows => ("", "ON CONFLICT DO NOTHING");

    protected override bool IsDuplicateKey(DbException? exception) =>
        exception is SqliteException { SqliteErrorCode: 19, SqliteExtendedErrorCode: 1555 or 2067 };

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMillisecondsConverter>();
    }

    /// <summary>SQLite cannot compare its text form of an instant; whole milliseconds compare and sort.</summary>
    private sealed class UnixMillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
        instant => instant.ToUnixTimeMilliseconds(), milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
}
