using Sso.Data.Logout;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

public sealed class LogoutCommandsTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("F26")]
    [Spec("S102")]
    public async Task What_was_not_told_is_listed_and_tried_again()
    {
        var shop = await server.RegisterAsync("shop", client => client.BackchannelLogoutUri = "https://shop.example/logout");
        var now = server.Clock.GetUtcNow();
        await using (var database = server.OpenDatabase())
        {
            database.LogoutNotices.AddRange(new[] { LogoutNoticeStatus.Told, LogoutNoticeStatus.GivenUp }.Select(status => new LogoutNotice
            {
                SessionId = Guid.CreateVersion7(now),
                ClientId = shop.Id,
                PersonId = Guid.CreateVersion7(now),
                CreatedAt = now,
                Status = status,
                Attempts = 30,
                NextAttemptAt = now,
                GivenUpAt = now.AddDays(1),
                LastOutcome = status == LogoutNoticeStatus.Told ? null : "answer 503",
                DoneAt = now,
            }));
            await database.SaveChangesAsync();
        }

        Assert.Equal(2, (await RunAsync("logout", "log", "--hours", "8784", "--json")).Json.GetArrayLength());
        var dead = Assert.Single((await RunAsync("logout", "log", "--hours", "8784", "--troubled", "--json")).Json.EnumerateArray());
        Assert.Equal(
            (shop.Id, "given-up", "answer 503"),
            (dead.GetProperty("client_id").GetString(), dead.GetProperty("status").GetString(), dead.GetProperty("outcome").GetString()));
        Assert.Contains("answer 503", (await RunAsync("logout", "log", "--hours", "8784")).Output, StringComparison.Ordinal);

        Assert.Equal(1, (await RunAsync("logout", "retry", "--client", "nobody")).Code);
        Assert.Equal(1, (await RunAsync("logout", "retry", "--client", shop.Id, "--json")).Json.GetProperty("notices").GetInt32());
        dead = Assert.Single((await RunAsync("logout", "log", "--hours", "8784", "--troubled", "--json")).Json.EnumerateArray());
        Assert.Equal("waiting", dead.GetProperty("status").GetString());
    }

    [Fact]
    [Spec("S120")]
    public async Task A_registration_token_is_shown_once_counted_and_removed()
    {
        var added = await RunAsync("registration-token", "add", "partner", "--uses", "3", "--json");
        var value = added.Json.GetProperty("value").GetString()!;
        Assert.StartsWith("ssort_", value, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("registration-token", "add", "partner")).Code);
        Assert.Equal(1, (await RunAsync("registration-token", "add", "other", "--days", "4000")).Code);
        var listed = await RunAsync("registration-token", "list", "--json");
        Assert.Equal(3, Assert.Single(listed.Json.EnumerateArray()).GetProperty("most_uses").GetInt32());
        Assert.DoesNotContain(value, listed.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await RunAsync("registration-token", "remove", "partner")).Code);
        Assert.Equal(1, (await RunAsync("registration-token", "remove", "partner")).Code);
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => CommandLine.RunOnAsync(
        [
            $"--Database:Provider={server.Database.Provider}",
            $"--Database:ConnectionString={server.Database.ConnectionString}", $"--Sso:Issuer={SsoServer.Issuer}",
        ],
        "",
        arguments);
}
