using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>A schema that is not this program's ends the server as it ends every command: the same sentence, and exit code 3.</summary>
[OneDatabase]
public sealed class NoSchemaTests
{
    [Fact]
    public async Task The_server_and_a_command_say_the_same()
    {
        await using var server = new SsoServer();
        await server.InitializeAsync();
        await using (var database = server.OpenDatabase())
        {
            // SQLite migrates itself at the start; of a newer schema each says the same as the others.
            var history = database.GetService<IHistoryRepository>();
            await database.Database.ExecuteSqlRawAsync(
                history.GetInsertScript(new("29990101000000_Future", "99.0.0")), TestContext.Current.CancellationToken);
        }

        string[] settings =
        [
            "--environment=Development", "--Urls=http://127.0.0.1:0", "--Sso:Issuer=http://localhost",
            $"--Database:Provider={server.Database.Provider}", $"--Database:ConnectionString={server.Database.ConnectionString}",
            $"--Secrets:PassphraseFile={server.Database.PassphraseFile}", "--Delivery:Routes:0=outbox",
            $"--Delivery:Outbox:Folder={Path.Combine(server.Database.Folder, "outbox")}",
        ];
        var listed = await CommandLine.RunOnAsync(settings[3..6], "", "client", "list");
        await using var error = new StringWriter();
        var code = await ServerApplication.RunAsync(settings, error, folder: null);

        Assert.Equal((3, 3), (listed.Code, code));
        Assert.Equal(Words(listed.Error.Replace("✗", "", StringComparison.Ordinal)), Words(error.ToString()));
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
