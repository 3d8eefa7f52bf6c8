using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.PostgreSql;
using Sso.Data.Sqlite;
using Sso.Data.SqlServer;
using Sso.Testing;
using Xunit;

namespace Sso.Data.Tests;

public sealed class MigrationTests
{
    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    [InlineData("SqlServer")]
    public void The_migrations_agree_with_the_model(string provider)
    {
        using var context = Context(provider);
        Assert.False(context.Database.HasPendingModelChanges());
        Assert.NotEmpty(context.Database.GetMigrations());
    }

    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    [InlineData("SqlServer")]
    public async Task The_migrations_make_a_database_that_works(string provider)
    {
        Assert.SkipWhen(TestDatabase.WhyNot(provider) is not null, $"{provider}: {TestDatabase.WhyNot(provider)}");
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var context = database.Open();
        Assert.Empty(await context.Database.GetPendingMigrationsAsync());
        Assert.Equal(1, await context.ConfigurationVersions.CountAsync());
    }

    /// <summary>No database is opened.</summary>
    private static SsoDbContext Context(string provider)
    {
        var services = provider switch
        {
            "Sqlite" => new ServiceCollection().AddSsoSqlite("Data Source=design.db"),
            "PostgreSql" => new ServiceCollection().AddSsoPostgreSql("Host=localhost;Database=design"),
            _ => new ServiceCollection().AddSsoSqlServer("Server=localhost;Database=design"),
        };
        return services.BuildServiceProvider().GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContext();
    }
}
