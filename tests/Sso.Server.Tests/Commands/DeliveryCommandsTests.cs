using Microsoft.EntityFrameworkCore;
using Sso.Data.Delivery;
using Sso.Data.Factors;
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
        Assert.Contains("1 message, ", (await RunAsync("delivery", "log", "--hours", "8784")).Output, StringComparison.Ordinal);
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

    [Fact]
    public async Task What_is_stopped_is_listed_and_let_go_again_and_waiting_mails_are_tried_at_once()
    {
        // Commands run on the clock of the machine, which is far from that of the server here.
        var now = server.Clock.GetUtcNow().AddYears(50);
        var node = Guid.CreateVersion7(now);
        await using var database = server.OpenDatabase();
        database.Nodes.Add(new() { Id = node, Name = "altro:1", Version = "9.9.9", StartedAt = now, SeenAt = now });
        database.PausedRoutes.Add(new() { NodeId = node, Route = "twilio", Since = now, Until = now.AddMinutes(5), Cause = "ConfigError" });
        database.DeliveryAlerts.Add(
            new DeliveryAlert { Key = [.. Enumerable.Repeat((byte)2, 32)], At = now, Limit = "conversion", Subject = "Enrolment/+39320" });
        database.AttemptCounters.Add(new()
        {
            Key = AttemptCounter.KeyOf("text-prefix-closed", "Enrolment/+39320"),
            BlockedUntil = now.AddHours(1),
            ExpiresAt = now.AddDays(1),
        });
        database.OutgoingMails.Add(new()
        {
            Id = Guid.CreateVersion7(now),
            Protected = new byte[64],
            Kind = "Reset",
            MaskedAddress = "a•••@example.it",
            CreatedAt = now,
            ExpiresAt = now.AddHours(1),
            Attempts = 5,
            Trouble = MailTrouble.RelayNotReady,
            NextAttemptAt = now.AddMinutes(30),
        });
        await database.SaveChangesAsync();

        Assert.Contains("altro:1", (await RunAsync("nodes")).Output, StringComparison.Ordinal);
        var pauses = (await RunAsync("delivery", "pauses", "--json")).Json;
        Assert.Equal("twilio", pauses.GetProperty("routes")[0].GetProperty("route").GetString());
        Assert.Equal("+39320", pauses.GetProperty("prefixes")[0].GetProperty("prefix").GetString());

        Assert.Equal(0, (await RunAsync("delivery", "resume", "twilio")).Code);
        Assert.NotNull((await database.PausedRoutes.AsNoTracking().SingleAsync(row => row.NodeId == node)).ResumeAskedAt);
        Assert.Equal(1, (await RunAsync("delivery", "resume", "vonage-sms")).Code);
        Assert.Equal(1, (await RunAsync("delivery", "open", "+39320")).Code);
        Assert.Equal(0, (await RunAsync("delivery", "open", "+39320", "--enrolment")).Code);
        Assert.Contains("a•••@example.it", (await RunAsync("delivery", "mails", "--troubled")).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync("delivery", "retry", "--json")).Json.GetProperty("mails").GetInt32());
        // From here on it is tried as often as a new one.
        Assert.True((await database.OutgoingMails.AsNoTracking().SingleAsync(mail => mail.Kind == "Reset")).Attempts < 5);
        await database.DeliveryAlerts.Where(alert => alert.Subject == "Enrolment/+39320").ExecuteDeleteAsync();
    }

    private Task<CommandResult> RunAsync(params string[] arguments) => CommandLine.RunOnAsync(
        [
            $"--Database:Provider={server.Database.Provider}",
            $"--Database:ConnectionString={server.Database.ConnectionString}", $"--Sso:Issuer={SsoServer.Issuer}",
        ],
        "",
        arguments);
}
