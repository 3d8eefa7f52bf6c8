using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Sso.Data.PostgreSql;

/// <summary>The model on PostgreSQL, with its migrations.</summary>
public sealed class PostgreSqlSsoDbContext(DbContextOptions<PostgreSqlSsoDbContext> options) : SsoDbContext(options)
{
    protected override bool HasOwnClock => true;

    protected override bool IsDuplicateKey(DbUpdateException exception) =>
        exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDbFunction(NowFunction).HasName("clock_timestamp").IsBuiltIn();
    }
}
