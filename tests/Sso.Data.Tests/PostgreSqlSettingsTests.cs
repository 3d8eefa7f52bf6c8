using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.PostgreSql;
using Sso.Testing;
using Xunit;

namespace Sso.Data.Tests;

/// <summary>What the plainest connection string gets, and what an operator's own words change.</summary>
public sealed class PostgreSqlSettingsTests
{
    [Theory]
    [InlineData("Host=db.example;Database=sso", "max auto prepare=100", "auto prepare min usages=2", "no reset on close=True")]
    [InlineData("Host=db.example;Max Auto Prepare=0", "max auto prepare=0", "auto prepare min usages=2", "no reset on close=True")]
    [InlineData("Host=db.example;NoResetOnClose=false", "noresetonclose=false", "max auto prepare=100", "auto prepare min usages=2")]
    public void What_the_operator_says_stays_and_the_rest_is_set(string said, params string[] expected)
    {
        using var context = new ServiceCollection().AddSsoPostgreSql(said).BuildServiceProvider()
            .GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContext();
        var settings = context.Database.GetConnectionString()!.Split(';');
        Assert.All(expected, word => Assert.Contains(word, settings, StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_statement_that_comes_again_is_prepared_and_stays_so_when_its_connection_goes_back()
    {
        Assert.SkipWhen(TestDatabase.WhyNot("PostgreSql") is not null, TestDatabase.WhyNot("PostgreSql") ?? "");
        await using var database = await TestDatabase.CreateAsync("PostgreSql");
        for (var time = 0; time < 3; time++)
        {
            await using var context = database.Open();
            await context.ConfigurationVersions.AsNoTracking().CountAsync(TestContext.Current.CancellationToken);
        }

        await using var after = database.Open();
        Assert.Contains(
            await after.Database.SqlQuery<string>($"SELECT statement AS \"Value\" FROM pg_prepared_statements")
                .ToListAsync(TestContext.Current.CancellationToken),
            statement => statement.Contains("ConfigurationVersions", StringComparison.Ordinal));
    }
}
