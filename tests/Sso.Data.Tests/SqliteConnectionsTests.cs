using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Testing;
using Xunit;

namespace Sso.Data.Tests;

public sealed class SqliteConnectionsTests
{
    [Fact]
    public async Task A_connection_carries_none_of_the_functions_that_EF_Core_would_give_it()
    {
        await using var database = await TestDatabase.CreateAsync("Sqlite");
        await using var services = database.Services().BuildServiceProvider();
        await using var context = await services.GetRequiredService<IDbContextFactory<SsoDbContext>>().CreateDbContextAsync();
        var names = await context.Database.SqlQuery<string>($"SELECT name FROM pragma_function_list").ToListAsync();
        Assert.Contains("substr", names);
        Assert.DoesNotContain(names, name => name is "regexp" || name.StartsWith("ef_", StringComparison.Ordinal));
    }
}
