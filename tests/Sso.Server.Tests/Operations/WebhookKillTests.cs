using System.Collections.Concurrent;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>
/// The process is killed (-9) while messages are on their way, again and again: each comes at least once, under the id of its row, and in
/// the end every row says so. <c>SSO_MEASURE_KILLS</c> says how often.
/// </summary>
[Spec("F3")]
[Spec("S138")]
[OneDatabase]
public sealed class WebhookKillTests
{
    private const int Messages = 60;
    private static readonly int Kills = Math.Max(4, Thoroughness.Of("SSO_MEASURE_KILLS", 40) / 10);

    [Fact]
    public async Task Kills_while_messages_are_on_their_way_lose_none()
    {
        Assert.SkipUnless(
            TestDatabase.ChosenProvider == "Sqlite",
            "The kills are about our process; PostgreSQL and SQL Server survive it by themselves.");
        await using var database = await TestDatabase.CreateAsync();
        await using var peer = await Peer.StartAsync();
        var arrived = new ConcurrentDictionary<string, int>();
        peer.Paths["/hook"] = http => TakeAsync(http, arrived);
        var allowed = $"--Outgoing:AllowedHosts:0={peer.HostAndPort}";
        using var server = new ServerProcess(database);
        await server.StartAsync(allowed);
        var (code, said) = await server.RunAsync(
            ["webhook", "add", peer.At("/hook").ToString(), "--events", "brand.changed", allowed]);
        Assert.True(code == 0, said);
        var sent = new HashSet<string>();
        for (var kill = 0; kill < Kills; kill++)
        {
            sent.UnionWith(await HappenAsync(database));
            var enough = arrived.Count + RandomNumberGenerator.GetInt32(1, Messages / 2);
            await Patience.UntilAsync(() => Task.FromResult(arrived.Count >= enough), "some messages have come");
            server.Kill();
            await ForgetLeasesAsync(database);
            await server.StartAsync(allowed);
        }

        await Patience.UntilAsync(() => IsDoneAsync(database), "every row is done");
        await using var context = database.Open();
        var rows = await context.WebhookDeliveries.AsNoTracking().ToListAsync();
        Assert.All(rows, row => Assert.Equal(WebhookDeliveryStatus.Delivered, row.Status));
        Assert.Equal(sent.Order(), rows.Select(row => row.MessageId).Order());
        Assert.Equal(sent.Order(), arrived.Keys.Order());
        // The kills mean something only if one fell between a message and what is written of it: its row was tried again.
        Assert.Contains(rows, row => row.Attempts > 1);
    }

    /// <summary>Slowly, so that a kill falls between the message and what is written of it.</summary>
    private static async Task TakeAsync(HttpContext http, ConcurrentDictionary<string, int> arrived)
    {
        arrived.AddOrUpdate(http.Request.Headers["webhook-id"].ToString(), 1, (_, times) => times + 1);
        await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Events with their rows, as the save of an event on another node leaves them.</summary>
    private static async Task<IEnumerable<string>> HappenAsync(TestDatabase database)
    {
        await using var context = database.Open();
        var webhook = await context.Webhooks.AsNoTracking().SingleAsync();
        var now = TimeProvider.System.GetUtcNow();
        var rows = new List<WebhookDelivery>();
        for (var number = 0; number < Messages; number++)
        {
            var item = SecurityEvent.BrandChanged(now, "acme", "changed");
            rows.Add(new WebhookDelivery
            {
                Id = Guid.CreateVersion7(now),
                WebhookId = webhook.Id,
                EventId = item.Id,
                Kind = item.Kind,
                CreatedAt = now,
                NextAttemptAt = now,
            });
            context.SecurityEvents.Add(item);
        }

        context.WebhookDeliveries.AddRange(rows);
        await context.SaveChangesAsync();
        return rows.Select(row => row.MessageId);
    }

    /// <summary>As half a minute would do.</summary>
    private static async Task ForgetLeasesAsync(TestDatabase database)
    {
        await using var context = database.Open();
        var past = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        await context.WebhookDeliveries.Where(row => row.LeasedUntil != null)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.LeasedUntil, past));
    }

    private static async Task<bool> IsDoneAsync(TestDatabase database)
    {
        await using var context = database.Open();
        return !await context.WebhookDeliveries.AnyAsync(row => row.Status == WebhookDeliveryStatus.Waiting);
    }
}
