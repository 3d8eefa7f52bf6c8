using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Operations;
using Sso.Data.SqlServer;
using Sso.Testing;
using Xunit;

namespace Sso.Data.Tests;

/// <summary>The grants of the account with which a server runs name the columns of the model, all of them.</summary>
[Spec("S141")]
public sealed partial class RuntimeAccountTests
{
    /// <summary>What sealing writes, and what the erasure of an address writes.</summary>
    private static readonly string[] Written = ["Sequence", "Hash", "Address", "AddressHash", "AddressProof"];

    [Fact]
    public async Task On_SQL_Server_every_other_column_of_an_event_is_denied()
    {
        var script = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "deploy", "sql-server-runtime-account.sql"), TestContext.Current.CancellationToken);

        var denied = Names().Matches(Denied().Match(script).Groups[1].Value).Select(name => name.Groups[1].Value);

        Assert.Equal(Columns().Except(Written).Order(StringComparer.Ordinal), denied.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task On_PostgreSQL_those_that_are_written_are_granted_and_no_other()
    {
        var script = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "deploy", "postgresql-runtime-account.sql"), TestContext.Current.CancellationToken);

        var granted = Quoted().Matches(Granted().Match(script).Groups[1].Value).Select(name => name.Groups[1].Value);

        Assert.Equal(Written.Order(StringComparer.Ordinal), granted.Order(StringComparer.Ordinal));
        Assert.Subset(Columns().ToHashSet(), Written.ToHashSet());
    }

    private static IEnumerable<string> Columns()
    {
        using var database = new ServiceCollection().AddSsoSqlServer("Server=none").BuildServiceProvider()
            .GetRequiredService<IDbContextFactory<SqlServerSsoDbContext>>().CreateDbContext();
        return [.. database.Model.FindEntityType(typeof(SecurityEvent))!.GetProperties().Select(property => property.GetColumnName())];
    }

    [GeneratedRegex(@"DENY UPDATE ON dbo\.\[SecurityEvents\] \(([^)]*)\)")]
    private static partial Regex Denied();

    [GeneratedRegex(@"GRANT UPDATE \(([^)]*)\) ON ""SecurityEvents""")]
    private static partial Regex Granted();

    [GeneratedRegex(@"\[(\w+)\]")]
    private static partial Regex Names();

    [GeneratedRegex(@"""(\w+)""")]
    private static partial Regex Quoted();
}
