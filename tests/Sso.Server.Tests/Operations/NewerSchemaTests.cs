using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sso.Data.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>Whoever goes back to an older program restores the backup of before; a database of the newer one is not written to.</summary>
public sealed class NewerSchemaTests
{
    [Fact]
    public async Task A_server_does_not_start_on_the_schema_of_a_newer_version()
    {
        await using var server = new SsoServer();
        await server.InitializeAsync();
        await using (var database = server.OpenDatabase())
        {
            var history = database.GetService<IHistoryRepository>();
            await database.Database.ExecuteSqlRawAsync(
                history.GetInsertScript(new("29990101000000_Future", "99.0.0")), TestContext.Current.CancellationToken);
        }

        var refusal = await Assert.ThrowsAsync<SchemaException>(() => server.StartSecondNodeAsync());

        Assert.Contains("newer version", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("restore the backup", refusal.Message, StringComparison.Ordinal);
    }
}
