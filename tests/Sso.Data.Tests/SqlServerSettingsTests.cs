using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Operations;
using Sso.Data.SqlServer;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Data.Tests;

/// <summary>A database of SQL Server is set to compare by bytes and to read without waiting, or it is refused with what to do.</summary>
public sealed class SqlServerSettingsTests : IAsyncDisposable
{
    private const string Usual = "SQL_Latin1_General_CP1_CI_AS";
    private readonly TdsFake _server = new();
    private (string Collation, bool IsSnapshot) _settings = (Usual, false);
    private bool _hasTables;

    public SqlServerSettingsTests() => _server.Answer = Answer;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("Latin1_General_100_BIN2", true, null)]
    [InlineData("Latin1_General_100_BIN2_UTF8", true, null)]
    [InlineData(Usual, true, "takes different names for one")]
    [InlineData("Latin1_General_100_CS_AS", true, "takes different names for one")]
    [InlineData("Latin1_General_BIN", true, "takes different names for one")]
    [InlineData("Latin1_General_100_BIN2", false, "READ_COMMITTED_SNAPSHOT is off")]
    public void The_flaw_names_the_setting(string collation, bool isSnapshot, string? flaw)
    {
        var found = new DatabaseSettings(collation, isSnapshot).Flaw;
        Assert.Equal(flaw is null, found is null);
        Assert.Contains(flaw ?? "", found ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_database_is_set_before_its_tables_are_made()
    {
        await using var database = Open();
        await database.PrepareAsync(TestContext.Current.CancellationToken);

        Assert.Equal(("Latin1_General_100_BIN2", true), _settings);
        Assert.Null(await database.FlawAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_database_that_is_as_it_should_be_is_left_alone()
    {
        _settings = ("Latin1_General_100_BIN2", true);
        await using var database = Open();
        await database.PrepareAsync(TestContext.Current.CancellationToken);

        Assert.DoesNotContain(_server.Statements, statement => statement.Contains("ALTER DATABASE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Tables_of_another_collation_are_refused_because_they_would_keep_it()
    {
        (_settings, _hasTables) = ((Usual, true), true);
        await using var database = Open();

        var refused = await Assert.ThrowsAsync<SchemaException>(() => database.PrepareAsync(TestContext.Current.CancellationToken));

        Assert.Contains("COLLATE Latin1_General_100_BIN2", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Statements, statement => statement.Contains("ALTER DATABASE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_account_may_not_set_it_the_statement_is_named()
    {
        _server.Answer = statement => statement.Contains("ALTER DATABASE", StringComparison.Ordinal)
            ? new TdsAnswer.Error(5011)
            : Answer(statement);
        await using var database = Open();

        var refused = await Assert.ThrowsAsync<SchemaException>(() => database.PrepareAsync(TestContext.Current.CancellationToken));

        Assert.Contains(DatabaseSettings.SetCollation, refused.Message, StringComparison.Ordinal);
    }

    private TdsAnswer? Answer(string statement)
    {
        if (statement.Contains("COLLATE", StringComparison.Ordinal))
        {
            _settings = ("Latin1_General_100_BIN2", _settings.IsSnapshot);
        }
        else if (statement.Contains("READ_COMMITTED_SNAPSHOT ON", StringComparison.Ordinal))
        {
            _settings = (_settings.Collation, true);
        }
        else if (statement.Contains("is_read_committed_snapshot_on", StringComparison.Ordinal))
        {
            return new TdsAnswer.Row(_settings.Collation, _settings.IsSnapshot);
        }
        else if (statement.Contains("[sys].[objects]", StringComparison.Ordinal))
        {
            return new TdsAnswer.Whole(_hasTables ? 1 : 0);
        }

        return null;
    }

    private SqlServerSsoDbContext Open() => new ServiceCollection().AddSsoSqlServer(_server.ConnectionString).BuildServiceProvider()
        .GetRequiredService<IDbContextFactory<SqlServerSsoDbContext>>().CreateDbContext();
}
