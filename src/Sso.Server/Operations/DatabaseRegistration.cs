using System.Data.Common;
using System.Net;
using Microsoft.Data.SqlClient;
using Microsoft.Data.Sqlite;
using Npgsql;
using Sso.Data.PostgreSql;
using Sso.Data.Sqlite;
using Sso.Data.SqlServer;

namespace Sso.Server.Operations;

/// <summary>Chooses the database by configuration: <c>Database:Provider</c> and <c>Database:ConnectionString</c>.</summary>
public static class DatabaseRegistration
{
    private const string Setting = "Database:ConnectionString";
    private const int LongestWaitInSeconds = 3;
    private const string Usual = "Data Source=sso.db";

    /// <exception cref="SettingsException">The provider is unknown, or the connection string is missing or unsafe.</exception>
    public static IServiceCollection AddSsoDatabase(
        this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        var provider = configuration["Database:Provider"] ?? "Sqlite";
        if (provider is not ("Sqlite" or "PostgreSql" or "SqlServer"))
        {
            throw new SettingsException($"Database:Provider is \"{provider}\". Set it to Sqlite, PostgreSql or SqlServer.");
        }

        var connectionString = configuration[Setting];
        if (string.IsNullOrWhiteSpace(connectionString))
        {
            connectionString = provider == "Sqlite"
                ? Usual
                : throw new SettingsException($"{Setting} is not set. {provider} needs one.");
        }

        try
        {
            if (environment.IsProduction())
            {
                RefusePlainConnection(provider, connectionString);
            }

            connectionString = WithoutQueue(provider, connectionString);
        }
        catch (ArgumentException exception)
        {
            // The message names the keyword; the value may hold a password.
            throw new SettingsException($"{Setting} cannot be read: {exception.Message}");
        }

        KeepFilesFromOthers(configuration);
        return provider switch
        {
            "Sqlite" => services.AddSsoSqlite(connectionString),
            "PostgreSql" => services.AddSsoPostgreSql(connectionString),
            _ => services.AddSsoSqlServer(connectionString),
        };
    }

    /// <summary>The files of SQLite: at each start, and once more after the first migration has made them.</summary>
    public static void KeepFilesFromOthers(IConfiguration configuration)
    {
        if (configuration["Database:Provider"] is null or "Sqlite")
        {
            var file = new SqliteConnectionStringBuilder(configuration[Setting] ?? Usual).DataSource;
            foreach (var ending in (string[])["", "-wal", "-shm"])
            {
                KeyFiles.KeepFromOthers(file + ending);
            }
        }
    }

    /// <summary>
    /// Who waits for a connection of a pool that is exhausted would wait 15 s, as long as for a server that does not answer, and by then has
    /// gone: they are told to come back while they still listen. What the operator says stays.
    /// </summary>
    private static string WithoutQueue(string provider, string connectionString)
    {
        string[] names = provider switch
        {
            "PostgreSql" => ["Timeout"],
            "SqlServer" => ["Connect Timeout", "Connection Timeout", "Timeout"],
            _ => [],
        };
        var settings = new DbConnectionStringBuilder { ConnectionString = connectionString };
        if (names.Length == 0 || names.Any(settings.ContainsKey))
        {
            return connectionString;
        }

        settings[names[0]] = LongestWaitInSeconds;
        return settings.ConnectionString;
    }

    /// <summary>On the way to another machine everything is encrypted, to a server whose name was verified.</summary>
    private static void RefusePlainConnection(string provider, string connectionString)
    {
        switch (provider)
        {
            case "PostgreSql" when new NpgsqlConnectionStringBuilder(connectionString) is var settings
                && settings.SslMode != SslMode.VerifyFull && !(settings.Host ?? "").Split(',').All(IsThisMachine):
                throw new SettingsException($"{Setting} does not demand verified TLS. Add: SSL Mode=VerifyFull");
            case "SqlServer" when new SqlConnectionStringBuilder(connectionString) is var settings
                && (settings.Encrypt == SqlConnectionEncryptOption.Optional || settings.TrustServerCertificate)
                && !IsThisMachine(settings.DataSource.Split('\\', ',')[0]):
                throw new SettingsException(
                    $"{Setting} does not demand verified TLS. Use Encrypt=Strict (or Mandatory) and no TrustServerCertificate.");
        }
    }

    /// <summary>A socket file, the loopback address, or the name for it.</summary>
    private static bool IsThisMachine(string host) => host.StartsWith('/') || host is "localhost" or "(local)" or "." or "(localdb)"
        || (IPAddress.TryParse(host.Split(':') is [var name, _] ? name : host, out var address) && IPAddress.IsLoopback(address));
}
