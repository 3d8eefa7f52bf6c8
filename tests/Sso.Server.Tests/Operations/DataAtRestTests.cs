using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Sso.Data.Operations;
using Sso.Server.Doctor;
using Sso.Server.Operations;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

[Spec("S141")]
public sealed class DataAtRestTests
{
    [Fact]
    public async Task Files_and_folders_are_the_service_accounts_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix file modes");
        await using var server = new SsoServer();
        await server.InitializeAsync();
        await server.AddPersonAsync("ada");
        var folder = server.Database.Folder;
        string[] files = server.Database.Provider == "Sqlite"
            ? [.. Directory.GetFiles(folder, "*.db*"), Path.Combine(folder, "passphrase")]
            : [Path.Combine(folder, "passphrase")];

        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, ModeOf(file)));
        Assert.All(
            (string[])[Path.Combine(folder, "outbox"), Path.Combine(folder, "outbox", "mail")],
            path => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, ModeOf(path)));
    }

    private static UnixFileMode ModeOf(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);

    [Theory]
    [InlineData("PostgreSql", "Host=db.example;Username=sso;Password=x", "SSL Mode=VerifyFull")]
    [InlineData("PostgreSql", "Host=db.example;Username=sso;Password=x;SSL Mode=Require", "SSL Mode=VerifyFull")]
    [InlineData("PostgreSql", "Host=127.0.0.1,db.example;Username=sso;Password=x", "SSL Mode=VerifyFull")]
    [InlineData("PostgreSql", "Host=db.example;Username=sso;Password=x;SSL Mode=VerifyFull", null)]
    [InlineData("PostgreSql", "Host=/var/run/postgresql;Username=sso", null)]
    [InlineData("PostgreSql", "Host=127.0.0.1;Username=sso", null)]
    [InlineData("SqlServer", "Server=db.example;User Id=sso;Password=x;Encrypt=False", "Encrypt=Strict")]
    [InlineData("SqlServer", "Server=db.example;User Id=sso;Password=x;TrustServerCertificate=True", "Encrypt=Strict")]
    [InlineData("SqlServer", "Server=db.example;User Id=sso;Password=x", null)]
    [InlineData("PostgreSql", "Host=db.example;Nonsense=secret-value", "cannot be read")]
    public void A_plain_connection_to_another_machine_is_refused_in_production(string provider, string connectionString, string? told)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            EnvironmentName = "Production",
            Args = [$"--Database:Provider={provider}", $"--Database:ConnectionString={connectionString}"],
        });

        using var services = builder.Services.AddSsoDatabase(builder.Configuration, builder.Environment).BuildServiceProvider();
        var refusal = Record.Exception(services.RefuseUnusableSettings);

        Assert.Equal(told is not null, refusal is SettingsException);
        Assert.Contains(told ?? "", refusal?.Message ?? "", StringComparison.Ordinal);
        Assert.DoesNotContain("secret-value", refusal?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S134")]
    public async Task On_PostgreSQL_the_server_serves_with_an_account_that_can_change_neither_the_schema_nor_what_an_event_tells()
    {
        Assert.SkipUnless(TestDatabase.ChosenProvider == "PostgreSql", "an account of PostgreSQL");
        await using var server = new SsoServer();
        await server.InitializeAsync();
        var role = "sso_runtime_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        await using var owner = new NpgsqlConnection(server.Database.ConnectionString);
        await owner.OpenAsync();
        await ExecuteAsync(owner, $"CREATE ROLE {role} LOGIN PASSWORD 'of-the-tests'");
        try
        {
            var script = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "postgresql-runtime-account.sql"));
            await ExecuteAsync(owner, script.Replace("sso_runtime", role, StringComparison.Ordinal));
            var runtime = new NpgsqlConnectionStringBuilder(
                server.Database.ConnectionString)
            { Username = role, Password = "of-the-tests", Pooling = false }.ConnectionString;
            await using (var node = await server.StartSecondNodeAsync($"--Database:ConnectionString={runtime}"))
            {
                await ServesAsync(server, node);
            }

            await using var restricted = new NpgsqlConnection(runtime);
            await restricted.OpenAsync();
            // What a later migration brings is the server's too, without another run of the script.
            await ExecuteAsync(owner, "CREATE TABLE \"Later\" (\"Id\" int)");
            await ExecuteAsync(restricted, "INSERT INTO \"Later\" VALUES (1)");
            foreach (var forbidden in (string[])[
                "DROP TABLE \"SecurityEvents\"", "ALTER TABLE \"AuditHead\" ADD \"Mine\" int",
                "CREATE TABLE mine (id int)", "TRUNCATE \"SecurityEvents\"",
                "UPDATE \"SecurityEvents\" SET \"Detail\" = 'forged'",
                "UPDATE \"SecurityEvents\" SET \"PersonId\" = NULL", "DELETE FROM \"__EFMigrationsHistory\""])
            {
                var refused = await Assert.ThrowsAsync<PostgresException>(() => ExecuteAsync(restricted, forbidden));
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
            }
        }
        finally
        {
            await ExecuteAsync(owner, $"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_command_whose_account_lacks_a_right_says_that_and_not_that_the_database_is_away()
    {
        Assert.SkipUnless(TestDatabase.ChosenProvider == "PostgreSql", "an account of PostgreSQL");
        await using var line = new CommandLine();
        await line.InitializeAsync();
        var database = line.Database;
        var role = "sso_stranger_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        await using var owner = new NpgsqlConnection(database.ConnectionString);
        await owner.OpenAsync();
        await ExecuteAsync(owner, $"CREATE ROLE {role} LOGIN PASSWORD 'of-the-tests'");
        try
        {
            var stranger = new NpgsqlConnectionStringBuilder(
                database.ConnectionString)
            { Username = role, Password = "of-the-tests", Pooling = false }.ConnectionString;
            string[] settings =
            [
                "--Sso:Issuer=https://sso.test", "--Database:Provider=PostgreSql", $"--Database:ConnectionString={stranger}",
                $"--Secrets:PassphraseFile={database.PassphraseFile}",
            ];

            var listed = await CommandLine.RunOnAsync(settings, "", "client", "list");
            var examined = await ExamineAsync(settings);

            Assert.Equal(3, listed.Code);
            Assert.Contains("may not do that", listed.Error, StringComparison.Ordinal);
            Assert.Contains("Database__ConnectionString", listed.Error, StringComparison.Ordinal);
            Assert.Contains("lacks a right", examined, StringComparison.Ordinal);
            await ExecuteAsync(
                owner, $"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}; REVOKE SELECT ON \"WebhookDeliveries\" FROM {role}");
            Assert.Contains("WebhookDeliveries", await ExamineAsync(settings), StringComparison.Ordinal);
        }
        finally
        {
            await ExecuteAsync(owner, $"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    /// <summary>What the doctor says of the database.</summary>
    private static async Task<string> ExamineAsync(string[] settings)
    {
        var findings = await Examiner.RunAsync(
            [.. settings, "--environment=Development", "--Sso:Issuer=http://localhost:1"], sendTo: null, TimeProvider.System,
            folder: null, TestContext.Current.CancellationToken);
        return string.Join('\n', findings.Where(finding => finding.Subject == "database").Select(finding => finding.What));
    }

    /// <summary>A sign-in, tokens, sealing and what retention does.</summary>
    private static async Task ServesAsync(SsoServer server, SsoServer node)
    {
        var shop = (await server.RegisterAsync("shop")).On(node);
        await node.ReloadAsync();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = node.OpenBrowser();
        var page = await Journey.SignInAsync(browser, ada, shop.AuthorizeUrl());
        Assert.Equal(System.Net.HttpStatusCode.OK, (await shop.RedeemAsync(page.Code)).Status);
        await ((AuditChain)node.App.Services.GetService(typeof(AuditChain))!).SealAsync(CancellationToken.None);
        node.Clock.Advance(TimeSpan.FromDays(800));
        var retention = (AuditRetention)node.App.Services.GetService(typeof(AuditRetention))!;
        await retention.RunAsync(TimeSpan.FromDays(730), TimeSpan.FromDays(90), CancellationToken.None);
        await using var database = node.OpenDatabase();
        Assert.True(await database.SecurityEvents.AnyAsync(item => item.Kind == SecurityEventKind.EventsDeleted));
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
