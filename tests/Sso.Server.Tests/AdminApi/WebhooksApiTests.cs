using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Data.Webhooks;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.AdminApi;

/// <summary>Subscriptions to events by the admin API.</summary>
public sealed class WebhooksApiTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Root = "/api/admin/v1/webhooks";

    [Fact]
    public async Task An_address_is_subscribed_and_its_secret_is_shown_once()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, New("person.signed_in"), key: "once-only");
        Assert.Equal(HttpStatusCode.Created, added.Status);
        var (secret, webhook) = (added["secret"]!, added.Json["webhook"]!);
        Assert.StartsWith("whsec_", secret, StringComparison.Ordinal);
        Assert.Equal(secret, (await machine.PostAsync(Root, New("person.signed_in"), key: "once-only"))["secret"]);

        var shown = await machine.GetAsync(added.Location![SsoServer.Issuer.Length..]);
        Assert.Equal((HttpStatusCode.OK, webhook["id"]!.GetValue<string>()), (shown.Status, shown["id"]));
        Assert.DoesNotContain(secret, shown.Text, StringComparison.Ordinal);
        var listed = (await machine.GetAsync(Root)).Json["items"]!.AsArray();
        Assert.Contains(listed, item => item!["id"]!.GetValue<string>() == shown["id"]);
        await using var database = server.OpenDatabase();
        Assert.True(await database.SecurityEvents.AnyAsync(item =>
            item.Kind == SecurityEventKind.ApiRead && item.Detail == "webhooks" && item.Actor == $"client:{machine.Client.Id}"));
    }

    [Fact]
    public async Task Whoever_may_only_read_is_not_told_the_query_of_an_address_where_receivers_have_secrets()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, new JsonObject { ["url"] = "https://8.8.8.8/hook?sig=geheim" });
        Assert.Equal("https://8.8.8.8/hook?sig=geheim", added.Json["webhook"]!["url"]!.GetValue<string>());
        var path = $"{Root}/{added.Json["webhook"]!["id"]}";
        var shown = await machine.GetAsync(path);
        Assert.Equal("https://8.8.8.8/hook", shown["url"]);
        Assert.DoesNotContain("geheim", (await machine.GetAsync(Root)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_types_an_address_is_told_of_everything_but_readings_and_an_empty_list_is_refused()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, new JsonObject { ["url"] = "https://8.8.8.8/hook" });
        Assert.Equal(HttpStatusCode.Created, added.Status);
        Assert.Equal(["*"], added.Json["webhook"]!["events"]!.AsArray().Select(type => type!.GetValue<string>()));
        var refused = await machine.PostAsync(Root, new JsonObject { ["url"] = "https://8.8.8.8/hook", ["events"] = new JsonArray() });
        Assert.Equal((HttpStatusCode.BadRequest, "events"), (refused.Status, Assert.Single(refused.Fields)));
    }

    [Fact]
    public async Task One_that_was_made_without_types_before_is_still_told_of_readings_and_others_only_if_they_name_them()
    {
        var machine = await ApiMachine.OpenAsync(server, ApiScopes.ReadWebhooks, ApiScopes.WriteWebhooks, ApiScopes.ReadPeople);
        async Task<string> AddAsync(params string[] types) => (await machine.PostAsync(
            Root,
            new JsonObject
            {
                ["url"] = "https://8.8.8.8/hook",
                ["events"] = new JsonArray([.. types.Select(type => (JsonNode)type)]),
            }))
            .Json["webhook"]!["id"]!.GetValue<string>();
        var (everything, asking, former) = (await AddAsync("*"), await AddAsync("person.read", "*"), await AddAsync("*"));
        await using var database = server.OpenDatabase();
        (await database.Webhooks.SingleAsync(row => row.Id == former)).Events = [];
        await database.RaiseWebhooksVersionAsync(CancellationToken.None);
        await database.SaveChangesAsync();
        await server.ReloadAsync();

        var ada = await server.AddPersonAsync("ada");
        await machine.GetAsync($"/api/admin/v1/people/{ada.Subject}");
        async Task<IEnumerable<string>> ToldAsync(string id) =>
            (await database.WebhookDeliveries.Where(row => row.WebhookId == id).Select(row => row.Kind).ToListAsync())
            .Select(kind => kind.ToString()!);
        Assert.DoesNotContain("PersonRead", await ToldAsync(everything));
        Assert.DoesNotContain("ApiRead", await ToldAsync(everything));
        Assert.Contains("WebhookChanged", await ToldAsync(everything));
        Assert.Contains("PersonRead", await ToldAsync(asking));
        Assert.Equal(["*", "person.read"], (await database.Webhooks.AsNoTracking().SingleAsync(row => row.Id == asking)).Events);
        Assert.Contains("PersonRead", await ToldAsync(former));
        var kept = await machine.SendAsync(
            "PATCH", $"{Root}/{former}", new JsonObject { ["url"] = "https://8.8.4.4/other" }, seen: "*");
        Assert.Equal((HttpStatusCode.OK, 0), (kept.Status, kept.Json["events"]!.AsArray().Count));
    }

    [Fact]
    public async Task Webhooks_come_in_pages_as_every_list()
    {
        var machine = await OpenAsync();
        for (var number = 0; number < 3; number++)
        {
            await machine.PostAsync(Root, New("person.signed_in"));
        }

        static IEnumerable<string> Ids(ApiReply page) => page.Json["items"]!.AsArray().Select(item => item!["id"]!.GetValue<string>());
        var all = Ids(await machine.GetAsync(Root)).ToList();
        var first = await machine.GetAsync(Root + "?limit=2");
        Assert.Equal(all.Take(2), Ids(first));
        var rest = await machine.GetAsync($"{Root}?limit=200&cursor={first["next"]}");
        Assert.Equal((all.Skip(2).Count(), (string?)null), (Ids(rest).Count(), rest["next"]));
        Assert.Equal(all.Skip(2), Ids(rest));
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.GetAsync(Root + "?cursor=perhaps")).Status);
    }

    [Fact]
    public async Task A_subscription_is_switched_given_another_secret_and_ended()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, New("person.signed_in"));
        var path = $"{Root}/{added.Json["webhook"]!["id"]}";

        Assert.NotNull((await machine.PostAsync(path + "/disable"))["disabled_at"]);
        Assert.Null((await machine.PostAsync(path + "/enable"))["disabled_at"]);
        var rotated = await machine.PostAsync(path + "/secret?hours=2");
        Assert.NotEqual(added["secret"], rotated["secret"]);
        Assert.Equal(
            server.Clock.GetUtcNow().AddHours(2), rotated.Json["webhook"]!["former_secret_until"]!.GetValue<DateTimeOffset>());
        var wrong = await machine.PostAsync(path + "/secret?hours=some");
        Assert.Equal((HttpStatusCode.BadRequest, "hours"), (wrong.Status, wrong.Fields.Single()));

        Assert.Equal(HttpStatusCode.NoContent, (await machine.SendAsync("DELETE", path)).Status);
        foreach (var (method, gone) in ((string, string)[])
            [("GET", path), ("DELETE", path), ("POST", path + "/disable"), ("POST", path + "/enable"), ("POST", path + "/secret")])
        {
            Assert.Equal((gone, HttpStatusCode.NotFound), (gone, (await machine.SendAsync(method, gone)).Status));
        }
    }

    [Fact]
    public async Task Address_and_types_are_changed_by_whoever_names_the_version_that_they_read()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, New("person.signed_in"));
        var path = $"{Root}/{added.Json["webhook"]!["id"]}";
        var read = await machine.GetAsync(path);
        var change = new JsonObject { ["url"] = "https://8.8.4.4/other", ["events"] = new JsonArray("person.deleted", "person.changed") };
        Assert.Equal(HttpStatusCode.PreconditionRequired, (await machine.SendAsync("PATCH", path, change.DeepClone())).Status);
        var changed = await machine.SendAsync("PATCH", path, change.DeepClone(), seen: read.Tag);
        Assert.Equal((HttpStatusCode.OK, "https://8.8.4.4/other"), (changed.Status, changed["url"]));
        Assert.Equal(["person.deleted", "person.changed"], changed.Json["events"]!.AsArray().Select(name => name!.GetValue<string>()));

        // Somebody else's change is not overwritten by one that did not see it.
        var late = await machine.SendAsync("PATCH", path, new JsonObject { ["url"] = "https://8.8.8.8/late" }, seen: read.Tag);
        Assert.Equal(HttpStatusCode.PreconditionFailed, late.Status);
        var all = await machine.SendAsync("PATCH", path, new JsonObject { ["events"] = null }, seen: changed.Tag);
        Assert.Equal(["*"], all.Json["events"]!.AsArray().Select(type => type!.GetValue<string>()));
        Assert.Equal("https://8.8.4.4/other", all["url"]);
        foreach (var (body, field) in ((JsonObject, string)[])
        [
            (new JsonObject { ["url"] = "http://8.8.8.8/hook" }, "url"), (new JsonObject { ["url"] = null }, "url"),
            (new JsonObject { ["events"] = new JsonArray("person.nothing") }, "events"), (new JsonObject { ["secret"] = "mine" }, "secret"),
            (new JsonObject { ["events"] = new JsonArray() }, "events"),
        ])
        {
            var refused = await machine.SendAsync("PATCH", path, body, seen: "*");
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            Assert.StartsWith(field, refused.Fields.First(), StringComparison.Ordinal);
        }

        await using var database = server.OpenDatabase();
        var recorded = await database.SecurityEvents
            .Where(item => item.Kind == SecurityEventKind.WebhookChanged && item.Detail!.EndsWith(" changed")).ToListAsync();
        Assert.Contains(recorded, item => item.Changes!.Contains("8.8.4.4", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_version_is_of_what_is_decided_and_hides_nothing_that_changes_by_itself()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, New("person.signed_in"));
        var path = $"{Root}/{added.Json["webhook"]!["id"]}";
        var before = await machine.GetAsync(path);
        await using var database = server.OpenDatabase();
        database.WebhookDeliveries.Add(Dead(added.Json["webhook"]!["id"]!.GetValue<string>(), "answer 500"));
        await database.SaveChangesAsync();
        var after = await machine.GetAsync(path);
        Assert.Equal((before.Tag, 1), (after.Tag, after.Json["failed"]!.GetValue<int>()));
        await machine.PostAsync(path + "/secret");
        Assert.NotEqual(before.Tag, (await machine.GetAsync(path)).Tag);
    }

    [Fact]
    public async Task A_test_is_sent_and_what_was_given_up_is_listed_and_sent_again()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, New("person.signed_in"));
        var id = added.Json["webhook"]!["id"]!.GetValue<string>();
        var path = $"{Root}/{id}";
        await using var database = server.OpenDatabase();
        WebhookDelivery[] dead = [Dead(id, "answer 500"), Dead(id, "no answer"), Dead("wh_ofsomebody", "answer 500")];
        database.WebhookDeliveries.AddRange(dead);
        await database.SaveChangesAsync();
        var failed = (await machine.GetAsync(path + "/deliveries?failed=true")).Json["items"]!.AsArray();
        Assert.Equal(["no answer", "answer 500"], failed.Select(item => item!["outcome"]!.GetValue<string>()));
        var first = await machine.GetAsync(path + "/deliveries?limit=1");
        var rest = await machine.GetAsync($"{path}/deliveries?limit=200&cursor={first["next"]}");
        Assert.Single(rest.Json["items"]!.AsArray());
        Assert.Null(rest["next"]);

        // One of somebody else is not found by this name.
        Assert.Equal(HttpStatusCode.NotFound, (await machine.PostAsync($"{path}/deliveries/{dead[2].MessageId}/replay")).Status);
        var one = await machine.PostAsync($"{path}/deliveries/{dead[0].MessageId}/replay");
        Assert.Equal((HttpStatusCode.Accepted, 1), (one.Status, one.Json["deliveries"]!.GetValue<int>()));
        // The first may have been sent, and not taken, by now.
        Assert.InRange((await machine.PostAsync(path + "/replay")).Json["deliveries"]!.GetValue<int>(), 1, 2);
        var ids = dead.Select(row => row.Id).ToList();
        var untouched = await database.WebhookDeliveries.AsNoTracking()
            .Where(row => row.Attempts == 8 && ids.Contains(row.Id)).Select(row => row.WebhookId).ToListAsync();
        Assert.Equal(["wh_ofsomebody"], untouched);

        // Last: it has the server look at what is due.
        var test = await machine.PostAsync(path + "/test");
        Assert.Equal((HttpStatusCode.Accepted, "webhook.test"), (test.Status, test["type"]));
        var disabled = await machine.PostAsync(path + "/disable");
        Assert.Equal(HttpStatusCode.OK, disabled.Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.PostAsync(path + "/test")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.GetAsync(path + "/deliveries?failed=perhaps")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.GetAsync(path + "/deliveries?cursor=perhaps")).Status);
    }

    [Theory]
    [InlineData("http://billing.example/hook", "person.signed_in", "url")]
    [InlineData("https://127.0.0.1/hook", "person.signed_in", "url")]
    [InlineData("https://8.8.8.8/hook", "person.nothing", "events")]
    public async Task What_the_command_line_refuses_is_refused_by_its_name(string url, string type, string field)
    {
        var machine = await OpenAsync();
        var wanted = New(type);
        wanted["url"] = url;
        var answer = await machine.PostAsync(Root, wanted);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.StartsWith(field, answer.Fields.First(), StringComparison.Ordinal);
    }

    private Task<ApiMachine> OpenAsync() => ApiMachine.OpenAsync(server, ApiScopes.ReadWebhooks, ApiScopes.WriteWebhooks);

    private WebhookDelivery Dead(string webhookId, string outcome)
    {
        server.Clock.Advance(TimeSpan.FromMilliseconds(2));
        var now = server.Clock.GetUtcNow();
        return new()
        {
            Id = Guid.CreateVersion7(now),
            WebhookId = webhookId,
            CreatedAt = now,
            NextAttemptAt = now,
            Status = WebhookDeliveryStatus.Failed,
            Attempts = 8,
            LastOutcome = outcome,
            DoneAt = now,
        };
    }

    private static JsonObject New(string type) => new()
    {
        ["url"] = "https://8.8.8.8/hook",
        ["events"] = new JsonArray(type),
    };
}
