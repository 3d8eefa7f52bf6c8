using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Sso.Data.PostgreSql;

/// <summary>The model on PostgreSQL, with its migrations.</summary>
public sealed class PostgreSqlSsoDbContext(DbContextOptions<PostgreSqlSsoDbContext> options) : SsoDbContext(options)
{
    protected override bool HasOwnClock => true;

    protected override (string Table, string Statement) HeldRows => ("", "FOR SHARE ON CONFLICT DO NOTHING");

    protected override bool IsDuplicateKey(DbException? exception) =>
        exception is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDbFunction(NowFunction).HasName("clock_timestamp").IsBuiltIn();
    }
}
