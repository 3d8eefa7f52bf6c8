using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sso.Data.SqlServer;

/// <summary>Chooses SQL Server as the database: used by the server and by the design-time tools alike.</summary>
public static class SqlServerRegistration
{
    public static IServiceCollection AddSsoSqlServer(this IServiceCollection services, string connectionString)
    {
        services.AddPooledDbContextFactory<SqlServerSsoDbContext>(
            (provider, options) => options.UseSsoModel(provider).UseSqlServer(connectionString));
        services.AddScoped<SsoDbContext>(
            provider => provider.GetRequiredService<IDbContextFactory<SqlServerSsoDbContext>>().CreateDbContext());
        services.AddSingleton<IDbContextFactory<SsoDbContext>, SsoDbContextFactory<SqlServerSsoDbContext>>();
        return services;
    }
}
