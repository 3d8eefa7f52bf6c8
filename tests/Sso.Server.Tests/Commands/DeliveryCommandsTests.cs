using Microsoft.EntityFrameworkCore;
using Sso.Data.Delivery;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

public sealed class DeliveryCommandsTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task The_log_tells_masked_number_route_cost_and_receipt_of_each_text_and_nothing_of_what_it_said()
    {
        var bo = await (await server.AddPersonAsync("bo")).WithPhoneAsync();
        var browser = server.OpenBrowser();
        await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), bo);
        await using (var database = server.OpenDatabase())
        {
            await Patience.UntilAsync(() => database.TextDeliveries.AnyAsync(delivery => delivery.Outcome != null), "the text leaves");
        }

        var code = await server.LatestTextCodeAsync(bo.Id);

        var shown = await RunAsync("delivery", "log", "--hours", "8784", "--json");

        var text = Assert.Single(shown.Json.EnumerateArray());
        Assert.Equal(
            ("outbox", "IT", "sign-in"),
            (text.GetProperty("route").GetString(), text.GetProperty("country").GetString(), text.GetProperty("purpose").GetString()));
        Assert.Contains("•", text.GetProperty("number").GetString(), StringComparison.Ordinal);
        Assert.True(text.GetProperty("cost").GetDecimal() > 0);
        Assert.DoesNotContain(code, shown.Output, StringComparison.Ordinal);
        Assert.Contains("1 messages", (await RunAsync("delivery", "log", "--hours", "8784")).Output, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S136")]
    public async Task Alerts_of_the_spend_guard_are_listed_newest_first()
    {
        await using (var database = server.OpenDatabase())
        {
            database.DeliveryAlerts.AddRange(
                new DeliveryAlert
                {
                    Key = new byte[32],
                    At = server.Clock.GetUtcNow().AddHours(-2),
                    Limit = "text-budget-hour",
                    Subject = "",
                },
                new DeliveryAlert
                {
                    Key = [.. Enumerable.Repeat((byte)1, 32)],
                    At = server.Clock.GetUtcNow(),
                    Limit = "conversion",
                    Subject = "+39333",
                });
            await database.SaveChangesAsync();
        }

        var shown = await RunAsync("delivery", "alerts", "--hours", "8784", "--json");

        Assert.Equal(
            ["conversion", "text-budget-hour"], shown.Json.EnumerateArray().Select(alert => alert.GetProperty("limit").GetString()));
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => CommandLine.RunOnAsync(
        [
            $"--Database:Provider={server.Database.Provider}",
            $"--Database:ConnectionString={server.Database.ConnectionString}", $"--Sso:Issuer={SsoServer.Issuer}",
        ],
        "",
        arguments);
}
