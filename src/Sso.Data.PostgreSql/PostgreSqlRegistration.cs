using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Sso.Data.PostgreSql;

/// <summary>Chooses PostgreSQL as the database, for the server and the design-time tools alike.</summary>
public static class PostgreSqlRegistration
{
    /// <summary>
    /// A recurring statement is prepared: parsing and planning one costs the database several times what most of ours take to run. And a
    /// connection goes back to the pool as it is, because nothing here changes its session. In Npgsql's keywords, each in both spellings.
    /// </summary>
    private static readonly (string Name, string Alias, object Value)[] Defaults =
    [
        ("Max Auto Prepare", "MaxAutoPrepare", 100),
        ("Auto Prepare Min Usages", "AutoPrepareMinUsages", 2),
        ("No Reset On Close", "NoResetOnClose", true),
    ];

    /// <summary><c>EnableRetryOnFailure</c> stays off in the options here, for the reasons given for SQL Server.</summary>
    public static IServiceCollection AddSsoPostgreSql(this IServiceCollection services, string connectionString)
    {
        var settings = WithDefaults(connectionString);
        services.AddPooledDbContextFactory<PostgreSqlSsoDbContext>(
            (provider, options) => options.UseSsoModel(provider).UseNpgsql(settings));
        services.AddScoped<SsoDbContext>(
            provider => provider.GetRequiredService<IDbContextFactory<PostgreSqlSsoDbContext>>().CreateDbContext());
        services.AddSingleton<IDbContextFactory<SsoDbContext>, SsoDbContextFactory<PostgreSqlSsoDbContext>>();
        return services;
    }

    /// <summary>What the operator has set stays.</summary>
    private static string WithDefaults(string connectionString)
    {
        var settings = new DbConnectionStringBuilder { ConnectionString = connectionString };
        foreach (var (name, alias, value) in Defaults)
        {
            if (!settings.ContainsKey(name) && !settings.ContainsKey(alias))
            {
                settings[name] = value;
            }
        }

        return settings.ConnectionString;
    }
}
