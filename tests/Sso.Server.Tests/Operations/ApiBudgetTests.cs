using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Operations;
using Sso.Protocol.Clients;
using Sso.Server.Tests.AdminApi;
using Sso.Server.Tests.Administration;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>The same budget for what programs of the operator ask of the admin API and SCIM.</summary>
public sealed class ApiBudgetTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Apps = "/api/admin/v1/applications";
    private const string People = "/api/admin/v1/people";

    [Fact]
    public async Task Applications_by_the_api()
    {
        var machine = await OpenAsync();
        using var client = server.Backchannel();
        await CostsAsync("API: its description", () => client.GetAsync("/api/admin/v1/openapi.json"));
        await CostsAsync("API: applications listed", () => Done(machine.GetAsync(Apps)));
        var wanted = new JsonObject
        {
            ["client_id"] = "costosa",
            ["name"] = "Costosa",
            ["type"] = "web",
            ["redirect_uris"] = new JsonArray("https://costosa.example/callback"),
        };
        await CostsAsync("API: application added, with a key", () => Done(machine.PostAsync(Apps, wanted, key: "costs")));
        await CostsAsync("API: application read", () => Done(machine.GetAsync(Apps + "/costosa")));
        await CostsAsync(
            "API: application changed",
            () => Done(machine.SendAsync("PATCH", Apps + "/costosa", new JsonObject { ["name"] = "Cara" }, "*")));
        await CostsAsync("API: application disabled", () => Done(machine.PostAsync(Apps + "/costosa/disable", seen: "*")));
        await CostsAsync("API: application deleted", () => Done(machine.SendAsync("DELETE", Apps + "/costosa", seen: "*")));
    }

    [Fact]
    public async Task Resources_by_the_api()
    {
        var machine = await OpenAsync();
        const string Resources = "/api/admin/v1/resources";
        var wanted = new JsonObject
        {
            ["resource"] = "urn:costosa",
            ["name"] = "Costosa",
            ["scopes"] = new JsonArray("costosa.read"),
        };
        await CostsAsync("API: resource added", () => Done(machine.PostAsync(Resources, wanted)));
        await CostsAsync("API: resources listed", () => Done(machine.GetAsync(Resources)));
        await CostsAsync("API: resource read", () => Done(machine.GetAsync(Resources + "/urn:costosa")));
        wanted["name"] = "Cara";
        await CostsAsync("API: resource changed", () => Done(machine.SendAsync("PUT", Resources + "/urn:costosa", wanted, "*")));
        await CostsAsync("API: resource deleted", () => Done(machine.SendAsync("DELETE", Resources + "/urn:costosa", seen: "*")));
    }

    [Fact]
    public async Task Webhooks_by_the_api()
    {
        var machine = await OpenAsync();
        const string Webhooks = "/api/admin/v1/webhooks";
        var wanted = new JsonObject { ["url"] = "https://8.8.8.8/hook", ["events"] = new JsonArray("person.signed_in") };
        ApiReply added = null!;
        await CostsAsync("API: webhook added", async () => added = await Done(machine.PostAsync(Webhooks, wanted)));
        var path = $"{Webhooks}/{added.Json["webhook"]!["id"]}";
        await CostsAsync("API: webhooks listed", () => Done(machine.GetAsync(Webhooks)));
        await CostsAsync("API: webhook read", () => Done(machine.GetAsync(path)));
        var change = new JsonObject { ["events"] = new JsonArray("person.deleted") };
        await CostsAsync("API: webhook changed", () => Done(machine.SendAsync("PATCH", path, change, "*")));
        await CostsAsync("API: webhook tested", () => Done(machine.PostAsync(path + "/test")));
        await CostsAsync("API: webhook deliveries listed", () => Done(machine.GetAsync(path + "/deliveries")));
        // Messages that nobody tries to send at this moment, as the test may be.
        var givenUp = (await server.KeepWebhookAsync("wh_costs", givenUp: 1)).Single();
        await CostsAsync(
            "API: webhook delivery replayed",
            () => Done(machine.PostAsync($"{Webhooks}/wh_costs/deliveries/{givenUp.MessageId}/replay")));
        await server.KeepWebhookAsync("wh_costs_all", givenUp: 2);
        await CostsAsync("API: webhook replayed", () => Done(machine.PostAsync($"{Webhooks}/wh_costs_all/replay")));
        await CostsAsync("API: webhook secret rotated", () => Done(machine.PostAsync(path + "/secret")));
        await CostsAsync("API: webhook disabled", () => Done(machine.PostAsync(path + "/disable")));
        await CostsAsync("API: webhook deleted", () => Done(machine.SendAsync("DELETE", path)));
    }

    [Fact]
    public async Task People_and_events_by_the_api()
    {
        var machine = await OpenAsync();
        var wanted = new JsonObject { ["user_name"] = "cara", ["email"] = "cara@example.it", ["email_verified"] = true };
        ApiReply added = null!;
        await CostsAsync("API: person added and invited", async () => added = await Done(machine.PostAsync(People, wanted)));
        var path = $"{People}/{added["sub"]}";
        await CostsAsync("API: people found", () => Done(machine.GetAsync(People + "?user_name=cara")));
        await CostsAsync("API: people found by phone", () => Done(machine.GetAsync(People + "?phone=%2B393331234567")));
        await CostsAsync("API: person read", () => Done(machine.GetAsync(path)));
        var change = new JsonObject { ["external_id"] = "C-1" };
        await CostsAsync("API: person changed", () => Done(machine.SendAsync("PATCH", path, change, "*")));
        await CostsAsync("API: person disabled", () => Done(machine.PostAsync(path + "/disable", seen: "*")));
        // Only what is sealed is read, and only what was read is recorded.
        await server.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None);
        await CostsAsync("API: events read", () => Done(machine.GetAsync("/api/admin/v1/audit/events")));
    }

    [Fact]
    public async Task People_by_scim()
    {
        var machine = await OpenAsync();
        var ada = await server.AddPersonAsync("ada");
        // Whether an invitation is under way is looked up once for all who have no password.
        var invited = new JsonObject { ["user_name"] = "invited", ["email"] = "invited@example.it", ["email_verified"] = true };
        await Done(machine.PostAsync(People, invited));
        await CostsAsync("SCIM: what is supported", () => Done(machine.GetAsync("/scim/v2/ServiceProviderConfig")));
        await CostsAsync("SCIM: people found", () => Done(machine.GetAsync("/scim/v2/Users")));
        var patch = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
            ["Operations"] = new JsonArray(new JsonObject { ["op"] = "replace", ["path"] = "active", ["value"] = false }),
        };
        await CostsAsync(
            "SCIM: person deactivated",
            () => Done(machine.SendAsync("PATCH", $"/scim/v2/Users/{ada.Subject}", patch, type: "application/scim+json")));
    }

    /// <summary>The first request of a minute makes the row of its limit.</summary>
    private async Task<ApiMachine> OpenAsync()
    {
        var machine = await ApiMachine.OpenAsync(server, [.. ApiScopes.All]);
        await Done(machine.GetAsync("/scim/v2/ServiceProviderConfig"));
        return machine;
    }

    private static async Task<ApiReply> Done(Task<ApiReply> asked)
    {
        var answer = await asked;
        Assert.True(
            answer.Status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted or HttpStatusCode.NoContent,
            answer.Text);
        return answer;
    }

    /// <summary>The page has the numbers: those of an answer with many parts are no easier to read twice.</summary>
    private Task CostsAsync<T>(string name, Func<Task<T>> request) =>
        RequestCosts.MeasureAsync(server, name, RequestCosts.Documented()[name], request);
}
