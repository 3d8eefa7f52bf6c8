using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sso.Data;
using Sso.Data.PostgreSql;
using Sso.Data.Sqlite;
using Sso.Data.SqlServer;

namespace Sso.Testing;

/// <summary>
/// A fresh, migrated database of the provider that <c>SSO_TEST_PROVIDER</c> names (Sqlite unless set); removed afterwards. PostgreSql needs
/// <c>SSO_TEST_POSTGRESQL</c>, SqlServer <c>SSO_TEST_SQLSERVER</c> or a Docker engine.
/// </summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<TestDatabase>> SqliteTemplate = new(SqliteTemplateAsync);
    private static readonly Lazy<Task<TestDatabase>> PostgreSqlTemplate = new(PostgreSqlTemplateAsync);

    private TestDatabase(string provider, string name, string connectionString, string folder) =>
        (Provider, Name, ConnectionString, Folder) = (provider, name, connectionString, folder);

    public static string ChosenProvider =>
        Environment.GetEnvironmentVariable("SSO_TEST_PROVIDER") is { Length: > 0 } chosen ? chosen : "Sqlite";

    public string Provider { get; }

    /// <summary>Stands in the connection string of this database and of no other.</summary>
    public string Name { get; }

    public string ConnectionString { get; }

    /// <summary>The folder of the SQLite file, or of other files of the same test.</summary>
    public string Folder { get; }

    /// <summary>Beside it; made when it is first asked for, as an operator would.</summary>
    public string PassphraseFile
    {
        get
        {
            var file = Path.Combine(Folder, "passphrase");
            if (!File.Exists(file))
            {
                File.WriteAllText(file, Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                }
            }

            return file;
        }
    }

    public static Task<TestDatabase> CreateAsync() => CreateAsync(ChosenProvider);

    /// <summary>The reason why a provider cannot be tested here; null when it can.</summary>
    public static string? WhyNot(string provider) => provider switch
    {
        "PostgreSql" when Environment.GetEnvironmentVariable("SSO_TEST_POSTGRESQL") is null or "" => "SSO_TEST_POSTGRESQL is not set",
        "SqlServer" => SqlServerEngine.WhyNot,
        _ => null,
    };

    public static Task<TestDatabase> CreateAsync(string provider) => CreateAsync(provider, database => database.FillAsync());

    /// <param name="fill">Makes what is in it: in the beginning there is not even a schema.</param>
    public static async Task<TestDatabase> CreateAsync(string provider, Func<TestDatabase, Task> fill)
    {
        var name = "sso_test_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var folder = Directory.CreateTempSubdirectory("sso-test-").FullName;
        var database = new TestDatabase(provider, name, ConnectionStringOf(provider, name, folder), folder);
        await fill(database);
        return database;
    }

    /// <summary>Without a schema: on SQLite without a file.</summary>
    public static TestDatabase CreateEmpty(string provider)
    {
        var name = "sso_test_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var folder = Directory.CreateTempSubdirectory("sso-test-").FullName;
        return new TestDatabase(provider, name, ConnectionStringOf(provider, name, folder), folder);
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
            if (context.Database.GetDbConnection() is SqliteConnection connection)
            {
                SqliteConnection.ClearPool(connection);
            }

            await context.Database.EnsureDeletedAsync();
        }

        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Migrating takes many times as long as copying a database that was migrated once in this process.</summary>
    private async Task FillAsync()
    {
        switch (Provider)
        {
            case "Sqlite":
                File.Copy(FileIn(await SqliteTemplate.Value), FileIn(this));
                break;
            case "PostgreSql":
                await CopyAsync(await PostgreSqlTemplate.Value);
                break;
            default:
                await MigrateAsync();
                break;
        }
    }

    private async Task<TestDatabase> MigrateAsync()
    {
        await using var context = Open();
        await context.MigrateAsync(CancellationToken.None);
        return this;
    }

    private static async Task<TestDatabase> SqliteTemplateAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sso-test-template-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return await new TestDatabase("Sqlite", "template", $"Data Source={Path.Combine(folder, "template.db")};Pooling=False", folder)
            .MigrateAsync();
    }

    private static async Task<TestDatabase> PostgreSqlTemplateAsync()
    {
        var name = "sso_template_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        var server = Environment.GetEnvironmentVariable("SSO_TEST_POSTGRESQL")!;
        // PostgreSQL copies only what nobody is connected to.
        var template = await new TestDatabase("PostgreSql", name, WithDatabase(server, name) + ";Pooling=false", "").MigrateAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            using var context = template.Open();
            context.Database.EnsureDeleted();
        };
        return template;
    }

    private async Task CopyAsync(TestDatabase template)
    {
        await using var connection = new NpgsqlConnection(Environment.GetEnvironmentVariable("SSO_TEST_POSTGRESQL")!);
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"CREATE DATABASE {Name} TEMPLATE {template.Name}";
        await command.ExecuteNonQueryAsync();
    }

    private static string ConnectionStringOf(string provider, string name, string folder) => provider switch
    {
        "Sqlite" => $"Data Source={Path.Combine(folder, name + ".db")}",
        "PostgreSql" => WithDatabase(Environment.GetEnvironmentVariable("SSO_TEST_POSTGRESQL")!, name),
        "SqlServer" => WithDatabase(SqlServerEngine.ConnectionString, name),
        _ => throw new ArgumentOutOfRangeException(nameof(provider), provider, "Sqlite, PostgreSql or SqlServer"),
    };

    private static string FileIn(TestDatabase database) => Path.Combine(database.Folder, database.Name + ".db");

    private static string WithDatabase(string connectionString, string name)
    {
        var builder = new System.Data.Common.DbConnectionStringBuilder { ConnectionString = connectionString, ["Database"] = name };
        // The short wait of the server is for people; beside a busy build a connection may take longer.
        builder["Timeout"] = 30;
        return builder.ConnectionString;
    }
}
