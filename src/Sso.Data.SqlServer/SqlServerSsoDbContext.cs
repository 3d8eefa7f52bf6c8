using System.Data.Common;
using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;

namespace Sso.Data.SqlServer;

/// <summary>The model on SQL Server, with its migrations.</summary>
public sealed class SqlServerSsoDbContext(DbContextOptions<SqlServerSsoDbContext> options) : SsoDbContext(options)
{
    protected override bool HasOwnClock => true;

    /// <summary>Without the hint a read under READ_COMMITTED_SNAPSHOT waits for nobody and holds nothing.</summary>
    protected override (string Table, string Statement) HeldRows => (" WITH (REPEATABLEREAD)", "");

    protected override bool IsDuplicateKey(DbException? exception) =>
        exception is SqlException { Number: 2601 or 2627 };

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.HasDbFunction(NowFunction).HasName("SYSDATETIMEOFFSET").IsBuiltIn();
        // Here a unique index leaves nulls out, and the events that wait to be sealed are looked for each second.
        builder.Entity<SecurityEvent>().HasIndex(row => new { row.Sequence, row.Id });
    }
}
