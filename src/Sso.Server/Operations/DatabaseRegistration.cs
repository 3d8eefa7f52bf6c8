using Sso.Data.PostgreSql;
using Sso.Data.Sqlite;
using Sso.Data.SqlServer;

namespace Sso.Server.Operations;

/// <summary>Chooses the database by configuration: <c>Database:Provider</c> and <c>Database:ConnectionString</c>.</summary>
public static class DatabaseRegistration
{
    /// <exception cref="SettingsException">The provider is unknown or the connection string is missing.</exception>
    public static IServiceCollection AddSsoDatabase(this IServiceCollection services, IConfiguration configuration)
    {
        var provider = configuration["Database:Provider"] ?? "Sqlite";
        if (provider is not ("Sqlite" or "PostgreSql" or "SqlServer"))
        {
            throw new SettingsException($"Database:Provider is \"{provider}\". Set it to Sqlite, PostgreSql or SqlServer.");
        }

        var connectionString = configuration["Database:ConnectionString"];
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            connectionString = provider == "Sqlite"
                ? "Data Source=sso.db"
                : throw new SettingsException($"Database:ConnectionString is not set. {provider} needs one.");
        }

        return provider switch
        {
            "Sqlite" => services.AddSsoSqlite(connectionString),
            "PostgreSql" => services.AddSsoPostgreSql(connectionString),
            _ => services.AddSsoSqlServer(connectionString),
        };
    }
}
