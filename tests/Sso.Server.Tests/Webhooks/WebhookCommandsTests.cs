using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Operations;
using Sso.Server.Operations;
using Sso.Server.Tests.Commands;
using Sso.Server.Tests.Outgoing;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Webhooks;

/// <summary>What operators type, beside a server that runs; and what is never called.</summary>
public sealed class WebhookCommandsTests(SsoServerWithPeer fixture) : IClassFixture<SsoServerWithPeer>
{
    private const string Hook = "/hook";

    private SsoServer Server => fixture.Server;

    [Fact]
    [Spec("S138")]
    public async Task A_webhook_is_added_tested_rotated_switched_and_removed_and_its_secret_is_told_once()
    {
        fixture.Peer.Paths[Hook] = _ => Task.CompletedTask;
        var added = await RunAsync(
            "webhook", "add", fixture.Peer.At(Hook) + "?key=of-the-receiver", "--events", "client.changed", "--json");
        var (id, secret) = (
            added.Json.GetProperty("webhook").GetProperty("id").GetString()!, added.Json.GetProperty("secret").GetString()!);
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        await Server.ReloadAsync();

        Assert.Contains("was delivered", (await TestAsync(id)).Output, StringComparison.Ordinal);
        fixture.Peer.Paths.TryRemove(Hook, out _);
        var refused = await TestAsync(id);
        Assert.Equal(1, refused.Code);
        Assert.Contains("was not taken: answer 404", refused.Output, StringComparison.Ordinal);

        var listed = await RunAsync("webhook", "list", "--json");
        Assert.Equal((id, 1), (listed.Json[0].GetProperty("id").GetString(), listed.Json[0].GetProperty("failed").GetInt32()));
        var failed = Assert.Single((await RunAsync("webhook", "deliveries", "--failed", "--webhook", id, "--json")).Json.EnumerateArray());
        Assert.Equal(
            ("webhook.test", "answer 404", 1),
            (failed.GetProperty("type").GetString(), failed.GetProperty("outcome").GetString(), failed.GetProperty("attempts").GetInt32()));
        Assert.Equal(1, (await RunAsync("webhook", "replay", "--failed", "--json")).Json.GetProperty("deliveries").GetInt32());
        Assert.Equal(0, (await RunAsync("webhook", "replay", failed.GetProperty("id").GetString()!)).Code);

        var changed = await RunAsync("webhook", "set", id, "--events", "person.deleted", "--json");
        Assert.Equal("person.deleted", Assert.Single(changed.Json.GetProperty("events").EnumerateArray()).GetString());
        Assert.Equal(
            "*",
            Assert.Single((await RunAsync("webhook", "set", id, "--all-events", "--json")).Json.GetProperty("events").EnumerateArray())
                .GetString());
        Assert.Equal(2, (await RunAsync("webhook", "set", id)).Code);
        Assert.Equal(2, (await RunAsync("webhook", "set", id, "--events", "person.deleted", "--all-events")).Code);

        var rotated = (await RunAsync("webhook", "rotate", id, "--hours", "2", "--json")).Json.GetProperty("secret").GetString()!;
        Assert.NotEqual(secret, rotated);
        Assert.Contains("Two secrets until", (await RunAsync("webhook", "show", id)).Output, StringComparison.Ordinal);
        var disabled = (await RunAsync("webhook", "disable", id)).Output.ReplaceLineEndings(" ");
        Assert.Contains("is disabled", disabled, StringComparison.Ordinal);
        Assert.Contains("What was given up is kept for 30 days", disabled, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("webhook", "test", id)).Code);
        Assert.Contains("by an operator", (await RunAsync("webhook", "show", id)).Output, StringComparison.Ordinal);
        Assert.Contains("is enabled", (await RunAsync("webhook", "enable", id)).Output, StringComparison.Ordinal);

        await using (var database = Server.OpenDatabase())
        {
            var dump = await DatabaseDump.OfAsync(database);
            Assert.Empty(dump.Find(secret));
            Assert.Empty(dump.Find(rotated));
            var told = await database.SecurityEvents.AsNoTracking().Where(item => item.Kind == SecurityEventKind.WebhookChanged)
                .ToListAsync();
            Assert.Equal(
                ["added", "changed", "changed", "disabled", "enabled", "secret rotated"],
                told.Select(item => item.Detail![(id.Length + 1)..]).Order(StringComparer.Ordinal));
            Assert.All(told, item => Assert.StartsWith("command:", item.Actor, StringComparison.Ordinal));
            Assert.DoesNotContain("of-the-receiver", string.Join(' ', told.Select(item => item.Changes)), StringComparison.Ordinal);
        }

        // A change by a command is told as one of a server is.
        Assert.Equal(0, (await RunAsync("client", "add", "worker", "--name", "Worker", "--type", "machine")).Code);
        Assert.Contains(
            (await RunAsync("webhook", "deliveries", "--webhook", id, "--json")).Json.EnumerateArray(),
            row => row.GetProperty("type").GetString() == "client.changed");
        Assert.Equal(0, (await RunAsync("webhook", "remove", id)).Code);
        Assert.Equal(0, (await RunAsync("webhook", "deliveries", "--json")).Json.GetArrayLength());
        Assert.Equal(1, (await RunAsync("webhook", "remove", id)).Code);
    }

    [Theory]
    [Spec("S122")]
    [MemberData(nameof(HostileAddresses.All), MemberType = typeof(HostileAddresses))]
    public async Task An_address_that_is_not_on_the_public_internet_is_refused(string address)
    {
        var refused = await RunAsync("webhook", "add", address, "--json");

        Assert.Equal(1, refused.Code);
        Assert.Equal("url", refused.ErrorJson.GetProperty("problems")[0].GetProperty("field").GetString());
    }

    [Theory]
    [InlineData(1, "no type of event", "add", "https://billing.example/hook", "--events", "person.signed_in", "person.flown_away")]
    [InlineData(1, "fragment", "add", "https://billing.example/hook#here")]
    [InlineData(1, "no webhook", "show", "wh_nobody")]
    [InlineData(1, "no webhook", "rotate", "wh_nobody")]
    [InlineData(1, "no webhook", "disable", "wh_nobody")]
    [InlineData(1, "no webhook", "test", "wh_nobody")]
    [InlineData(1, "no webhook", "replay", "--failed", "--webhook", "wh_nobody")]
    [InlineData(1, "no delivery", "replay", "msg_nothing")]
    [InlineData(2, "Name a delivery", "replay")]
    [InlineData(2, "Name a delivery", "replay", "msg_1", "--failed")]
    public async Task What_cannot_be_done_is_told_in_a_sentence(int code, string told, params string[] words)
    {
        var refused = await RunAsync(["webhook", .. words]);

        Assert.Equal(code, refused.Code);
        Assert.Contains(told, refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_type_is_listed() =>
        Assert.Contains("person.signed_in", (await RunAsync("webhook", "events")).Output, StringComparison.Ordinal);

    [Fact]
    public async Task Where_nobody_subscribed_an_event_and_a_look_cost_no_statement()
    {
        await using var server = new SsoServer();
        await server.InitializeAsync();
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await shop.RedeemAsync((await shop.SignInAsync(server.OpenBrowser(), ada)).Code);
        server.Clock.Advance(TimeSpan.FromSeconds(50));
        await server.ReloadAsync();

        Assert.DoesNotContain(
            server.Statements.Commands.Concat(server.Statements.BackgroundCommands),
            command => command.Contains("WebhookDeliveries", StringComparison.Ordinal));
    }

    /// <summary>The clock of the tests stands still: somebody has to make the server look.</summary>
    private async Task<CommandResult> TestAsync(string id)
    {
        var bell = Server.App.Services.GetRequiredService<WebhookBell>();
        var test = RunAsync("webhook", "test", id);
        await Patience.UntilAsync(
            () =>
            {
                bell.Ring();
                return test.IsCompleted;
            },
            "the command says what came of it");
        return await test;
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => CommandLine.RunOnAsync(
        Server.Clock,
        [
            $"--Database:Provider={Server.Database.Provider}", $"--Database:ConnectionString={Server.Database.ConnectionString}",
            $"--Secrets:PassphraseFile={Path.Combine(Server.Database.Folder, "passphrase")}", $"--Sso:Issuer={SsoServer.Issuer}",
            $"--Outgoing:AllowedHosts:0={fixture.Peer.HostAndPort}",
        ],
        "",
        arguments);
}
