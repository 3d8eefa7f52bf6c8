using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sso.Data.SqlServer;

/// <summary>Chooses SQL Server as the database, for the server and the design-time tools alike.</summary>
public static class SqlServerRegistration
{
    /// <summary>
    /// <c>EnableRetryOnFailure</c> would be switched on in the options here, and stays off: it refuses transactions that we begin, and a
    /// retried insert of a code, whose first try was committed although its answer was lost, would look like a replay and revoke what it
    /// made. The caller is told to come back (503), and decides for itself.
    /// </summary>
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
