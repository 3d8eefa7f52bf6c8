using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts.People;
using Sso.Data.Administrators;
using Sso.Data.Operations;
using Sso.Protocol.Clients;
using Sso.Server.Tests.AdminApi;
using Sso.Server.Tests.Administration;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Scim;

/// <summary>People by SCIM 2.0.</summary>
[Spec("RFC 7644", "3")]
public sealed class ScimUsersTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Root = "/scim/v2/Users";
    private const string Schema = "urn:ietf:params:scim:schemas:core:2.0:User";
    private const string PatchSchema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    [Fact]
    [Spec("RFC 7644", "3.3")]
    [Spec("RFC 7643", "3.1")]
    public async Task A_person_is_created_with_what_is_known_of_them_and_invited()
    {
        var machine = await OpenAsync();
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
        Assert.Null(created["externalId"]);
        Assert.Equal(user.ToJsonString(), (await machine.GetAsync($"{Root}/{created["id"]}")).Json.ToJsonString());
        Assert.Single(await server.MailsToAsync("elena@example.it"));
    }

    [Fact]
    public async Task A_password_is_taken_at_creation_and_never_told()
    {
        var machine = await OpenAsync();
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
        var machine = await OpenAsync();
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
        var machine = await OpenAsync();
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

    [Theory]
    [InlineData("userName eq \"{0}\"", true)]
    [InlineData("USERNAME Eq \"{0}\"", true)]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"{0}\"", true)]
    [InlineData("userName sw \"trovabi\"", true)]
    [InlineData("emails eq \"{0}@example.it\"", true)]
    [InlineData("emails.value sw \"{0}@\"", true)]
    [InlineData("id eq \"{1}\"", true)]
    [InlineData("userName eq \"{0}\" and active eq true", true)]
    [InlineData("userName eq \"{0}\" and active eq false", false)]
    [InlineData("userName eq \"{0}\" and id eq \"x\"", false)]
    [InlineData("userName eq \"trovabi%\"", false)]
    [InlineData("userName sw \"trovabi_\"", false)]
    [InlineData("emails eq \"nessuno@example.it\"", false)]
    [Spec("RFC 7644", "3.4.2.2")]
    public async Task A_filter_finds_whom_it_describes(string filter, bool isFound)
    {
        var machine = await OpenAsync();
        var person = await server.AddPersonAsync("trovabile");
        var asked = filter.Replace("{0}", person.UserName, StringComparison.Ordinal)
            .Replace("{1}", person.Subject, StringComparison.Ordinal);
        var list = (await machine.GetAsync($"{Root}?filter={Uri.EscapeDataString(asked)}")).Json;
        Assert.Equal("urn:ietf:params:scim:api:messages:2.0:ListResponse", list["schemas"]![0]!.GetValue<string>());
        Assert.Equal(isFound, list["Resources"]!.AsArray().Any(user => user!["id"]!.GetValue<string>() == person.Subject));
        Assert.Equal(list["Resources"]!.AsArray().Count, list["totalResults"]!.GetValue<int>());
    }

    [Theory]
    [InlineData("userName co \"a\"")]
    [InlineData("userName eq \"a\" or userName eq \"b\"")]
    [InlineData("externalId eq \"4711\"")]
    [InlineData("password eq \"x\"")]
    [InlineData("userName eq \"a\" and")]
    [InlineData("userName eq a")]
    [InlineData("userName eq \"\\ud800\"")]
    [InlineData("active sw true")]
    [InlineData("active eq \"true\"")]
    [InlineData("id sw \"a\"")]
    [InlineData("(userName eq \"a\")")]
    [InlineData("userName")]
    [Spec("RFC 7644", "3.4.2.2")]
    public async Task A_filter_that_is_not_supported_is_refused_as_such(string filter)
    {
        var machine = await OpenAsync();
        var answer = await machine.GetAsync($"{Root}?filter={Uri.EscapeDataString(filter)}");
        Assert.Equal((HttpStatusCode.BadRequest, "invalidFilter"), (answer.Status, answer["scimType"]));
    }

    [Fact]
    [Spec("RFC 7644", "3.4.2.4")]
    public async Task A_list_comes_in_pages()
    {
        var machine = await OpenAsync();
        for (var number = 0; number < 4; number++)
        {
            await server.AddPersonAsync("seitenweise");
        }

        var filter = Uri.EscapeDataString("userName sw \"seitenweise\"");
        var seen = new List<string>();
        for (var start = 1; start <= 4; start += 2)
        {
            var page = (await machine.GetAsync($"{Root}?filter={filter}&startIndex={start}&count=2")).Json;
            Assert.Equal(
                (4, start, 2),
                (page["totalResults"]!.GetValue<int>(), page["startIndex"]!.GetValue<int>(), page["itemsPerPage"]!.GetValue<int>()));
            seen.AddRange(page["Resources"]!.AsArray().Select(user => user!["id"]!.GetValue<string>()));
        }

        Assert.Equal(4, seen.Distinct().Count());
        var none = (await machine.GetAsync($"{Root}?filter={filter}&startIndex=-3&count=-1")).Json;
        Assert.Equal(
            (4, 1, 0),
            (none["totalResults"]!.GetValue<int>(), none["startIndex"]!.GetValue<int>(), none["itemsPerPage"]!.GetValue<int>()));
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.GetAsync($"{Root}?count=x")).Status);
    }

    [Fact]
    [Spec("RFC 7644", "3.9")]
    public async Task Attributes_are_told_or_left_out_as_asked()
    {
        var machine = await OpenAsync();
        var ada = await server.AddPersonAsync("ada");
        var some = (await machine.GetAsync($"{Root}/{ada.Subject}?attributes=userName,name.givenName")).Json;
        Assert.Equal(["id", "schemas", "userName"], some.Select(member => member.Key).Order(StringComparer.Ordinal));
        var rest = (await machine.GetAsync($"{Root}/{ada.Subject}?excludedAttributes=emails,meta,id")).Json;
        Assert.True(rest.ContainsKey("id") && !rest.ContainsKey("emails") && !rest.ContainsKey("meta"));
    }

    [Fact]
    [Spec("RFC 7644", "3.5.2.3")]
    [Spec("S45")]
    public async Task Deactivating_ends_every_session_and_token_at_once()
    {
        var machine = await OpenAsync();
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
        var machine = await OpenAsync();
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
        var machine = await OpenAsync();
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
        var machine = await OpenAsync();
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
        var machine = await OpenAsync();
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
    [Spec("S45")]
    public async Task A_replacement_closes_the_account_even_if_it_names_another_address()
    {
        var machine = await OpenAsync();
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
        var machine = await OpenAsync();
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
    [Spec("RFC 7643", "3.1")]
    public async Task The_time_of_the_last_change_never_goes_back()
    {
        var machine = await OpenAsync();
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
    [Spec("RFC 9865", "2")]
    public async Task A_list_of_any_length_is_read_from_cursor_to_cursor()
    {
        var machine = await OpenAsync();
        for (var number = 0; number < 5; number++)
        {
            await server.AddPersonAsync("stueckweise");
        }

        var filter = Uri.EscapeDataString("userName sw \"stueckweise\" and active eq true");
        var (cursor, seen) = ((string?)"", new List<string>());
        while (cursor is not null)
        {
            var page = (await machine.GetAsync($"{Root}?filter={filter}&count=2&cursor={cursor}")).Json;
            Assert.Equal((5, false), (page["totalResults"]!.GetValue<int>(), page.ContainsKey("startIndex")));
            seen.AddRange(page["Resources"]!.AsArray().Select(user => user!["id"]!.GetValue<string>()));
            cursor = page["nextCursor"]?.GetValue<string>();
        }

        Assert.Equal((5, 5), (seen.Count, seen.Distinct().Count()));
        var foreign = await machine.GetAsync($"{Root}?cursor=abc");
        Assert.Equal((HttpStatusCode.BadRequest, "invalidCursor"), (foreign.Status, foreign["scimType"]));
        var far = await machine.GetAsync($"{Root}?startIndex={SearchPeople.MostCounted + 1}");
        Assert.Equal((HttpStatusCode.BadRequest, "tooMany"), (far.Status, far["scimType"]));
    }

    [Fact]
    public async Task There_is_an_index_of_closed_accounts_by_their_keys_that_holds_no_others()
    {
        // That the index serves this condition and order, not what a search sends.
        Assert.SkipUnless(server.Database.Provider == "Sqlite", "The others choose their plan by what a table holds.");
        await using var database = server.OpenDatabase();
        await using var command = database.Database.GetDbConnection().CreateCommand();
        await database.Database.OpenConnectionAsync(TestContext.Current.CancellationToken);
        command.CommandText =
            """EXPLAIN QUERY PLAN SELECT * FROM "People" AS "p" WHERE "p"."DisabledAt" IS NOT NULL ORDER BY "p"."Id" LIMIT 101""";
        await using var plan = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        Assert.True(await plan.ReadAsync(TestContext.Current.CancellationToken));
        Assert.Contains("USING INDEX IX_People_Id", plan.GetString(3), StringComparison.Ordinal);
        Assert.False(await plan.ReadAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_name_may_begin_with_the_last_of_all_characters_or_with_anything()
    {
        var machine = await OpenAsync();
        foreach (var beginning in (string[])["\U0010FFFF", ""])
        {
            var answer = await machine.GetAsync($"{Root}?count=1&filter={Uri.EscapeDataString($"userName sw \"{beginning}\"")}");
            Assert.Equal(HttpStatusCode.OK, answer.Status);
        }
    }

    [Fact]
    [Spec("RFC 7644", "3.5.1")]
    public async Task A_replacement_forgets_what_it_leaves_out_and_keeps_what_may_not_change()
    {
        var machine = await OpenAsync();
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
        var machine = await OpenAsync();
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

    [Fact]
    [Spec("RFC 7644", "3.6")]
    public async Task A_deleted_person_is_not_found_any_more()
    {
        var machine = await OpenAsync();
        var created = await SendAsync(machine, "POST", Root, New("cancellata"));
        var path = $"{Root}/{created["id"]}";
        Assert.Equal(HttpStatusCode.NoContent, (await machine.SendAsync("DELETE", path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.SendAsync("DELETE", path)).Status);
        Assert.Equal(HttpStatusCode.Created, (await SendAsync(machine, "POST", Root, New("cancellata"))).Status);
    }

    [Fact]
    [Spec("S114")]
    public async Task No_program_reaches_whoever_has_a_role_in_the_console()
    {
        var machine = await OpenAsync();
        var owner = await server.AddAdministratorAsync(AdministratorRole.Owner);
        Assert.Equal(HttpStatusCode.Forbidden, (await PatchAsync(machine, owner.Subject, Operation("replace", "active", false))).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await machine.SendAsync("DELETE", $"{Root}/{owner.Subject}")).Status);
    }

    [Fact]
    public async Task Nothing_of_how_somebody_signs_in_is_told()
    {
        var machine = await OpenAsync();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await server.EnrolPhoneAsync(ada.Id);
        var told = (await machine.GetAsync($"{Root}/{ada.Subject}")).Text;
        foreach (var word in (string[])["password", "factor", "phone", "333123", "totp", "passkey", "recovery"])
        {
            Assert.DoesNotContain(word, told, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    [Spec("S131")]
    public async Task What_changed_is_recorded_by_its_name_and_never_by_what_it_says()
    {
        var machine = await OpenAsync();
        var ada = await server.AddPersonAsync("ada");
        await PatchAsync(machine, ada.Subject, Operation("replace", "nickName", "Segretissima"));
        await using var database = server.OpenDatabase();
        var item = await database.SecurityEvents.AsNoTracking().SingleAsync(
            row => row.PersonId == ada.Id && row.Kind == SecurityEventKind.PersonChanged);
        Assert.Equal(
            ("described anew", """{"fields":["nickname"]}""", $"client:{machine.Client.Id}"), (item.Detail, item.Changes, item.Actor));
    }

    [Fact]
    [Spec("RFC 7643", "5")]
    [Spec("RFC 7643", "6")]
    [Spec("RFC 7643", "7")]
    [Spec("RFC 7644", "4")]
    public async Task The_documents_say_what_is_supported_and_are_found_by_their_names()
    {
        var machine = await OpenAsync();
        var config = (await machine.GetAsync("/scim/v2/ServiceProviderConfig")).Json;
        Assert.True(config["patch"]!["supported"]!.GetValue<bool>() && config["etag"]!["supported"]!.GetValue<bool>());
        Assert.False(config["bulk"]!["supported"]!.GetValue<bool>() || config["changePassword"]!["supported"]!.GetValue<bool>());
        var type = (await machine.GetAsync("/scim/v2/ResourceTypes/User")).Json;
        Assert.Equal(("/Users", Schema), (type["endpoint"]!.GetValue<string>(), type["schema"]!.GetValue<string>()));
        Assert.Equal(1, (await machine.GetAsync("/scim/v2/ResourceTypes")).Json["totalResults"]!.GetValue<int>());
        var schema = (await machine.GetAsync("/scim/v2/Schemas/" + Schema)).Json;
        var declared = schema["attributes"]!.AsArray().Select(attribute => attribute!["name"]!.GetValue<string>()).ToList();
        Assert.Equal(schema.ToJsonString(), (await machine.GetAsync("/scim/v2/Schemas")).Json["Resources"]![0]!.ToJsonString());

        // What a user has is what the schema declares.
        var user = (await SendAsync(machine, "POST", Root, New("dichiarata"))).Json;
        Assert.Subset(declared.ToHashSet(), user.Select(member => member.Key).Except(["schemas", "id", "meta"]).ToHashSet());
        Assert.Equal(HttpStatusCode.Forbidden, (await machine.GetAsync("/scim/v2/Schemas?filter=x")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.GetAsync("/scim/v2/Schemas/none")).Status);
    }

    private Task<ApiMachine> OpenAsync() => ApiMachine.OpenAsync(server, ApiScopes.ReadPeople, ApiScopes.WritePeople);

    private static Task<ApiReply> SendAsync(ApiMachine machine, string method, string path, JsonNode body, string? seen = null) =>
        machine.SendAsync(method, path, body, seen, type: "application/scim+json");

    private static Task<ApiReply> PatchAsync(ApiMachine machine, string id, params JsonObject[] operations) =>
        PatchAsync(machine, id, seen: null, operations);

    private static Task<ApiReply> PatchAsync(ApiMachine machine, string id, string? seen, params JsonObject[] operations) => SendAsync(
        machine, "PATCH", $"{Root}/{id}",
        new JsonObject { ["schemas"] = new JsonArray(PatchSchema), ["Operations"] = new JsonArray([.. operations]) }, seen);

    private static JsonObject Operation(string op, string? path, JsonNode? value = null)
    {
        var operation = new JsonObject { ["op"] = op };
        if (path is not null)
        {
            operation["path"] = path;
        }

        if (value is not null)
        {
            operation["value"] = value;
        }

        return operation;
    }

    private static JsonObject New(string name) => new()
    {
        ["schemas"] = new JsonArray(Schema),
        ["userName"] = name,
        ["name"] = new JsonObject { ["givenName"] = "Elena", ["familyName"] = "Bianchi" },
        ["emails"] = new JsonArray(new JsonObject { ["value"] = $"{name}@example.it", ["type"] = "work", ["primary"] = true }),
        ["locale"] = "it",
    };
}
