using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.PostgreSql;
using Sso.Data.Sqlite;
using Sso.Data.SqlServer;
using Sso.Settings;

namespace Sso.Server.Operations;

/// <summary>Chooses the database by configuration.</summary>
internal static class DatabaseRegistration
{
    internal const string Section = "Database";

    private const int LongestWaitInSeconds = 3;

    public static IServiceCollection AddSsoDatabase(
        this IServiceCollection services, IConfiguration configuration, IHostEnvironment environment)
    {
        var rules = new DatabaseRules(environment);
        services.AddSettings(configuration, Section, rules)
            .AddUnset<DatabaseOptions>($"{Section}:ConnectionString", options => options.Connection);
        var database = configuration.ReadUnchecked<DatabaseOptions>(Section);
        if (!rules.Validate(database).IsValid)
        {
            // The start ends there, and nothing opens the one that stands in its place.
            database = new DatabaseOptions();
        }

        return database.Provider switch
        {
            DatabaseOptions.PostgreSql => services.AddSsoPostgreSql(WithoutQueue(database.Connection, "Timeout")),
            DatabaseOptions.SqlServer => services.AddSsoSqlServer(
                WithoutQueue(database.Connection, "Connect Timeout", "Connection Timeout", "Timeout")),
            _ => services.AddSsoSqlite(database.Connection),
        };
    }

    /// <summary>For the files of SQLite: at each start, and once more after the first migration has created them.</summary>
    internal static void KeepFilesFromOthers(DatabaseOptions database)
    {
        if (database.SqliteFile is { } file)
        {
            foreach (var ending in (string[])["", "-wal", "-shm"])
            {
                KeyFiles.KeepFromOthers(file + ending);
            }
        }
    }

    /// <summary>Of the other databases the operator decides when they are migrated.</summary>
    internal static async Task MigrateSqliteAsync(IServiceProvider services, CancellationToken cancellation)
    {
        var settings = services.GetRequiredService<DatabaseOptions>();
        if (!settings.IsSqlite)
        {
            return;
        }

        await using var database = await services.GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContextAsync(cancellation);
        // Migrating compares the whole model first, a third of a cold start, even when there is nothing to do.
        if ((await database.Database.GetPendingMigrationsAsync(cancellation)).Any())
        {
            await database.MigrateAsync(cancellation);
            KeepFilesFromOthers(settings);
        }
    }

    /// <summary>
    /// Who waits for a connection of a pool that is exhausted would wait 15 s, as long as for a server that does not answer, and by then
    /// has gone: they are told to come back while they still listen. What the operator says, under any of these names, stays.
    /// </summary>
    private static string WithoutQueue(string connection, params string[] names)
    {
        var settings = new DbConnectionStringBuilder { ConnectionString = connection };
        if (names.Any(settings.ContainsKey))
        {
            return connection;
        }

        settings[names[0]] = LongestWaitInSeconds;
        return settings.ConnectionString;
    }
}
