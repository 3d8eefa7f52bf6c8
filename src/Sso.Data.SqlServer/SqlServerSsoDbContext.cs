using Microsoft.Data.SqlClient;
using Microsoft.EntityFrameworkCore;

namespace Sso.Data.SqlServer;

/// <summary>The model on SQL Server, with its migrations.</summary>
public sealed class SqlServerSsoDbContext(DbContextOptions<SqlServerSsoDbContext> options) : SsoDbContext(options)
{
    protected override bool IsDuplicateKey(DbUpdateException exception) =>
        exception.InnerException is SqlException { Number: 2601 or 2627 };
}
