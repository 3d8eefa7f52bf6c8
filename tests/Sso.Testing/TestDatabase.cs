using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data;
using Sso.Data.PostgreSql;
using Sso.Data.Sqlite;
using Sso.Data.SqlServer;

namespace Sso.Testing;

/// <summary>
/// A fresh, migrated database of the provider that <c>SSO_TEST_PROVIDER</c> names (Sqlite unless set); removed afterwards. PostgreSql and SqlServer need
/// <c>SSO_TEST_POSTGRESQL</c> and <c>SSO_TEST_SQLSERVER</c>.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private TestDatabase(string provider, string name, string connectionString, string folder) =>
        (Provider, Name, ConnectionString, Folder) = (provider, name, connectionString, folder);

    public static string ChosenProvider => Environment.GetEnvironmentVariable("SSO_TEST_PROVIDER") is { Length: > 0 } chosen ? chosen : "Sqlite";

    public string Provider { get; }

    /// <summary>Stands in the connection string of this database and of no other.</summary>
    public string Name { get; }

    public string ConnectionString { get; }

    /// <summary>The folder of the SQLite file, or of other files of the same test.</summary>
    public string Folder { get; }

    public static Task<TestDatabase> CreateAsync() => CreateAsync(ChosenProvider);

    /// <summary>The reason why a provider cannot be tested here; null when it can.</summary>
    public static string? WhyNot(string provider) => provider switch
    {
        "PostgreSql" when Environment.GetEnvironmentVariable("SSO_TEST_POSTGRESQL") is null or "" => "SSO_TEST_POSTGRESQL is not set",
        "SqlServer" when Environment.GetEnvironmentVariable("SSO_TEST_SQLSERVER") is null or "" => "SSO_TEST_SQLSERVER is not set",
        _ => null,
    };

    public static async Task<TestDatabase> CreateAsync(string provider)
    {
        var name = "sso_test_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var folder = Directory.CreateTempSubdirectory("sso-test-").FullName;
        var connectionString = provider switch
        {
            "Sqlite" => $"Data Source={Path.Combine(folder, name + ".db")}",
            "PostgreSql" => WithDatabase(Environment.GetEnvironmentVariable("SSO_TEST_POSTGRESQL")!, name),
            "SqlServer" => WithDatabase(Environment.GetEnvironmentVariable("SSO_TEST_SQLSERVER")!, name),
            _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, "Sqlite, PostgreSql or SqlServer"),
        };
        var database = new TestDatabase(provider, name, connectionString, folder);
        await using var context = database.Open();
        await context.Database.MigrateAsync();
        return database;
    }

    /// <summary>A context of its own, outside any server.</summary>
    public SsoDbContext Open() => Services().BuildServiceProvider().GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContext();

    public IServiceCollection Services() => Provider switch
    {
        "Sqlite" => new ServiceCollection().AddSsoSqlite(ConnectionString),
        "PostgreSql" => new ServiceCollection().AddSsoPostgreSql(ConnectionString),
        _ => new ServiceCollection().AddSsoSqlServer(ConnectionString),
    };

    public async ValueTask DisposeAsync()
    {
        await using (var context = Open())
        {
            if (Provider == "Sqlite")
            {
                Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            }

            await context.Database.EnsureDeletedAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    private static string WithDatabase(string connectionString, string name)
    {
        var builder = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connectionString, ["Database"] = name };
        return builder.ConnectionString;
    }
}
