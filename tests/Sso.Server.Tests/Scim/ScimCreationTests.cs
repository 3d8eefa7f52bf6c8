using System.Net;
using System.Text.Json.Nodes;
using Sso.Testing;
using Xunit;
using static Sso.Server.Tests.Scim.ScimPeople;

namespace Sso.Server.Tests.Scim;

/// <summary>Adding people: <c>POST /Users</c>.</summary>
[OneDatabase]
[Spec("RFC 7644", "3")]
public sealed class ScimCreationTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("RFC 7644", "3.3")]
    [Spec("RFC 7643", "3.1")]
    public async Task A_person_is_created_with_what_is_known_of_them_and_invited()
    {
        var machine = await server.OpenPeopleAsync();
        var wanted = New("elena");
        wanted["externalId"] = "4711";
        wanted["id"] = "chosen-by-the-client";
        var created = await SendAsync(machine, "POST", Root, wanted);

        Assert.True((HttpStatusCode.Created, "application/scim+json") == (created.Status, created.Type), created.Text);
        var user = created.Json;
        Assert.Equal($"{SsoServer.Issuer}{Root}/{created["id"]}", created.Location);
        Assert.Equal(created.Location, user["meta"]!["location"]!.GetValue<string>());
        Assert.Equal(created.Tag, user["meta"]!["version"]!.GetValue<string>());
        Assert.Equal(
            ("elena", "Elena Bianchi", "elena@example.it", true),
            (created["userName"], user["name"]!["formatted"]!.GetValue<string>(), user["emails"]![0]!["value"]!.GetValue<string>(),
                user["active"]!.GetValue<bool>()));
        Assert.Equal("4711", created["externalId"]);
        Assert.Equal(user.ToJsonString(), (await machine.GetAsync($"{Root}/{created["id"]}")).Json.ToJsonString());
        Assert.Single(await server.MailsToAsync("elena@example.it"));
    }

    [Fact]
    public async Task A_password_is_taken_at_creation_and_never_told()
    {
        var machine = await server.OpenPeopleAsync();
        var wanted = New("paolo");
        wanted["password"] = SsoServer.Password;
        var created = await SendAsync(machine, "POST", Root, wanted);
        Assert.Equal(HttpStatusCode.Created, created.Status);
        Assert.DoesNotContain("password", created.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Empty(await server.MailsToAsync("paolo@example.it"));
        wanted["userName"] = "paolo2";
        wanted["emails"] = new JsonArray(new JsonObject { ["value"] = "paolo2@example.it" });
        wanted["password"] = "short";
        var refused = await SendAsync(machine, "POST", Root, wanted);
        Assert.Equal((HttpStatusCode.BadRequest, "invalidValue"), (refused.Status, refused["scimType"]));
    }

    [Fact]
    public async Task Somebody_created_as_inactive_is_not_invited_and_cannot_sign_in()
    {
        var machine = await server.OpenPeopleAsync();
        var wanted = New("ferma");
        wanted["active"] = false;
        var created = await SendAsync(machine, "POST", Root, wanted);
        Assert.False(created.Json["active"]!.GetValue<bool>());
        Assert.Empty(await server.MailsToAsync("ferma@example.it"));
    }

    [Fact]
    [Spec("RFC 7644", "3.12")]
    public async Task Errors_are_those_of_scim()
    {
        var machine = await server.OpenPeopleAsync();
        var ada = await server.AddPersonAsync("ada");
        var taken = New("altra");
        taken["userName"] = ada.UserName;
        var conflict = await SendAsync(machine, "POST", Root, taken);
        Assert.Equal((HttpStatusCode.Conflict, "uniqueness", "409"), (conflict.Status, conflict["scimType"], conflict["status"]));
        Assert.Equal("urn:ietf:params:scim:api:messages:2.0:Error", conflict.Json["schemas"]![0]!.GetValue<string>());
        var missing = await machine.GetAsync($"{Root}/{Guid.Empty:N}");
        Assert.Equal((HttpStatusCode.NotFound, "application/scim+json", "404"), (missing.Status, missing.Type, missing["status"]));
        var nameless = New("senza");
        nameless.Remove("schemas");
        Assert.Equal("invalidSyntax", (await SendAsync(machine, "POST", Root, nameless))["scimType"]);
        var unknown = await machine.GetAsync("/scim/v2/Groups");
        Assert.Equal((HttpStatusCode.NotFound, "application/scim+json"), (unknown.Status, unknown.Type));
    }
}
