using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Data.Operations;
using Sso.Protocol.Clients;
using Sso.Server.Tests.Administration;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.AdminApi;

/// <summary>People by the API, as a billing system provisions them.</summary>
public sealed class PeopleApiTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Root = "/api/admin/v1/people";

    [Fact]
    public async Task A_person_is_added_without_a_password_and_invited_to_choose_one()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, New("elena"));
        Assert.True(added.Status == HttpStatusCode.Created, added.Text);
        Assert.Equal($"{SsoServer.Issuer}{Root}/{added["sub"]}", added.Location);

        Assert.Null(added["disabled_at"]);
        Assert.False((bool)added.Json["has_password"]!);
        var read = await machine.GetAsync($"{Root}/{added["sub"]}");
        Assert.Equal(
            ((bool?)false, (DateTimeOffset?)server.Clock.GetUtcNow().AddDays(7)),
            ((bool?)read.Json["has_password"], (DateTimeOffset?)read.Json["password_link_expires_at"]));
        var mail = Assert.Single(await server.MailsToAsync("elena@example.it"));
        Assert.Contains("elena", mail.Text, StringComparison.Ordinal);
        var link = mail.Text[mail.Text.IndexOf("/password/reset?link=", StringComparison.Ordinal)..].Split([' ', '\n', '\r', '>'])[0];
        // Invitations are answered after the weekend.
        await server.PassAsync(TimeSpan.FromDays(6));
        var browser = server.OpenBrowser();
        var form = await browser.GetAsync(link);
        var done = await browser.SubmitAsync(form, ("Input.Password", "una frase tutta nuova e lunga"));
        Assert.Equal("/password/done", done.Path);
        await using var database = server.OpenDatabase();
        Assert.NotNull((await database.Users.SingleAsync(person => person.UserName == "elena")).PasswordHash);
        var active = await (await OpenAsync()).GetAsync($"{Root}/{added["sub"]}");
        Assert.Equal(((bool?)true, (string?)null), ((bool?)active.Json["has_password"], (string?)active.Json["password_link_expires_at"]));
        Assert.NotEqual(read.Tag, active.Tag);
    }

    [Fact]
    public async Task Nobody_is_added_whom_no_mail_can_invite()
    {
        var machine = await OpenAsync();
        var wanted = New("franca");
        wanted.Remove("email_verified");
        var answer = await machine.PostAsync(Root, wanted);
        Assert.Equal((HttpStatusCode.BadRequest, "email_verified"), (answer.Status, Assert.Single(answer.Fields)));
        wanted["password"] = SsoServer.Password;
        Assert.Equal(HttpStatusCode.Created, (await machine.PostAsync(Root, wanted)).Status);
        Assert.Empty(await server.MailsToAsync("franca@example.it"));
    }

    [Theory]
    [InlineData("password", "\"short\"")]
    [InlineData("email", "\"nobody\"")]
    [InlineData("locale", "\"!\"")]
    [InlineData("email_confirmed_at", "true")]
    [InlineData("roles", "[\"owner\"]")]
    [InlineData("sub", "\"x\"")]
    [InlineData("password_hash", "\"x\"")]
    [InlineData("totp_secret", "\"x\"")]
    [Spec("S115")]
    public async Task What_is_not_listed_or_not_allowed_is_refused_by_its_name(string field, string value)
    {
        var machine = await OpenAsync();
        var wanted = New("nessuna");
        wanted[field] = JsonNode.Parse(value);
        var answer = await machine.PostAsync(Root, wanted);
        Assert.Equal((HttpStatusCode.BadRequest, field), (answer.Status, Assert.Single(answer.Fields)));
    }

    /// <summary>Where, and never what: it may be a password.</summary>
    [Theory]
    [InlineData("{\"user_name\":\"a\",\n  \"password\": geheim}", "line 2, byte 15")]
    [InlineData("{\"user_name\":\"a\", \"password\":\"geheim\"", "line 1, byte")]
    [InlineData("{\"user_name\":\"a\",\"user_name\":\"geheim\"}", "$.user_name is there twice")]
    [InlineData("{\"user_name\":[\"geheim\",null]}", "$.user_name[1] is null")]
    [InlineData("{\"user_name\":{\"a\":\"geheim\\u0000\"}}", "$.user_name.a holds a NUL")]
    [InlineData("{\"user_name\":\"geheim\\ud800\"}", "$.user_name holds")]
    [InlineData("[\"geheim\"]", "no object")]
    public async Task A_body_that_cannot_be_read_is_refused_with_the_place_and_without_the_value(string body, string where)
    {
        var machine = await OpenAsync();
        var answer = await machine.SendAsync("POST", Root, change: request =>
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains(where, answer.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_a_conflict()
    {
        var machine = await OpenAsync();
        var ada = await server.AddPersonAsync("ada");
        var wanted = New("altra");
        wanted["user_name"] = ada.UserName;
        var answer = await machine.PostAsync(Root, wanted);
        Assert.Equal((HttpStatusCode.Conflict, "user_name"), (answer.Status, Assert.Single(answer.Fields)));
    }

    [Fact]
    public async Task People_are_found_by_name_and_address_however_they_are_written()
    {
        var machine = await OpenAsync();
        var ada = await server.AddPersonAsync("ada");
        foreach (var query in (string[])
            [
                $"user_name={ada.UserName.ToUpperInvariant()}", $"email={ada.UserName}%40EXAMPLE.it",
                $"user_name={ada.UserName}&email={ada.UserName}%40example.it",
            ])
        {
            var found = (await machine.GetAsync($"{Root}?{query}")).Json["items"]!.AsArray();
            Assert.Equal(ada.Subject, Assert.Single(found)!["sub"]!.GetValue<string>());
        }

        Assert.Empty((await machine.GetAsync($"{Root}?user_name=nessuno")).Json["items"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotFound, (await machine.GetAsync($"{Root}/{Guid.Empty:N}")).Status);
    }

    [Fact]
    [Spec("RFC 7643", "3.1")]
    public async Task A_billing_system_keeps_its_own_id_with_a_person_and_finds_the_person_by_it()
    {
        var machine = await OpenAsync();
        var (wanted, other) = (New("cliente"), New("altrocliente"));
        wanted["external_id"] = "INV-9";
        var added = await machine.PostAsync(Root, wanted);
        var found = (await machine.GetAsync($"{Root}?external_id=INV-9")).Json["items"]!.AsArray();
        Assert.Equal(added["sub"], Assert.Single(found)!["sub"]!.GetValue<string>());
        Assert.Empty((await machine.GetAsync($"{Root}?external_id=inv-9")).Json["items"]!.AsArray());
        other["external_id"] = "INV-9";
        var taken = await machine.PostAsync(Root, other);
        Assert.Equal((HttpStatusCode.Conflict, "external_id"), (taken.Status, Assert.Single(taken.Fields)));
    }

    [Theory]
    [InlineData("%2B39%20347%20222%200001")]
    [InlineData("+393472220001")]
    [InlineData("00393472220001")]
    [InlineData("347-2220001")]
    public async Task People_are_found_by_a_number_that_they_have_proved_however_it_is_written(string number)
    {
        var machine = await OpenAsync();
        var (ada, bo) = (await server.AddPersonAsync("ada"), await server.AddPersonAsync("bo"));
        await server.EnrolPhoneAsync(ada.Id, "+393472220001");
        await server.EnrolPhoneAsync(bo.Id, "+393472220002");

        var found = (await machine.GetAsync($"{Root}?phone={number}&user_name={ada.UserName}")).Json["items"]!.AsArray();
        Assert.Equal(ada.Subject, Assert.Single(found)!["sub"]!.GetValue<string>());
        Assert.DoesNotContain("347222", found.ToJsonString(), StringComparison.Ordinal);
        Assert.Empty((await machine.GetAsync($"{Root}?phone={number}&user_name={bo.UserName}")).Json["items"]!.AsArray());
        await using var database = server.OpenDatabase();
        var recorded = await database.SecurityEvents.AsNoTracking()
            .Where(item => item.Kind == SecurityEventKind.PersonRead && item.Changes!.Contains(ada.Subject)).ToListAsync();
        Assert.NotEmpty(recorded);
        Assert.All(recorded, item => Assert.Equal("search by number", item.Detail));
        Assert.DoesNotContain(recorded, item => item.Changes!.Contains("347222", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("347", "This is no phone number.")]
    [InlineData("%2B390612345678", "This is no number of a mobile phone, and only those are kept.")]
    [InlineData("%2B870123456789", "This is a number of a country that is never served.")]
    public async Task What_is_no_number_of_a_phone_is_refused_with_the_reason(string number, string reason)
    {
        var answer = await (await OpenAsync()).GetAsync($"{Root}?phone={number}");
        Assert.Equal((HttpStatusCode.BadRequest, "phone"), (answer.Status, Assert.Single(answer.Fields)));
        Assert.Equal(reason, answer["detail"]);
    }

    [Fact]
    public async Task An_imported_number_finds_its_owner_if_the_operator_vouches_for_it()
    {
        var machine = await OpenAsync();
        Task<ApiReply> ImportAsync(string name, string query) => machine.SendAsync("POST", $"{Root}/import{query}", change: request =>
            request.Content = new StringContent(
                $$"""{"user_name":"{{name}}","email":"{{name}}@example.it","phone":"+393472220009"}""",
                Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson")));
        await ImportAsync("contelefono", "?phones_verified=true");
        await ImportAsync("senzatelefono", "");

        var found = (await machine.GetAsync($"{Root}?phone=%2B393472220009")).Json["items"]!.AsArray();
        Assert.Equal("contelefono", Assert.Single(found)!["user_name"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("external_id=")]
    [InlineData("user_name=")]
    [InlineData("phone=")]
    [InlineData("email=a@example.it&email=b@example.it")]
    public async Task A_search_for_nothing_finds_nobody_by_chance(string query)
    {
        var machine = await OpenAsync();
        await machine.PostAsync(Root, New("trovabile"));

        Assert.Equal(HttpStatusCode.BadRequest, (await machine.GetAsync($"{Root}?{query}")).Status);
    }

    [Fact]
    [Spec("RFC 7396", "2")]
    [Spec("RFC 9110", "13.1.1")]
    public async Task A_merge_patch_changes_what_it_names_of_whom_it_has_seen()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, New("ritoccata"));
        var path = $"{Root}/{added["sub"]}";
        Task<ApiReply> ChangeAsync(string json, string? seen) =>
            machine.SendAsync("PATCH", path, JsonNode.Parse(json), seen, type: "application/merge-patch+json");

        Assert.Equal(428, (int)(await ChangeAsync("{}", seen: null)).Status);
        var changed = await ChangeAsync("""{"external_id":"R-1","family_name":"Rossi"}""", added.Tag);
        Assert.Equal(
            ("R-1", "Elena", "Rossi", "Elena Rossi"),
            (changed["external_id"], changed["given_name"], changed["family_name"], changed["name"]));
        Assert.Equal(412, (int)(await ChangeAsync("{}", added.Tag)).Status);
        changed = await ChangeAsync("""{"name":"Signora Rossi","given_name":"Anna Maria"}""", changed.Tag);
        Assert.Equal("Signora Rossi", changed["name"]);
        var removed = await ChangeAsync("""{"external_id":null}""", changed.Tag);
        Assert.Equal((null, "Rossi"), (removed["external_id"], removed["family_name"]));
        foreach (var (json, field) in (List<(string, string)>)
            [("""{"user_name":"x"}""", "user_name"), ("""{"email":"x@example.it"}""", "email"), ("""{"locale":"!"}""", "locale")])
        {
            var refused = await ChangeAsync(json, "*");
            Assert.Equal((HttpStatusCode.BadRequest, field), (refused.Status, Assert.Single(refused.Fields)));
        }
    }

    [Fact]
    public async Task A_list_comes_in_pages_and_each_person_once()
    {
        var machine = await OpenAsync();
        for (var number = 0; number < 5; number++)
        {
            await server.AddPersonAsync("pagina");
        }

        var (subs, path) = (new List<string>(), Root + "?limit=2");
        for (var next = path; next is not null;)
        {
            var page = (await machine.GetAsync(next)).Json;
            subs.AddRange(page["items"]!.AsArray().Select(item => item!["sub"]!.GetValue<string>()));
            next = page["next"] is { } cursor ? $"{path}&cursor={cursor.GetValue<string>()}" : null;
        }

        await using var database = server.OpenDatabase();
        Assert.Equal(await database.Users.CountAsync(), subs.Count);
        Assert.Distinct(subs);
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.GetAsync(Root + "?cursor=eA")).Status);
    }

    /// <summary>It would begin somewhere in the middle, and nobody would notice what was passed over.</summary>
    [Fact]
    public async Task A_cursor_of_other_conditions_or_of_another_list_is_refused()
    {
        var machine = await OpenAsync();
        await server.AddPersonAsync("segno");
        await server.AddPersonAsync("segno");
        var cursor = (await machine.GetAsync(Root + "?limit=1"))["next"];
        Assert.Equal(HttpStatusCode.OK, (await machine.GetAsync($"{Root}?limit=200&cursor={cursor}")).Status);
        foreach (var other in (string[])[$"{Root}?user_name=segno&cursor={cursor}", $"/scim/v2/Users?cursor={cursor}"])
        {
            Assert.Equal((other, HttpStatusCode.BadRequest), (other, (await machine.GetAsync(other)).Status));
        }
    }

    /// <summary>Passed over, it would find everybody, and a program would go on with the first.</summary>
    [Theory]
    [InlineData("?externalId=4711")]
    [InlineData("?search=ada&limit=1")]
    [InlineData("/00000000000000000000000000000000?fields=sub")]
    public async Task A_parameter_that_a_route_does_not_know_is_refused_by_its_name(string query)
    {
        var refused = await (await OpenAsync()).GetAsync(Root + query);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal(
            query[(query.IndexOf('?', StringComparison.Ordinal) + 1)..query.IndexOf('=', StringComparison.Ordinal)],
            refused.Json["errors"]![0]!["field"]!.GetValue<string>());
    }

    [Fact]
    [Spec("S45")]
    public async Task Disabling_somebody_ends_their_sessions_and_tokens_at_once()
    {
        var machine = await OpenAsync();
        var (shop, browser, ada, tokens) = await SignedInAsync();

        var off = await machine.PostAsync($"{Root}/{ada.Subject}/disable", seen: "*");

        Assert.True(off.Status == HttpStatusCode.OK && off["disabled_at"] is not null, off.Text);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.False((await shop.IntrospectAsync(tokens.AccessToken)).Body.GetProperty("active").GetBoolean());
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
        var on = await machine.PostAsync($"{Root}/{ada.Subject}/enable", seen: off.Tag);
        Assert.True(on.Status == HttpStatusCode.OK && on["disabled_at"] is null, on.Text);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
    }

    [Fact]
    public async Task Signing_somebody_out_ends_everything_and_leaves_the_account_open()
    {
        var machine = await OpenAsync();
        var (shop, browser, ada, tokens) = await SignedInAsync();

        Assert.Equal(HttpStatusCode.OK, (await machine.PostAsync($"{Root}/{ada.Subject}/sign-out", seen: "*")).Status);

        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
        Assert.Null((await machine.GetAsync($"{Root}/{ada.Subject}"))["disabled_at"]);
    }

    [Fact]
    public async Task Deleting_somebody_leaves_nothing_to_read()
    {
        var machine = await OpenAsync();
        var (shop, _, ada, tokens) = await SignedInAsync();

        Assert.Equal(HttpStatusCode.NoContent, (await machine.SendAsync("DELETE", $"{Root}/{ada.Subject}", seen: "*")).Status);

        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.GetAsync($"{Root}/{ada.Subject}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.SendAsync("DELETE", $"{Root}/{ada.Subject}", seen: "*")).Status);
    }

    [Fact]
    [Spec("RFC 6585", "3")]
    [Spec("RFC 9110", "13.1.1")]
    public async Task A_change_names_the_version_that_was_seen_which_a_sign_in_does_not_change()
    {
        var machine = await OpenAsync();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var path = $"{Root}/{ada.Subject}";
        var seen = await machine.GetAsync(path);
        await Journey.SignInAsync(server.OpenBrowser(), ada, "/account");
        foreach (var (method, more) in (List<(string, string)>)
            [("POST", "/disable"), ("POST", "/enable"), ("POST", "/sign-out"), ("DELETE", "")])
        {
            Assert.Equal(428, (int)(await machine.SendAsync(method, path + more)).Status);
            Assert.Equal(412, (int)(await machine.SendAsync(method, path + more, seen: "\"other\"")).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await machine.PostAsync(path + "/disable", seen: seen.Tag)).Status);
        Assert.Equal(412, (int)(await machine.PostAsync(path + "/enable", seen: seen.Tag)).Status);
    }

    [Fact]
    [Spec("S114")]
    public async Task No_program_reaches_whoever_has_a_role_in_the_console()
    {
        var machine = await OpenAsync();
        var owner = await server.AddAdministratorAsync(AdministratorRole.Owner);
        Assert.Equal(HttpStatusCode.OK, (await machine.GetAsync($"{Root}/{owner.Subject}")).Status);
        foreach (var (method, more) in (List<(string, string)>)[("POST", "/disable"), ("POST", "/sign-out"), ("DELETE", "")])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await machine.SendAsync(method, $"{Root}/{owner.Subject}{more}", seen: "*")).Status);
        }
    }

    [Fact]
    public async Task A_subject_means_the_person_even_if_somebody_is_called_like_it()
    {
        var machine = await OpenAsync();
        var (ada, eva) = (await server.AddPersonAsync("ada"), await server.AddPersonAsync("eva"));
        await using (var database = server.OpenDatabase())
        {
            var row = await database.Users.SingleAsync(person => person.Id == eva.Id);
            (row.UserName, row.NormalizedUserName) = (ada.Subject, ada.Subject.ToUpperInvariant());
            await database.SaveChangesAsync();
        }

        var off = await machine.PostAsync($"{Root}/{ada.Subject}/disable", seen: "*");
        Assert.Equal(ada.Subject, off["sub"]);
        Assert.Null((await machine.GetAsync($"{Root}/{eva.Subject}"))["disabled_at"]);
    }

    [Fact]
    [Spec("RFC 9457", "3.2")]
    public async Task People_are_imported_from_lines_all_or_none_and_every_line_that_is_wrong_is_named()
    {
        var machine = await OpenAsync();
        const string Lines = """
            {"user_name":"importata","email":"importata@example.it","email_verified":true,"name":"Importata"}
            {"user_name":"sbagliata","email":"no"}
            []
            """;
        Task<ApiReply> ImportAsync(string query) => machine.SendAsync("POST", $"{Root}/import{query}", change: request =>
            request.Content = new StringContent(Lines, Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson")));

        var refused = await ImportAsync("");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "application/problem+json"), (refused.Status, refused.Type));
        Assert.Equal([2, 3], refused.Json["errors"]!.AsArray().Select(error => error!["line"]!.GetValue<int>()));
        Assert.Equal(["email", "line"], refused.Fields);
        Assert.Contains("of 3 lines, 2 are wrong", refused.Detail, StringComparison.Ordinal);
        Assert.Empty((await machine.GetAsync($"{Root}?user_name=importata")).Json["items"]!.AsArray());

        var report = (await ImportAsync("?dry_run=true")).Json;
        Assert.Equal((false, 1), (report["written"]!.GetValue<bool>(), report["imported"]!.GetValue<int>()));
        Assert.Equal([2, 3], report["problems"]!.AsArray().Select(problem => problem!["line"]!.GetValue<int>()));
        report = (await ImportAsync("?skip_refused=true&emails_verified=true")).Json;
        Assert.Equal((true, 1), (report["written"]!.GetValue<bool>(), report["imported"]!.GetValue<int>()));
        Assert.Single((await machine.GetAsync($"{Root}?user_name=importata")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task An_imported_person_keeps_the_id_of_the_other_system_unless_somebody_has_it()
    {
        var machine = await OpenAsync();
        var here = New("quigia");
        here["external_id"] = "X-1";
        await machine.PostAsync(Root, here);
        const string Lines = """
            {"user_name":"ximporta2","email":"ximporta2@example.it","external_id":"X-2"}
            {"user_name":"ximporta1","email":"ximporta1@example.it","external_id":"X-1"}
            {"user_name":"ximporta3","email":"ximporta3@example.it","external_id":"X-2"}
            """;
        var report = (await machine.SendAsync("POST", $"{Root}/import?skip_refused=true", change: request =>
            request.Content = new StringContent(Lines, Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson")))).Json;

        Assert.Equal(1, report["imported"]!.GetValue<int>());
        Assert.Equal(
            [(2, "external_id"), (3, "external_id")],
            report["problems"]!.AsArray().Select(problem => (problem!["line"]!.GetValue<int>(), problem["field"]!.GetValue<string>())));
        var found = (await machine.GetAsync($"{Root}?external_id=X-2")).Json["items"]!.AsArray();
        Assert.Equal("ximporta2", Assert.Single(found)!["user_name"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_import_may_be_longer_than_other_requests_with_a_key_too_and_ends_where_one_transaction_does()
    {
        var machine = await OpenAsync();
        var filling = new string('n', 120);
        Task<ApiReply> ImportAsync(int lines, string name)
        {
            var text = string.Join('\n', Enumerable.Range(0, lines).Select(number =>
                $$"""{"user_name":"{{name}}{{number}}","email":"{{name}}{{number}}@example.it","name":"{{filling}}"}"""));
            return machine.SendAsync("POST", $"{Root}/import?skip_refused=true", key: name, change: request =>
                request.Content = new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue("application/x-ndjson")));
        }

        Assert.Equal(500, (await ImportAsync(500, "lunga")).Json["imported"]!.GetValue<int>());
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await ImportAsync(501, "troppa")).Status);
    }

    [Fact]
    [Spec("S131")]
    public async Task Each_request_is_recorded_with_the_client_that_made_it()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, New("registrata"));
        await machine.GetAsync($"{Root}/{added["sub"]}");
        await machine.GetAsync($"{Root}?user_name=registrata");
        await machine.PostAsync($"{Root}/{added["sub"]}/disable", seen: "*");
        await machine.SendAsync("DELETE", $"{Root}/{added["sub"]}", seen: "*");

        await using var database = server.OpenDatabase();
        var actor = $"client:{machine.Client.Id}";
        var events = await database.SecurityEvents.AsNoTracking().Where(item => item.Actor == actor).ToListAsync();
        Assert.Equal(
            [
                (SecurityEventKind.PersonRead, null), (SecurityEventKind.PersonChanged, "added"),
                (SecurityEventKind.PersonDeleted, "by an operator"), (SecurityEventKind.PersonChanged, "disabled"),
                (SecurityEventKind.PersonRead, "search"),
            ],
            events.Select(item => (item.Kind, item.Detail)).OrderBy(item => item.Detail, StringComparer.Ordinal));
    }

    private Task<ApiMachine> OpenAsync() => ApiMachine.OpenAsync(server, ApiScopes.ReadPeople, ApiScopes.WritePeople);

    private async Task<(RelyingParty Shop, Browser Browser, Customer Ada, TokenAnswer Tokens)> SignedInAsync()
    {
        var (shop, browser) = (await server.RegisterAsync("shop"), server.OpenBrowser());
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var page = await shop.SignInAsync(browser, ada, ("scope", "openid offline_access"));
        return (shop, browser, ada, await shop.RedeemAsync(page.Code));
    }

    private static JsonObject New(string name) => new()
    {
        ["user_name"] = name,
        ["email"] = $"{name}@example.it",
        ["email_verified"] = true,
        ["given_name"] = "Elena",
    };
}
