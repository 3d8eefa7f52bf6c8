using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.SqlServer;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Data.Tests;

/// <summary>The statements that EF Core makes for SQL Server, and what the tests make of them; no engine is asked.</summary>
public sealed partial class SqlServerStatementsTests : IAsyncDisposable
{
    private const int MostParameters = 2100;
    private static readonly DateTimeOffset Noon = DateTimeOffset.UnixEpoch;
    private readonly TdsFake _server = new();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Five hundred people of an import have a thousand names, each of which is looked for in two columns.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(5000)]
    public void A_list_of_names_is_compared_in_the_collation_of_the_database_and_within_the_parameters_of_a_statement(int count)
    {
        using var database = Open();
        string[] names = [.. Enumerable.Range(0, count).Select(index => $"NAME{index}")];

        var sql = database.Users.Where(row => names.Contains(row.NormalizedUserName) || names.Contains(row.NormalizedEmail))
            .Select(row => row.NormalizedUserName).ToQueryString();

        Assert.DoesNotContain("COLLATE", sql, StringComparison.Ordinal);
        Assert.InRange(Declared().Count(sql), 1, MostParameters);
    }

    /// <summary>A column with a collation of its own would conflict with the lists that EF Core sends as JSON.</summary>
    [Fact]
    public void No_column_has_a_collation_of_its_own()
    {
        using var database = Open();
        Assert.DoesNotContain("COLLATE", database.Database.GenerateCreateScript(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tests_know_what_belongs_to_no_request_by_the_brackets_of_SQL_Server_too()
    {
        using var counter = new StatementCounter(_server.Name);
        await using var database = Open();
        BeginRequest();
        await database.OutgoingMails.Where(mail => mail.ExpiresAt < Noon)
            .ExecuteUpdateAsync(set => set.SetProperty(mail => mail.NextAttemptAt, Noon), TestContext.Current.CancellationToken);
        await database.ProveWritableAsync("node", Noon, TestContext.Current.CancellationToken);
        Assert.Empty(counter.Commands);
        Assert.Equal(2, counter.BackgroundCommands.Count);

        await database.AttemptCounters.Where(row => row.ExpiresAt < Noon).ExecuteDeleteAsync(TestContext.Current.CancellationToken);
        database.AttemptCounters.Add(new AttemptCounter { Key = AttemptCounter.KeyOf("test", "one"), ExpiresAt = Noon });
        await database.SaveChangesAsync(TestContext.Current.CancellationToken);
        await database.AttemptCounters.AsNoTracking().ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, 2), (counter.Reads, counter.Writes));
        Assert.All(counter.Commands, command => Assert.Contains("\"AttemptCounters\"", command, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_tests_break_the_writes_to_one_table_of_the_background_and_no_other()
    {
        using var faults = new StatementFaults(_server.Name, "UPDATE \"OutgoingMails\"");
        await using var database = Open();
        faults.Arm(1);
        await database.AttemptCounters.ExecuteDeleteAsync(TestContext.Current.CancellationToken);
        Assert.False(faults.Happened);

        var broken = await Assert.ThrowsAnyAsync<Exception>(() => database.OutgoingMails.ExecuteUpdateAsync(
            set => set.SetProperty(mail => mail.NextAttemptAt, Noon), TestContext.Current.CancellationToken));
        Assert.True(faults.Happened);
        Assert.NotNull(DatabaseTroubles.Find(broken));
    }

    [Theory]
    [InlineData(
        "UPDATE [o]\r\nSET [o].[Status] = 1\r\nFROM [OutgoingMails] AS [o]\r\nWHERE 1 = 1",
        "UPDATE \"OutgoingMails\" AS \"o\" SET \"o\".\"Status\" = 1\r\nWHERE 1 = 1")]
    [InlineData("DELETE [a]\r\nFROM [AttemptCounters] AS [a]", "DELETE FROM \"AttemptCounters\" AS \"a\"")]
    [InlineData("SET IMPLICIT_TRANSACTIONS OFF;\r\nSET NOCOUNT ON;\r\nINSERT INTO [Leases] ([Name])", "INSERT INTO \"Leases\" (\"Name\")")]
    [InlineData("SELECT \"a\".\"Key\" FROM \"AttemptCounters\" AS \"a\"", "SELECT \"a\".\"Key\" FROM \"AttemptCounters\" AS \"a\"")]
    public void One_spelling_stands_for_all(string sent, string text) => Assert.Equal(text, StatementText.Of(sent));

    /// <summary>What this test does from now on is done for a request.</summary>
    private static void BeginRequest() => new HttpContextAccessor().HttpContext = new DefaultHttpContext();

    private SqlServerSsoDbContext Open() => new ServiceCollection().AddSsoSqlServer(_server.ConnectionString).BuildServiceProvider()
        .GetRequiredService<IDbContextFactory<SqlServerSsoDbContext>>().CreateDbContext();

    [GeneratedRegex("^DECLARE @", RegexOptions.Multiline)]
    private static partial Regex Declared();
}
