using System.Net;
using System.Text.Json.Nodes;
using Sso.Testing;
using Xunit;
using static Sso.Server.Tests.Scim.ScimPeople;

namespace Sso.Server.Tests.Scim;

/// <summary>Replacing a person: <c>PUT /Users/{id}</c>.</summary>
[OneDatabase]
[Spec("RFC 7644", "3")]
public sealed class ScimReplacementTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("S45")]
    public async Task A_replacement_closes_the_account_even_if_it_names_another_address()
    {
        var machine = await server.OpenPeopleAsync();
        var created = await SendAsync(machine, "POST", Root, New("verlassen"));
        var wanted = New("verlassen");
        wanted["emails"]![0]!["value"] = "other@example.it";
        var refused = await SendAsync(machine, "PUT", $"{Root}/{created["id"]}", wanted);
        Assert.Equal((HttpStatusCode.BadRequest, "mutability"), (refused.Status, refused["scimType"]));
        wanted["active"] = false;
        wanted.Remove("name");
        var closed = await SendAsync(machine, "PUT", $"{Root}/{created["id"]}", wanted);
        Assert.True(closed.Status == HttpStatusCode.OK && !closed.Json["active"]!.GetValue<bool>(), closed.Text);
        Assert.Equal("verlassen@example.it", closed.Json["emails"]![0]!["value"]!.GetValue<string>());
        Assert.True(closed.Json.ContainsKey("name"));
    }

    [Theory]
    [InlineData("emails", """[{"value":"a@example.it"},{"value":"b@example.it"}]""")]
    [InlineData("emails", """[{"value":"a@example.it","primary":"True"},{"value":"b@example.it"}]""")]
    [InlineData("nickName", "7")]
    [InlineData("name", "\"x\"")]
    [InlineData("timezone", "\"Nowhere/None\"")]
    [InlineData("userName", "7")]
    [InlineData("password", "7")]
    [Spec("S45")]
    public async Task A_replacement_closes_the_account_whatever_in_it_cannot_be_read(string attribute, string value)
    {
        var machine = await server.OpenPeopleAsync();
        var ada = await server.AddPersonAsync("ada");
        var before = (await machine.GetAsync($"{Root}/{ada.Subject}")).Json;
        var wanted = New(ada.UserName);
        wanted[attribute] = JsonNode.Parse(value);
        var refused = await SendAsync(machine, "PUT", $"{Root}/{ada.Subject}", wanted);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        wanted["active"] = "False";
        var closed = await SendAsync(machine, "PUT", $"{Root}/{ada.Subject}", wanted);
        Assert.True(closed.Status == HttpStatusCode.OK && !closed.Json["active"]!.GetValue<bool>(), closed.Text);
        Assert.Equal(
            (before["userName"]!.GetValue<string>(), before["emails"]!.ToJsonString(), before["nickName"]?.ToJsonString()),
            (closed["userName"], closed.Json["emails"]!.ToJsonString(), closed.Json["nickName"]?.ToJsonString()));
    }

    [Fact]
    [Spec("RFC 7644", "3.5.1")]
    public async Task A_replacement_forgets_what_it_leaves_out_and_keeps_what_may_not_change()
    {
        var machine = await server.OpenPeopleAsync();
        var created = await SendAsync(machine, "POST", Root, New("sostituita"));
        var wanted = New("sostituita");
        wanted.Remove("locale");
        wanted.Remove("name");
        wanted["nickName"] = "Sosti";
        var replaced = await SendAsync(machine, "PUT", $"{Root}/{created["id"]}", wanted);
        Assert.True(replaced.Status == HttpStatusCode.OK, replaced.Text);
        Assert.Equal("Sosti", replaced["nickName"]);
        Assert.False(replaced.Json.ContainsKey("locale") || replaced.Json.ContainsKey("name"));
        Assert.True(replaced.Json["active"]!.GetValue<bool>());
        wanted["userName"] = "altra";
        var refused = await SendAsync(machine, "PUT", $"{Root}/{created["id"]}", wanted);
        Assert.Equal((HttpStatusCode.BadRequest, "mutability"), (refused.Status, refused["scimType"]));
        // As it was typed elsewhere: names are compared as they are kept.
        wanted["userName"] = " Sostituita ";
        wanted["active"] = false;
        Assert.False((await SendAsync(machine, "PUT", $"{Root}/{created["id"]}", wanted)).Json["active"]!.GetValue<bool>());
    }

    [Fact]
    [Spec("RFC 7644", "3.14")]
    public async Task A_version_that_is_named_must_be_the_present_one()
    {
        var machine = await server.OpenPeopleAsync();
        var created = await SendAsync(machine, "POST", Root, New("versionata"));
        var path = $"{Root}/{created["id"]}";
        var changed = await PatchAsync(machine, created["id"]!, created.Tag, Operation("replace", "nickName", "Uno"));
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal(412, (int)(await PatchAsync(machine, created["id"]!, created.Tag, Operation("replace", "nickName", "Due"))).Status);
        Assert.Equal(412, (int)(await SendAsync(machine, "PUT", path, New("versionata"), created.Tag)).Status);
        Assert.Equal(412, (int)(await machine.SendAsync("DELETE", path, seen: created.Tag)).Status);
        foreach (var known in (string[])[changed.Tag!, $"W/{changed.Tag}", $"\"other\", W/{changed.Tag}"])
        {
            // RFC 9110 §13.1.2: compared weakly.
            var same = await machine.SendAsync(
                "GET", path, change: request => request.Headers.TryAddWithoutValidation("If-None-Match", known));
            Assert.Equal(HttpStatusCode.NotModified, same.Status);
        }

        // RFC 9110 §13.1.1: compared strongly.
        Assert.Equal(412, (int)(await machine.SendAsync("DELETE", path, seen: $"W/{changed.Tag}")).Status);
    }
}
