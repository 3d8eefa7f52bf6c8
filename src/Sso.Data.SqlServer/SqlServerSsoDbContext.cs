using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;

namespace Sso.Data.SqlServer;

/// <summary>The model on SQL Server, with its migrations.</summary>
public sealed class SqlServerSsoDbContext(DbContextOptions<SqlServerSsoDbContext> options) : SsoDbContext(options)
{
    protected override bool HasOwnClock => true;

    protected override bool IsDuplicateKey(DbUpdateException exception) =>
        exception.InnerException is SqlException { Number: 2601 or 2627 };

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDbFunction(NowFunction).HasName("SYSDATETIMEOFFSET").IsBuiltIn();
        // Here a unique index leaves nulls out, and the events that wait to be sealed are looked for each second.
        builder.Entity<SecurityEvent>().HasIndex(row => new { row.Sequence, row.Id });
    }
}
