using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sso.Data.PostgreSql;

/// <summary>Chooses PostgreSQL as the database: used by the server and by the design-time tools alike.</summary>
public static class PostgreSqlRegistration
{
    /// <summary><c>EnableRetryOnFailure</c> stays off in the options here, for the reasons that stand at SQL Server's.</summary>
    public static IServiceCollection AddSsoPostgreSql(this IServiceCollection services, string connectionString)
    {
        services.AddPooledDbContextFactory<PostgreSqlSsoDbContext>(
            (provider, options) => options.UseSsoModel(provider).UseNpgsql(connectionString));
        services.AddScoped<SsoDbContext>(
            provider => provider.GetRequiredService<IDbContextFactory<PostgreSqlSsoDbContext>>().CreateDbContext());
        services.AddSingleton<IDbContextFactory<SsoDbContext>, SsoDbContextFactory<PostgreSqlSsoDbContext>>();
        return services;
    }
}
