using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Server.Tests.AdminApi;
using Sso.Testing;
using Xunit;
using static Sso.Server.Tests.Scim.ScimPeople;

namespace Sso.Server.Tests.Scim;

/// <summary>Changing a person: <c>PATCH /Users/{id}</c>.</summary>
[OneDatabase]
[Spec("RFC 7644", "3")]
public sealed class ScimPatchTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("RFC 7644", "3.5.2.3")]
    [Spec("S45")]
    public async Task Deactivating_ends_every_session_and_token_at_once()
    {
        var machine = await server.OpenPeopleAsync();
        var (shop, browser) = (await server.RegisterAsync("shop"), server.OpenBrowser());
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid offline_access"))).Code);

        var off = await PatchAsync(machine, ada.Subject, Operation("Replace", "active", "False"));

        Assert.True(off.Status == HttpStatusCode.OK && !off.Json["active"]!.GetValue<bool>(), off.Text);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
        var on = await PatchAsync(machine, ada.Subject, Operation("replace", null, new JsonObject { ["active"] = true }));
        Assert.True(on.Json["active"]!.GetValue<bool>());
    }

    [Fact]
    [Spec("RFC 7644", "3.5.2")]
    public async Task A_patch_sets_and_removes_what_it_names_and_nothing_else()
    {
        var machine = await server.OpenPeopleAsync();
        var created = await SendAsync(machine, "POST", Root, New("patchata"));
        var patched = await PatchAsync(
            machine, created["id"]!,
            Operation("replace", "name.familyName", "Verdi"), Operation("add", "nickName", "Ele"), Operation("remove", "locale"),
            Operation("replace", "urn:ietf:params:scim:schemas:core:2.0:User:timezone", "Europe/Rome"),
            Operation("add", null, new JsonObject { ["userName"] = "patchata", ["name"] = new JsonObject { ["givenName"] = "Eleonora" } }));

        Assert.True(patched.Status == HttpStatusCode.OK, patched.Text);
        var (user, name) = (patched.Json, patched.Json["name"]!);
        Assert.Equal(
            ("Eleonora Verdi", "Eleonora", "Verdi", "Ele", "Europe/Rome"),
            (name["formatted"]!.GetValue<string>(), name["givenName"]!.GetValue<string>(), name["familyName"]!.GetValue<string>(),
                user["nickName"]!.GetValue<string>(), user["timezone"]!.GetValue<string>()));
        Assert.False(user.ContainsKey("locale"));
        Assert.True(user["active"]!.GetValue<bool>());
        Assert.NotEqual(created.Tag, patched.Tag);
    }

    public static TheoryData<string, string?, string?, string> Wrong => new()
    {
        { "replace", "userName", "\"other\"", "mutability" },
        { "replace", "emails", """[{"value":"other@example.it"}]""", "mutability" },
        { "replace", "emails[type eq \"work\"].value", "\"other@example.it\"", "mutability" },
        { "remove", "userName", null, "mutability" },
        { "remove", "active", null, "mutability" },
        { "replace", "password", "\"una lunga frase segreta\"", "mutability" },
        { "replace", "id", "\"x\"", "mutability" },
        { "add", "emails[type", "[]", "invalidPath" },
        { "add", "two words", "[]", "invalidPath" },
        { "replace", "active", "\"perhaps\"", "invalidValue" },
        { "replace", "nickName", "7", "invalidValue" },
        { "replace", "timezone", "\"Nowhere/None\"", "invalidValue" },
        { "remove", null, null, "noTarget" },
        { "move", "nickName", "\"x\"", "invalidSyntax" },
        { "replace", null, "\"x\"", "invalidValue" },
    };

    [Theory, MemberData(nameof(Wrong))]
    [Spec("RFC 7644", "3.12")]
    [Spec("S115")]
    public async Task A_wrong_operation_is_named_and_nothing_is_changed(string op, string? path, string? value, string scimType)
    {
        var machine = await server.OpenPeopleAsync();
        var ada = await server.AddPersonAsync("ada");
        var before = await machine.GetAsync($"{Root}/{ada.Subject}");
        var answer = await PatchAsync(
            machine, ada.Subject, Operation("replace", "nickName", "Prima"),
            Operation(op, path, value is null ? null : JsonNode.Parse(value)));
        Assert.Equal((HttpStatusCode.BadRequest, scimType), (answer.Status, answer["scimType"]));
        Assert.Equal(before.Tag, (await machine.GetAsync($"{Root}/{ada.Subject}")).Tag);
    }

    /// <summary>What is sent is as Entra ID and Okta write it.</summary>
    public static TheoryData<string> WithMore => new()
    {
        """
        [{"op":"Replace","path":"displayName","value":"Elena B."},
         {"op":"Replace","path":"active","value":"False"}]
        """,
        """
        [{"op":"Add","path":"phoneNumbers[type eq \"work\"].value","value":"+39 02 1"},
         {"op":"Replace","path":"active","value":false}]
        """,
        """
        [{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Sales"},
         {"op":"Replace","path":"active","value":"False"}]
        """,
        """
        [{"op":"replace","value":{"active":false,"id":"00u1","schemas":[],"externalId":"7","title":"Dr","groups":[],
         "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"9"}}}}]
        """,
        """
        [{"op":"replace","value":{"displayName":"E","addresses[type eq \"work\"].country":"IT","active":"False"}}]
        """,
        """
        [{"op":"Remove","path":"title"},
         {"op":"Add","path":"x509Certificates","value":[]},
         {"op":"Add","path":"secondFactors","value":[]},
         {"op":"Replace","value":{"urn:ietf:params:scim:schemas:core:2.0:User":{"active":false}}}]
        """,
        """
        [{"op":"Replace","path":"emails[type eq \"work\"].primary","value":"True"},
         {"op":"Replace","path":"active","value":"False"}]
        """,
    };

    [Theory, MemberData(nameof(WithMore))]
    [Spec("RFC 7644", "3.5.2")]
    [Spec("RFC 7644", "3.3")]
    public async Task What_is_no_attribute_of_ours_is_passed_over_in_a_patch_as_in_a_whole_user(string operations)
    {
        var machine = await server.OpenPeopleAsync();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var answer = await PatchAsync(
            machine, ada.Subject, [.. JsonNode.Parse(operations)!.AsArray().Select(operation => operation!.DeepClone().AsObject())]);
        Assert.True(answer.Status == HttpStatusCode.OK && !answer.Json["active"]!.GetValue<bool>(), answer.Text);
        await using var database = server.OpenDatabase();
        Assert.Equal(1, await database.SecondFactors.CountAsync(factor => factor.PersonId == ada.Id));
    }

    public static TheoryData<string> WithWhatCannotBe => new()
    {
        """
        [{"op":"replace","path":"emails[type eq \"work\"].value","value":"other@example.it"},
         {"op":"replace","path":"active","value":false}]
        """,
        """
        [{"op":"replace","value":{"userName":"other","active":false,"password":"una lunga frase segreta"}}]
        """,
        """
        [{"op":"replace","path":"active","value":false},
         {"op":"replace","path":"timezone","value":"Nowhere/None"}]
        """,
        """
        [{"op":"replace","path":"active","value":false},
         {"op":"replace","path":"nickName","value":7}]
        """,
    };

    [Theory, MemberData(nameof(WithWhatCannotBe))]
    [Spec("S45")]
    public async Task An_account_is_closed_whatever_stands_beside_it_that_cannot_be_set(string operations)
    {
        var machine = await server.OpenPeopleAsync();
        var ada = await server.AddPersonAsync("ada");
        var before = (await machine.GetAsync($"{Root}/{ada.Subject}")).Json;
        var answer = await PatchAsync(
            machine, ada.Subject, [.. JsonNode.Parse(operations)!.AsArray().Select(operation => operation!.DeepClone().AsObject())]);
        Assert.True(answer.Status == HttpStatusCode.OK && !answer.Json["active"]!.GetValue<bool>(), answer.Text);
        Assert.Equal(
            (before["userName"]!.GetValue<string>(), before["emails"]!.ToJsonString(), before["timezone"]?.ToJsonString()),
            (answer["userName"], answer.Json["emails"]!.ToJsonString(), answer.Json["timezone"]?.ToJsonString()));
    }

    [Fact]
    [Spec("RFC 7643", "3.1")]
    public async Task The_time_of_the_last_change_never_goes_back()
    {
        var machine = await server.OpenPeopleAsync();
        var ada = await server.AddPersonAsync("ada");
        var times = new List<DateTimeOffset> { TimeOf(await machine.GetAsync($"{Root}/{ada.Subject}")) };
        foreach (var isActive in (bool[])[false, true, true])
        {
            await server.PassAsync(TimeSpan.FromMinutes(1));
            times.Add(TimeOf(await PatchAsync(machine, ada.Subject, Operation("replace", "active", isActive))));
        }

        Assert.True(times[0] < times[1] && times[1] < times[2], string.Join(' ', times));
        Assert.Equal(times[2], times[3]);

        static DateTimeOffset TimeOf(ApiReply user) => user.Json["meta"]!["lastModified"]!.GetValue<DateTimeOffset>();
    }

    [Fact]
    [Spec("S131")]
    public async Task What_changed_is_recorded_by_its_name_and_never_by_what_it_says()
    {
        var machine = await server.OpenPeopleAsync();
        var ada = await server.AddPersonAsync("ada");
        await PatchAsync(machine, ada.Subject, Operation("replace", "nickName", "Segretissima"));
        await using var database = server.OpenDatabase();
        var item = await database.SecurityEvents.AsNoTracking().SingleAsync(
            row => row.PersonId == ada.Id && row.Kind == SecurityEventKind.PersonChanged);
        Assert.Equal(
            ("described anew", """{"fields":["nickname"]}""", $"client:{machine.Client.Id}"), (item.Detail, item.Changes, item.Actor));
    }
}
