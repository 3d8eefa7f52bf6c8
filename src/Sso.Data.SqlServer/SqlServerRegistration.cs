using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sso.Data.SqlServer;

/// <summary>Chooses SQL Server as the database: used by the server and by the design-time tools alike.</summary>
public static class SqlServerRegistration
{
    public static IServiceCollection AddSsoSqlServer(this IServiceCollection services, string connectionString)
    {
        // Set in the options and not on the context: only from here does Identity's model read it (the passkey table would go missing).
        services.Configure<IdentityOptions>(options => options.Stores.SchemaVersion = IdentitySchemaVersions.Version3);
        services.AddPooledDbContextFactory<SqlServerSsoDbContext>(options => options.UseSsoModel().UseSqlServer(connectionString));
        services.AddScoped<SsoDbContext>(provider => provider.GetRequiredService<IDbContextFactory<SqlServerSsoDbContext>>().CreateDbContext());
        services.AddSingleton<IDbContextFactory<SsoDbContext>, SsoDbContextFactory<SqlServerSsoDbContext>>();
        return services;
    }
}
