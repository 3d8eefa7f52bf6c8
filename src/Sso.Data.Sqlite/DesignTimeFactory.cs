using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;

namespace Sso.Data.Sqlite;

/// <summary>For <c>dotnet ef migrations</c>: no database is opened.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<SqliteSsoDbContext>
{
    public SqliteSsoDbContext CreateDbContext(string[] args) =>
        new ServiceCollection().AddSsoSqlite("Data Source=design.db").BuildServiceProvider()
            .GetRequiredService<IDbContextFactory<SqliteSsoDbContext>>().CreateDbContext();
}
