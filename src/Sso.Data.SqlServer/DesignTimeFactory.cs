using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;

namespace Sso.Data.SqlServer;

/// <summary>For <c>dotnet ef migrations</c>: no database is opened.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<SqlServerSsoDbContext>
{
    public SqlServerSsoDbContext CreateDbContext(string[] args) =>
        new ServiceCollection().AddSsoSqlServer("Server=localhost;Database=design").BuildServiceProvider()
            .GetRequiredService<IDbContextFactory<SqlServerSsoDbContext>>().CreateDbContext();
}
