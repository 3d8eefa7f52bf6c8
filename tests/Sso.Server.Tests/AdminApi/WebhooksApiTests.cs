using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
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
    public async Task Without_types_an_address_is_told_of_everything()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, new JsonObject { ["url"] = "https://8.8.8.8/hook" });
        Assert.Equal(HttpStatusCode.Created, added.Status);
        Assert.Empty(added.Json["webhook"]!["events"]!.AsArray());
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

    private static JsonObject New(string type) => new()
    {
        ["url"] = "https://8.8.8.8/hook",
        ["events"] = new JsonArray(type),
    };
}
