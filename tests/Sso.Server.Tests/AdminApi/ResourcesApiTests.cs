using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.AdminApi;

/// <summary>Protected resources by the admin API.</summary>
public sealed class ResourcesApiTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Root = "/api/admin/v1/resources";

    [Fact]
    [Spec("RFC 8707", "2")]
    public async Task A_resource_is_registered_and_tokens_are_issued_for_it_at_once()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, New("https://api.example/bestellungen", "bestellungen.read"));
        Assert.Equal(HttpStatusCode.Created, added.Status);
        Assert.Equal($"{SsoServer.Issuer}{Root}/https%3A%2F%2Fapi.example%2Fbestellungen", added.Location);
        var shown = await machine.GetAsync(added.Location![SsoServer.Issuer.Length..]);
        Assert.Equal((HttpStatusCode.OK, added.Text, added.Tag), (shown.Status, shown.Text, shown.Tag));
        var again = await machine.PostAsync(Root, New("https://api.example/bestellungen", "andere.read"));
        Assert.Equal(HttpStatusCode.Conflict, again.Status);

        var client = await ApiMachine.RegisterAsync(server, ["bestellungen.read"]);
        var token = await client.TokenAsync(("grant_type", "client_credentials"), ("resource", "https://api.example/bestellungen"));
        Assert.NotNull(token.AccessToken);
    }

    [Fact]
    [Spec("RFC 9110", "13.1.1")]
    public async Task A_resource_is_changed_and_deleted_only_as_it_was_seen()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, New("urn:lager", "lager.read"));
        var wanted = New("urn:lager", "lager.read", "lager.write");
        Assert.Equal(428, (int)(await machine.SendAsync("PUT", Root + "/urn:lager", wanted)).Status);
        var changed = await machine.SendAsync("PUT", Root + "/urn:lager", wanted, added.Tag);
        Assert.Equal((HttpStatusCode.OK, 2), (changed.Status, changed.Json["scopes"]!.AsArray().Count));
        Assert.Equal(412, (int)(await machine.SendAsync("PUT", Root + "/urn:lager", wanted, added.Tag)).Status);
        Assert.Equal(412, (int)(await machine.SendAsync("DELETE", Root + "/urn:lager", seen: added.Tag)).Status);
        var other = await machine.SendAsync("PUT", Root + "/urn:lager", New("urn:keller", "keller.read"), "*");
        Assert.Equal((HttpStatusCode.BadRequest, "resource"), (other.Status, other.Fields.Single()));

        Assert.Equal(HttpStatusCode.NoContent, (await machine.SendAsync("DELETE", Root + "/urn:lager", seen: changed.Tag)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.GetAsync(Root + "/urn:lager")).Status);
    }

    [Fact]
    [Spec("S114")]
    public async Task No_resource_takes_the_scopes_of_the_api_or_a_client_that_is_not_there()
    {
        var machine = await OpenAsync();
        var scopes = await machine.PostAsync(Root, New("urn:dieb", ApiScopes.ReadPeople));
        Assert.Equal(HttpStatusCode.BadRequest, scopes.Status);
        var body = New("urn:waise", "waise.read");
        body["client_id"] = "niemand";
        var client = await machine.PostAsync(Root, body);
        Assert.Equal((HttpStatusCode.BadRequest, "client_id"), (client.Status, client.Fields.Single()));
        Assert.Equal(HttpStatusCode.NotFound, (await machine.SendAsync("DELETE", Root + "/urn:waise", seen: "*")).Status);
    }

    [Fact]
    [Spec("S114")]
    public async Task No_program_decides_what_a_client_that_may_use_the_api_introspects()
    {
        var machine = await OpenAsync();
        var body = New("urn:kasse", "kasse.read");
        body["client_id"] = machine.Client.Id;
        var added = await machine.PostAsync(Root, body);
        Assert.Equal((HttpStatusCode.Forbidden, "client_id"), (added.Status, added.Fields.Single()));
        Assert.Equal(HttpStatusCode.Created, (await machine.PostAsync(Root, New("urn:kasse", "kasse.read"))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await machine.SendAsync("PUT", Root + "/urn:kasse", body, "*")).Status);
        Assert.Null((await machine.GetAsync(Root + "/urn:kasse"))["client_id"]);
    }

    [Fact]
    [Spec("RFC 8707", "2")]
    public async Task No_resource_takes_the_address_of_the_api()
    {
        var machine = await OpenAsync();
        var answer = await machine.PostAsync(Root, New(ApiScopes.ResourceOf(SsoServer.Issuer), "eigene.read"));
        Assert.Equal((HttpStatusCode.BadRequest, "resource"), (answer.Status, answer.Fields.Single()));
    }

    [Fact]
    [Spec("S131")]
    public async Task A_list_comes_in_pages_and_reading_is_recorded()
    {
        var machine = await OpenAsync();
        foreach (var name in (string[])["eins", "zwei", "drei"])
        {
            Assert.Equal(HttpStatusCode.Created, (await machine.PostAsync(Root, New($"urn:seite:{name}", $"{name}.read"))).Status);
        }

        var (seen, cursor) = (new List<string>(), "");
        do
        {
            var page = (await machine.GetAsync($"{Root}?limit=2&cursor={cursor}")).Json;
            seen.AddRange(page["items"]!.AsArray().Select(item => item!["resource"]!.GetValue<string>()));
            cursor = page["next"]?.GetValue<string>();
        }
        while (cursor is not null);
        Assert.Equal(seen.Order(StringComparer.Ordinal).Distinct(), seen);
        Assert.Equal(
            ["urn:seite:drei", "urn:seite:eins", "urn:seite:zwei"],
            seen.Where(name => name.StartsWith("urn:seite", StringComparison.Ordinal)));
        await using var database = server.OpenDatabase();
        Assert.True(await database.SecurityEvents.AnyAsync(item =>
            item.Kind == SecurityEventKind.ApiRead && item.Detail == "resources" && item.Actor == $"client:{machine.Client.Id}"));
    }

    private Task<ApiMachine> OpenAsync() => ApiMachine.OpenAsync(server, ApiScopes.ReadApps, ApiScopes.WriteApps);

    private static JsonObject New(string resource, params string[] scopes) => new()
    {
        ["resource"] = resource,
        ["name"] = "Ein Dienst",
        ["scopes"] = new JsonArray([.. scopes.Select(scope => JsonValue.Create(scope))]),
    };
}
