using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Server.Tests.AdminApi;
using Sso.Testing;
using Xunit;
using static Sso.Server.Tests.Scim.ScimPeople;

namespace Sso.Server.Tests.Scim;

/// <summary>The id that the provisioning client keeps with a person (RFC 7643 §3.1).</summary>
[Spec("RFC 7643", "3.1")]
public sealed class ScimExternalIdTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task Whoever_is_added_with_an_external_id_is_found_by_it_as_it_is_written()
    {
        var machine = await server.OpenPeopleAsync();
        var created = await AddAsync(machine, "fatturata", "Kunde-4711");

        Assert.Equal("Kunde-4711", created["externalId"]);
        Assert.Equal("Kunde-4711", (await machine.GetAsync($"{Root}/{created["id"]}"))["externalId"]);
        Assert.Equal([created["id"]!], await FoundAsync(machine, "externalId eq \"Kunde-4711\""));
        Assert.Equal([created["id"]!], await FoundAsync(machine, $"{Schema}:externalid EQ \"Kunde-4711\" and active eq true"));
        Assert.Empty(await FoundAsync(machine, "externalId eq \"kunde-4711\""));
        var refused = await machine.GetAsync($"{Root}?filter={Uri.EscapeDataString("externalId sw \"Kunde\"")}");
        Assert.Equal((HttpStatusCode.BadRequest, "invalidFilter"), (refused.Status, refused["scimType"]));
    }

    [Fact]
    [Spec("RFC 7644", "3.12")]
    public async Task Two_people_never_have_one_external_id()
    {
        var machine = await server.OpenPeopleAsync();
        await AddAsync(machine, "prima", "C-1");
        var other = await AddAsync(machine, "seconda", "C-2");
        var third = New("terza");
        third["externalId"] = "C-1";
        var replacing = New("seconda");
        replacing["externalId"] = "C-1";
        foreach (var answer in (ApiReply[])
            [
                await SendAsync(machine, "POST", Root, third),
                await SendAsync(machine, "PUT", $"{Root}/{other["id"]}", replacing),
                await PatchAsync(machine, other["id"]!, Operation("replace", "externalId", "C-1")),
            ])
        {
            Assert.Equal((HttpStatusCode.Conflict, "uniqueness", "409"), (answer.Status, answer["scimType"], answer["status"]));
        }

        Assert.Equal("C-2", (await machine.GetAsync($"{Root}/{other["id"]}"))["externalId"]);
        // Another case is another id.
        third["externalId"] = "c-1";
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(machine, "POST", Root, third)).Status);
    }

    [Fact]
    [Spec("RFC 7644", "3.12")]
    public async Task Of_two_who_are_added_at_once_with_one_external_id_one_is_refused()
    {
        var machine = await server.OpenPeopleAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(number =>
        {
            var wanted = New($"insieme{number}");
            wanted["externalId"] = "RACE";
            return SendAsync(machine, "POST", Root, wanted);
        }));

        Assert.Equal([201, 409, 409, 409], answers.Select(answer => (int)answer.Status).Order());
    }

    [Fact]
    [Spec("RFC 7644", "3.5.1")]
    [Spec("RFC 7644", "3.5.2")]
    public async Task It_is_set_replaced_and_removed_and_the_record_says_that_it_was_and_not_what_it_is()
    {
        var machine = await server.OpenPeopleAsync();
        var created = await AddAsync(machine, "mutevole", null);
        Assert.Null(created["externalId"]);
        var (id, whole) = (created["id"]!, New("mutevole"));

        var patched = await PatchAsync(machine, id, Operation("add", "externalId", "segreta-1"));
        Assert.Equal("segreta-1", patched["externalId"]);
        Assert.NotEqual(created.Tag, patched.Tag);
        whole["externalId"] = "segreta-2";
        Assert.Equal("segreta-2", (await SendAsync(machine, "PUT", $"{Root}/{id}", whole))["externalId"]);
        Assert.Null((await PatchAsync(machine, id, Operation("remove", "externalId")))["externalId"]);
        await PatchAsync(machine, id, Operation("add", null, new JsonObject { ["externalId"] = "segreta-3" }));
        whole.Remove("externalId");
        // A program that does not know it does not take it from the one that does.
        Assert.Equal("segreta-3", (await SendAsync(machine, "PUT", $"{Root}/{id}", whole))["externalId"]);
        Assert.Null((await PatchAsync(machine, id, Operation("replace", "externalId", "")))["externalId"]);

        await using var database = server.OpenDatabase();
        var person = Guid.Parse(id);
        var events = await database.SecurityEvents.AsNoTracking()
            .Where(item => item.PersonId == person && item.Kind == SecurityEventKind.PersonChanged).ToListAsync();
        Assert.Contains(events, item => item.Changes?.Contains("external_id", StringComparison.Ordinal) == true);
        Assert.DoesNotContain(events, item => item.Changes?.Contains("segreta", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData("\" x\"")]
    [InlineData("\"x \"")]
    [InlineData("\"a\\nb\"")]
    [InlineData("7")]
    [InlineData(null)]
    [Spec("S115")]
    public async Task What_is_no_external_id_is_refused(string? json)
    {
        var machine = await server.OpenPeopleAsync();
        var wanted = New("rifiutata");
        wanted["externalId"] = json is null ? new string('x', 256) : JsonNode.Parse(json);
        var answer = await SendAsync(machine, "POST", Root, wanted);
        Assert.Equal((HttpStatusCode.BadRequest, "invalidValue"), (answer.Status, answer["scimType"]));
    }

    [Fact]
    public async Task The_longest_has_255_characters_and_somebody_deleted_leaves_theirs_free()
    {
        var machine = await server.OpenPeopleAsync();
        var longest = new string('à', 255);
        var created = await AddAsync(machine, "lunga", longest);
        Assert.Equal(longest, created["externalId"]);
        Assert.Equal(HttpStatusCode.NoContent, (await machine.SendAsync("DELETE", $"{Root}/{created["id"]}")).Status);
        Assert.Empty(await FoundAsync(machine, $"externalId eq \"{longest}\""));
        Assert.Equal(longest, (await AddAsync(machine, "lunga2", longest))["externalId"]);
    }

    [Fact]
    [Spec("S45")]
    public async Task Somebody_who_has_left_keeps_no_account_because_of_an_external_id_that_is_taken()
    {
        var machine = await server.OpenPeopleAsync();
        await AddAsync(machine, "resta", "L-1");
        var leaving = await AddAsync(machine, "parte", "L-2");
        var answer = await PatchAsync(
            machine, leaving["id"]!, Operation("replace", "externalId", "L-1"), Operation("replace", "active", false));
        Assert.True(answer.Status == HttpStatusCode.OK && !answer.Json["active"]!.GetValue<bool>(), answer.Text);
        Assert.Equal("L-2", answer["externalId"]);
    }

    private static async Task<ApiReply> AddAsync(ApiMachine machine, string name, string? externalId)
    {
        var wanted = New(name);
        if (externalId is not null)
        {
            wanted["externalId"] = externalId;
        }

        var created = await SendAsync(machine, "POST", Root, wanted);
        Assert.True(created.Status == HttpStatusCode.Created, created.Text);
        return created;
    }

    private static async Task<string[]> FoundAsync(ApiMachine machine, string filter)
    {
        var list = (await machine.GetAsync($"{Root}?filter={Uri.EscapeDataString(filter)}")).Json;
        return [.. list["Resources"]!.AsArray().Select(user => user!["id"]!.GetValue<string>())];
    }
}
