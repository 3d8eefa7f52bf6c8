using System.Data.Common;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Npgsql;
using Sso.Data;
using Sso.Server.Operations;
using Sso.Server.Pipeline;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>
/// The database is away, full, read-only or has no connection left: people and programs are told to come back, and the probe tells which.
/// </summary>
[Spec("A26")]
public sealed class AvailabilityTests : IAsyncLifetime
{
    private readonly SsoServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>The connection is cut under each statement in turn, as by a restart of the database, until the act gets through.</summary>
    [Theory]
    [InlineData("password")]
    [InlineData("code")]
    [InlineData("exchange")]
    [InlineData("refresh")]
    public async Task Whatever_statement_the_connection_is_lost_under_the_answer_is_to_come_back(string act)
    {
        Assert.SkipUnless(
            TestDatabase.ChosenProvider == "PostgreSql",
            "SQLite has no connection to lose; SQL Server would need one that may end others.");
        var shop = await _server.RegisterAsync("shop");
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        using var faults = new StatementFaults(_server.Database.Name, fault: Cut);
        var (lost, isThrough) = (0, false);
        for (var statement = 1; !isThrough; statement++)
        {
            Assert.True(statement < 60, "The act never gets through.");
            await _server.ForgetAttemptsAsync();
            await _server.PassAsync(TimeSpan.FromMinutes(2));
            var (status, retryAfter) = await ActAsync(act, shop, ada, () => faults.Arm(statement));
            faults.Disarm();
            // A connection that was cut for the background comes back from the pool, and fails whoever gets it.
            var isUnavailable = (status, retryAfter) is (HttpStatusCode.ServiceUnavailable, "5");
            Assert.True(isUnavailable || (int)status < 400, $"{act}, statement {statement}: {(int)status}");
            (lost, isThrough) = (lost + (isUnavailable ? 1 : 0), !isUnavailable && !faults.Happened);
        }

        Assert.NotEqual(0, lost);
    }

    [Fact]
    public async Task With_no_connection_left_the_answer_comes_early_and_the_probe_says_so()
    {
        Assert.SkipUnless(TestDatabase.ChosenProvider == "PostgreSql", "SQLite has no pool that could be exhausted.");
        var settings = new NpgsqlConnectionStringBuilder(_server.Database.ConnectionString)
        {
            MaxPoolSize = 4,
            Timeout = 1,
            ApplicationName = "exhausted"
        };
        await using var small = await _server.StartSecondNodeAsync($"--Database:ConnectionString={settings.ConnectionString}");
        var browser = small.OpenBrowser();
        var page = await browser.GetAsync("/account");
        var held = Enumerable.Range(0, 4).Select(_ => small.OpenDatabase()).ToList();
        foreach (var connection in held)
        {
            await connection.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        }

        page = await browser.SubmitAsync(page, ("Input.UserName", "ada"), ("Input.Password", "una password"));
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "5"), (page.Status, page.Headers.GetValueOrDefault("Retry-After")));
        await small.ReloadAsync();
        using var client = small.Backchannel();
        using var probe = await client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "No connection to the database is free."),
            (probe.StatusCode, await probe.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)));
        foreach (var connection in held)
        {
            await connection.DisposeAsync();
        }

        await small.ReloadAsync();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/health/ready", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Theory]
    [InlineData("PostgreSql", "Host=db.example;Database=sso", "Timeout=3")]
    [InlineData("PostgreSql", "Host=db.example;Database=sso;Timeout=20", "Timeout=20")]
    [InlineData("SqlServer", "Server=db.example;Database=sso", "Connect Timeout=3")]
    [InlineData("SqlServer", "Server=db.example;Database=sso;Connection Timeout=20", "Connect Timeout=20")]
    public async Task A_connection_is_waited_for_three_seconds_unless_the_operator_says_otherwise(
        string provider, string settings, string expected)
    {
        var configuration = new ConfigurationManager { ["Database:Provider"] = provider, ["Database:ConnectionString"] = settings };
        await using var services = new ServiceCollection()
            .AddSsoDatabase(configuration, new HostingEnvironment { EnvironmentName = "Development" }).BuildServiceProvider();
        await using var database = await services.GetRequiredService<IDbContextFactory<SsoDbContext>>()
            .CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.Contains(expected, database.Database.GetConnectionString(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_database_that_only_reads_makes_the_node_not_ready_until_it_writes_again()
    {
        using var hook = new StatementBefore(_server.Database.Name, "SELECT 1");
        ForbidWrites(hook, forbidden: true);
        var writes = _server.App.Services.GetRequiredService<WriteProbe>();
        await writes.RunIfDueAsync(TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The database is read-only."), await ProbeAsync());
        ForbidWrites(hook, forbidden: false);
        await writes.RunIfDueAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await ProbeAsync()).Status);
        // The timer of the server does it too, at the same moment.
        _server.Clock.Advance(TimeSpan.FromSeconds(10));
        await writes.RunIfDueAsync(TestContext.Current.CancellationToken);
        await Patience.UntilAsync(async () => (await ProbeAsync()).Status == HttpStatusCode.OK, "the node is ready again");
    }

    [Fact]
    public async Task A_request_that_finds_the_disk_full_tells_the_probe_at_once()
    {
        Assert.SkipUnless(TestDatabase.ChosenProvider == "Sqlite", "Only a file can be kept from growing.");
        var browser = _server.OpenBrowser();
        var page = await browser.GetAsync("/account");
        // Not below what the file has already, and no page more.
        using var hook = new StatementBefore(_server.Database.Name, "PRAGMA max_page_count=1");
        HttpStatusCode status = 0;
        for (var name = 0; name < 200 && status != HttpStatusCode.ServiceUnavailable; name++)
        {
            await _server.ForgetAttemptsAsync();
            status = (await browser.SubmitAsync(
                page, ("Input.UserName", $"nobody-{name}"), ("Input.Password", "una password sbagliata"))).Status;
        }

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "The disk of the database is full."), await ProbeAsync());
    }

    [Fact]
    public async Task A_row_that_cannot_be_read_is_told_as_that_and_not_as_a_database_that_does_not_answer()
    {
        Assert.SkipUnless(TestDatabase.ChosenProvider == "Sqlite", "Only SQLite keeps a list of a type of its own from being one.");
        var shop = await _server.RegisterAsync("shop");
        await using var database = _server.OpenDatabase();
        await database.Database.ExecuteSqlAsync(
            $"UPDATE Clients SET RedirectUris = '[' || RedirectUris WHERE Id = {shop.Id}", TestContext.Current.CancellationToken);
        // Any change has them all read again.
        await _server.RegisterAsync("other");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Keys, registrations or brands cannot be read."), await ProbeAsync());
        Assert.Contains(
            _server.Log.Lines,
            line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("Exception: ", StringComparison.Ordinal));
        await database.Database.ExecuteSqlAsync(
            $"UPDATE Clients SET RedirectUris = substr(RedirectUris, 2) WHERE Id = {shop.Id}", TestContext.Current.CancellationToken);
        await _server.ReloadAsync();
        Assert.Equal(HttpStatusCode.OK, (await ProbeAsync()).Status);
    }

    /// <summary>Of SQL Server a cancelled statement is an exception like any other.</summary>
    [Fact]
    public async Task A_visitor_who_has_gone_is_no_failure_of_the_database()
    {
        var services = _server.App.Services;
        var middleware = new Unavailability(
            _ => throw new TimeoutException(), services.GetRequiredService<ServerState>(), services.GetRequiredService<DatabaseDiagnosis>(),
            services.GetRequiredService<ILogger<Unavailability>>());
        _server.Log.Forget();
        var http = new DefaultHttpContext { RequestAborted = new CancellationToken(canceled: true) };

        await middleware.InvokeAsync(http);

        Assert.Equal(499, http.Response.StatusCode);
        Assert.DoesNotContain(_server.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    private async Task<(HttpStatusCode Status, string Text)> ProbeAsync()
    {
        using var client = _server.Backchannel();
        using var answer = await client.GetAsync("/health/ready");
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static void ForbidWrites(StatementBefore hook, bool forbidden)
    {
        var isSqlite = TestDatabase.ChosenProvider == "Sqlite";
        hook.Statement = (isSqlite ? "PRAGMA query_only=" : "SET default_transaction_read_only=") + (forbidden ? "on" : "off");
    }

    private async Task<(HttpStatusCode Status, string? RetryAfter)> ActAsync(string act, RelyingParty shop, Customer ada, Action arm)
    {
        var browser = _server.OpenBrowser();
        switch (act)
        {
            case "password":
                var first = await browser.GetAsync("/account");
                arm();
                return Of(await Journey.PasswordAsync(browser, first, ada));
            case "code":
                var second = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
                var code = await _server.AppCodeAsync(ada.Id);
                arm();
                return Of(await browser.SubmitAsync(second, ("Input.Code", code)));
            case "exchange":
                var given = (await shop.SignInAsync(browser, ada)).Code;
                arm();
                return Of(await shop.RedeemAsync(given));
            default:
                var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid offline_access"))).Code);
                arm();
                return Of(await shop.RefreshAsync(tokens.RefreshToken));
        }
    }

    private static (HttpStatusCode Status, string? RetryAfter) Of(Page page) =>
        (page.Status, page.Headers.GetValueOrDefault("Retry-After"));

    private static (HttpStatusCode Status, string? RetryAfter) Of(TokenAnswer answer) =>
        (answer.Status, answer.Headers?.RetryAfter?.ToString());

    private static void Cut(DbConnection connection)
    {
        using var other = new NpgsqlConnection(Environment.GetEnvironmentVariable("SSO_TEST_POSTGRESQL"));
        other.Open();
        Execute(other, $"SELECT pg_terminate_backend({((NpgsqlConnection)connection).ProcessID})");
    }

    private static void Execute(DbConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }
}
