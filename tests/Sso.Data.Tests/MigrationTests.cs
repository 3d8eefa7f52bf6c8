using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.People;
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

    /// <summary>Typed, the name is cleaned by the rules of today; what an older version stored was not.</summary>
    [Theory]
    [InlineData("Sqlite")]
    [InlineData("PostgreSql")]
    [InlineData("SqlServer")]
    public async Task A_name_that_an_older_version_stored_is_found_by_what_its_owner_types(string provider)
    {
        Assert.SkipWhen(TestDatabase.WhyNot(provider) is not null, $"{provider}: {TestDatabase.WhyNot(provider)}");
        await using var database = await TestDatabase.CreateAsync(provider);
        var (anna, other, twin) = (Named("anna\u2011maria", "ANNA\u2011MARIA"), Named("bob", "BOB"), Named("bo\u00ADb", "BO\u00ADB"));
        await using (var older = database.Open())
        {
            older.Users.AddRange(anna, other, twin);
            await older.SaveChangesAsync();
            await older.GetService<IMigrator>().MigrateAsync(older.Database.GetMigrations().ToList()[^2]);
        }

        await using var context = database.Open();
        await context.MigrateAsync(CancellationToken.None);

        var names = await context.Users.ToDictionaryAsync(row => row.Id, row => row.NormalizedUserName);
        Assert.Equal(SignInName.Normalize("anna-maria"), names[anna.Id]);
        // Whoever has the name already keeps it, and nobody else gets it.
        Assert.Equal(("BOB", "BO\u00ADB"), (names[other.Id], names[twin.Id]));
    }

    private static Person Named(string name, string normalized) =>
        new() { Id = Guid.CreateVersion7(), UserName = name, NormalizedUserName = normalized };

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
