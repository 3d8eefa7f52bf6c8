using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.DependencyInjection;

namespace Sso.Data.PostgreSql;

/// <summary>For <c>dotnet ef migrations</c>: no database is opened.</summary>
internal sealed class DesignTimeFactory : IDesignTimeDbContextFactory<PostgreSqlSsoDbContext>
{
    public PostgreSqlSsoDbContext CreateDbContext(string[] args) =>
        new ServiceCollection().AddSsoPostgreSql("Host=localhost;Database=design").BuildServiceProvider()
            .GetRequiredService<IDbContextFactory<PostgreSqlSsoDbContext>>().CreateDbContext();
}
