using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin.Clients;
using Sso.Data.Clients;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.AdminApi;

/// <summary>Applications by the API: what the command line does, and nothing more.</summary>
public sealed class ApplicationsApiTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Root = "/api/admin/v1/applications";

    [Fact]
    [Spec("RFC 9110", "10.2.2")]
    public async Task An_application_is_registered_and_its_secret_is_shown_once()
    {
        var machine = await OpenAsync();
        var added = await machine.PostAsync(Root, New("negozio", "web"));
        Assert.Equal((HttpStatusCode.Created, SsoServer.Issuer + Root + "/negozio"), (added.Status, added.Location));
        var secret = added["client_secret"]!;

        var shown = await machine.GetAsync(Root + "/negozio");
        Assert.Equal((HttpStatusCode.OK, added.Tag), (shown.Status, shown.Tag));
        Assert.DoesNotContain(secret, shown.Text, StringComparison.Ordinal);
        Assert.Equal("required", shown["second_factor"]);
        await using var database = server.OpenDatabase();
        var row = await database.Clients.AsNoTracking().SingleAsync(client => client.Id == "negozio");
        Assert.Equal(ClientSecret.HashOf(secret), row.SecretHash);
    }

    [Fact]
    public async Task What_is_registered_is_what_the_command_line_would_register()
    {
        var machine = await OpenAsync();
        Client Wanted(string id) => new()
        {
            Id = id,
            Name = "Stesso",
            Type = ClientType.Web,
            RedirectUris = ["https://negozio.example/callback"],
        };
        await using (var scope = server.App.Services.CreateAsyncScope())
        {
            var outcome = await scope.ServiceProvider.GetRequiredService<AddClient>()
                .ExecuteAsync(Wanted("per-comando"), TestContext.Current.CancellationToken);
            Assert.False(outcome.Failed(out _, out _));
        }

        var body = New("per-api", "web");
        body["name"] = "Stesso";
        Assert.Equal(HttpStatusCode.Created, (await machine.PostAsync(Root, body)).Status);
        var (one, other) = (
            (await machine.GetAsync(Root + "/per-comando")).Json, (await machine.GetAsync(Root + "/per-api")).Json);
        one.Remove("client_id");
        other.Remove("client_id");
        Assert.Equal(one.ToJsonString(), other.ToJsonString());
    }

    [Theory]
    [InlineData("roles", "[]")]
    [InlineData("secret_hash", "\"x\"")]
    [InlineData("grant_types", "[\"implicit\"]")]
    [InlineData("is_unverified", "false")]
    [InlineData("created_at", "\"2026-01-01T00:00:00Z\"")]
    [InlineData("redirect_uris", "[\"javascript:alert(1)\"]")]
    [InlineData("redirect_uris", "\"https://one.example\"")]
    [InlineData("redirect_uris", "[null]")]
    [InlineData("second_factor", "\"sometimes\"")]
    [InlineData("second_factor", "1")]
    [InlineData("grace_sign_ins", "1000")]
    [Spec("S115")]
    public async Task What_is_not_listed_or_not_allowed_is_refused_by_its_name(string field, string value)
    {
        var machine = await OpenAsync();
        var body = New("nessuno", "web");
        body[field] = JsonNode.Parse(value);
        var answer = await machine.PostAsync(Root, body);
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (answer.Status, answer.Type));
        if (value != "[null]")
        {
            Assert.Contains(field, answer.Fields);
        }

        Assert.Equal(HttpStatusCode.NotFound, (await machine.GetAsync(Root + "/nessuno")).Status);
    }

    [Fact]
    public async Task What_is_missing_is_named()
    {
        var machine = await OpenAsync();
        var answer = await machine.PostAsync(Root, new JsonObject { ["redirect_uris"] = new JsonArray() });
        Assert.Equal(["client_id", "type"], answer.Fields.Order(StringComparer.Ordinal));
    }

    [Fact]
    [Spec("RFC 7396", "2")]
    public async Task A_patch_changes_what_it_names_and_keeps_everything_else()
    {
        var machine = await OpenAsync();
        var shop = await server.RegisterAsync("bottega", client =>
        {
            client.Logo = "data:image/png;base64,AA==";
            client.Contacts = ["web@bottega.example"];
            client.UserInfoEncryptionAlgorithm = "RSA-OAEP";
            client.UserInfoContentEncryption = "A256GCM";
            client.Jwks = new EncryptionKey().Jwks;
            client.SecondFactor = SecondFactorPolicy.WhenEnrolled;
        });
        var before = await RowAsync(shop.Id);
        var seen = await machine.GetAsync($"{Root}/{shop.Id}");

        var changed = await machine.SendAsync(
            "PATCH", $"{Root}/{shop.Id}", new JsonObject { ["name"] = "Bottega nuova", ["second_factor"] = null }, seen.Tag,
            type: "application/merge-patch+json");

        Assert.True(changed.Status == HttpStatusCode.OK, changed.Text);
        var after = await RowAsync(shop.Id);
        Assert.Equal(("Bottega nuova", SecondFactorPolicy.Required), (after.Name, after.SecondFactor));
        foreach (var property in typeof(ClientRegistration).GetProperties().Where(property => property.Name is not (
            nameof(Client.Name) or nameof(Client.SecondFactor) or nameof(Client.KeySet) or nameof(Client.UserInfoEncryption))))
        {
            Assert.Equal((property.Name, Written(property.GetValue(before))), (property.Name, Written(property.GetValue(after))));
        }
    }

    [Fact]
    [Spec("RFC 6585", "3")]
    [Spec("RFC 9110", "13.1.1")]
    public async Task A_change_names_the_version_that_was_seen()
    {
        var machine = await OpenAsync();
        var shop = await server.RegisterAsync("bottega");
        var path = $"{Root}/{shop.Id}";
        var seen = await machine.GetAsync(path);
        foreach (var (method, more) in (List<(string, string)>)
            [
                ("PATCH", ""), ("POST", "/disable"), ("POST", "/enable"), ("POST", "/secrets"), ("DELETE", "/secrets/older"),
                ("DELETE", ""),
            ])
        {
            var body = method == "PATCH" ? new JsonObject { ["name"] = "Altro" } : null;
            Assert.Equal(428, (int)(await machine.SendAsync(method, path + more, body)).Status);
            Assert.Equal(412, (int)(await machine.SendAsync(method, path + more, body, "\"other\"")).Status);
            Assert.Equal(412, (int)(await machine.SendAsync(method, path + more, body, "W/" + seen.Tag)).Status);
        }

        Assert.Equal(seen.Tag, (await machine.GetAsync(path)).Tag);
        var changed = await machine.SendAsync("PATCH", path, new JsonObject { ["name"] = "Altro" }, $"\"x\", {seen.Tag}");
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal(412, (int)(await machine.SendAsync("PATCH", path, new JsonObject { ["name"] = "Terzo" }, seen.Tag)).Status);
        Assert.Equal(HttpStatusCode.OK, (await machine.SendAsync("PATCH", path, new JsonObject { ["name"] = "Terzo" }, "*")).Status);
    }

    [Fact]
    [Spec("RFC 9110", "13.1.2")]
    public async Task What_did_not_change_is_not_sent_again()
    {
        var machine = await OpenAsync();
        var path = $"{Root}/{(await server.RegisterAsync("bottega")).Id}";
        var seen = await machine.GetAsync(path);
        var again = await machine.SendAsync(
            "GET", path, change: request => request.Headers.TryAddWithoutValidation("If-None-Match", seen.Tag));
        Assert.Equal((HttpStatusCode.NotModified, ""), (again.Status, again.Text));
    }

    [Fact]
    [Spec("A24")]
    public async Task Disabling_stops_an_application_at_once_and_enabling_brings_it_back()
    {
        var machine = await OpenAsync();
        var robot = await server.RegisterAsync("robot", client => client.GrantTypes = [GrantTypes.ClientCredentials]);
        var path = $"{Root}/{robot.Id}";

        var off = await machine.PostAsync(path + "/disable", seen: "*");
        Assert.True(off.Status == HttpStatusCode.OK && off["disabled_at"] is not null, off.Text);
        Assert.Equal("invalid_client", (await robot.TokenAsync(("grant_type", "client_credentials"))).Error);
        Assert.Equal(HttpStatusCode.OK, (await machine.PostAsync(path + "/enable", seen: off.Tag)).Status);
        Assert.NotNull((await robot.TokenAsync(("grant_type", "client_credentials"))).AccessToken);
    }

    [Fact]
    public async Task A_deleted_application_is_gone()
    {
        var machine = await OpenAsync();
        var path = $"{Root}/{(await server.RegisterAsync("bottega")).Id}";
        Assert.Equal(HttpStatusCode.NoContent, (await machine.SendAsync("DELETE", path, seen: "*")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.SendAsync("DELETE", path, seen: "*")).Status);
    }

    [Fact]
    [Spec("RFC 9700", "4.15")]
    public async Task No_application_has_an_id_that_could_be_the_subject_of_a_person()
    {
        var ada = await server.AddPersonAsync("ada");
        var refused = await (await OpenAsync()).PostAsync(Root, New($"{ada.Id:N}", "machine"));
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("32 hexadecimal digits", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_changed_without_an_outage()
    {
        var machine = await OpenAsync();
        var robot = await server.RegisterAsync("robot", client => client.GrantTypes = [GrantTypes.ClientCredentials]);
        var path = $"{Root}/{robot.Id}";

        var added = await machine.PostAsync(path + "/secrets", seen: "*");
        Assert.Equal(HttpStatusCode.Created, added.Status);
        Assert.NotNull((await robot.TokenAsync(("grant_type", "client_credentials"))).AccessToken);
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.PostAsync(path + "/secrets", seen: "*")).Status);
        Assert.Equal(HttpStatusCode.OK, (await machine.SendAsync("DELETE", path + "/secrets/older", seen: added.Tag)).Status);
        // Two secrets again, and not the two that were seen.
        Assert.Equal(HttpStatusCode.Created, (await machine.PostAsync(path + "/secrets", seen: "*")).Status);
        Assert.Equal(
            HttpStatusCode.PreconditionFailed, (await machine.SendAsync("DELETE", path + "/secrets/older", seen: added.Tag)).Status);
        Assert.Equal("invalid_client", (await robot.TokenAsync(("grant_type", "client_credentials"))).Error);
        Assert.Equal(HttpStatusCode.NotFound, (await machine.SendAsync("DELETE", path + "/secrets/third", seen: "*")).Status);
    }

    /// <summary>The first seal under an old key writes a new one by a connection of its own, which would wait for its own caller.</summary>
    [Fact]
    public async Task A_secret_is_sealed_before_the_registrations_are_held()
    {
        var machine = await OpenAsync();
        var body = New("firma", "web");
        body["authentication_method"] = "client_secret_jwt";
        Assert.Equal(HttpStatusCode.Created, (await machine.PostAsync(Root, body)).Status);
        var old = server.Clock.GetUtcNow() - DataKeyRing.RenewAfter - TimeSpan.FromDays(1);
        await using (var database = server.OpenDatabase())
        {
            await database.DataKeys.ExecuteUpdateAsync(set => set.SetProperty(key => key.CreatedAt, old));
        }

        Assert.Equal(HttpStatusCode.Created, (await machine.PostAsync(Root + "/firma/secrets", seen: "*")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await machine.PostAsync(Root + "/firma/secrets", seen: "*")).Status);
    }

    [Fact]
    [Spec("S114")]
    public async Task No_program_gives_itself_or_another_more_than_an_operator_did()
    {
        var machine = await OpenAsync();
        var other = await ApiMachine.RegisterAsync(server, [ApiScopes.ReadAudit]);
        foreach (var id in (string[])[machine.Client.Id, other.Id])
        {
            foreach (var (method, more) in (List<(string, string)>)
                [("PATCH", ""), ("POST", "/disable"), ("POST", "/secrets"), ("DELETE", "")])
            {
                var body = method == "PATCH" ? new JsonObject { ["scopes"] = new JsonArray(ApiScopes.WritePeople) } : null;
                Assert.Equal(
                    (method + more, HttpStatusCode.Forbidden),
                    (method + more, (await machine.SendAsync(method, $"{Root}/{id}{more}", body, "*")).Status));
            }
        }

        var wanted = New("spia", "machine");
        wanted.Remove("redirect_uris");
        (wanted["authentication_method"], wanted["jwks"]) = ("private_key_jwt", ClientKey.SetOf(new ClientKey("ES256")));
        wanted["scopes"] = new JsonArray(ApiScopes.WritePeople);
        Assert.Equal(HttpStatusCode.Forbidden, (await machine.PostAsync(Root, wanted)).Status);
        var shop = await server.RegisterAsync("bottega");
        var raised = await machine.SendAsync(
            "PATCH", $"{Root}/{shop.Id}", new JsonObject { ["scopes"] = new JsonArray(ApiScopes.WritePeople) }, "*");
        Assert.Equal(HttpStatusCode.Forbidden, raised.Status);
    }

    [Fact]
    public async Task A_list_comes_in_pages_and_each_application_once()
    {
        var machine = await OpenAsync();
        for (var number = 0; number < 5; number++)
        {
            await server.RegisterAsync($"lista{number}");
        }

        var (ids, path) = (new List<string>(), Root + "?limit=2");
        for (var next = path; next is not null;)
        {
            var page = (await machine.GetAsync(next)).Json;
            ids.AddRange(page["items"]!.AsArray().Select(item => item!["client_id"]!.GetValue<string>()));
            next = page["next"] is { } cursor ? $"{path}&cursor={cursor.GetValue<string>()}" : null;
        }

        await using var database = server.OpenDatabase();
        Assert.Equal(await database.Clients.CountAsync(), ids.Count);
        Assert.Equal(ids.Distinct().Order(StringComparer.Ordinal), ids);
        foreach (var wrong in (string[])["cursor=x", "cursor=%00", "limit=0", "limit=201", "limit=x"])
        {
            Assert.Equal((wrong, HttpStatusCode.BadRequest), (wrong, (await machine.GetAsync($"{Root}?{wrong}")).Status));
        }
    }

    [Fact]
    [Spec("S131")]
    public async Task Each_request_is_recorded_with_the_client_that_made_it()
    {
        var machine = await OpenAsync();
        var shop = await server.RegisterAsync("bottega");
        await machine.GetAsync(Root);
        await machine.GetAsync($"{Root}/{shop.Id}");
        await machine.SendAsync("PATCH", $"{Root}/{shop.Id}", new JsonObject { ["name"] = "Altro" }, "*");
        await machine.PostAsync($"{Root}/{shop.Id}/disable", seen: "*");

        await using var database = server.OpenDatabase();
        var actor = $"client:{machine.Client.Id}";
        var events = await database.SecurityEvents.AsNoTracking().Where(item => item.Actor == actor).ToListAsync();
        Assert.Equal(
            [
                (SecurityEventKind.ClientChanged, shop.Id, "changed"), (SecurityEventKind.ClientChanged, shop.Id, "disabled"),
                (SecurityEventKind.ApiRead, shop.Id, "registration"), (SecurityEventKind.ApiRead, null, "registrations"),
            ],
            events.Select(item => (item.Kind, item.ClientId, item.Detail)).OrderBy(item => item.Detail, StringComparer.Ordinal));
    }

    private Task<ApiMachine> OpenAsync() => ApiMachine.OpenAsync(server, ApiScopes.ReadApps, ApiScopes.WriteApps);

    private async Task<ClientRegistration> RowAsync(string id)
    {
        await using var database = server.OpenDatabase();
        return await database.Clients.AsNoTracking().SingleAsync(client => client.Id == id);
    }

    private static string Written(object? value) => value switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        IEnumerable<string> several => string.Join(' ', several),
        _ => $"{value}",
    };

    [Fact]
    [Spec("RFC 9110", "9.3.4")]
    public async Task An_application_that_is_described_anew_has_what_is_said_and_else_what_is_usual()
    {
        var machine = await OpenAsync();
        var wanted = New("neu", "web");
        (wanted["scopes"], wanted["consent_required"]) = (new JsonArray("openid", "offline_access"), true);
        var added = await machine.PostAsync(Root, wanted);
        Assert.Equal(HttpStatusCode.Created, added.Status);

        var plain = New("neu", "web");
        plain["name"] = "Anders";
        Assert.Equal(428, (int)(await machine.SendAsync("PUT", Root + "/neu", plain)).Status);
        var replaced = await machine.SendAsync("PUT", Root + "/neu", plain, added.Tag);
        Assert.True(replaced.Status == HttpStatusCode.OK, replaced.Text);
        Assert.Equal(412, (int)(await machine.SendAsync("PUT", Root + "/neu", plain, added.Tag)).Status);

        // The same as one that was registered so.
        Assert.Equal(HttpStatusCode.Created, (await machine.PostAsync(Root, New("usual", "web"))).Status);
        var (one, usual) = ((await machine.GetAsync(Root + "/neu")).Json, (await machine.GetAsync(Root + "/usual")).Json);
        Assert.Equal("Anders", one["name"]!.GetValue<string>());
        foreach (var member in (string[])["id", "name", "created_at", "secrets", "client_id"])
        {
            one.Remove(member);
            usual.Remove(member);
        }

        Assert.Equal(usual.ToJsonString(), one.ToJsonString());
    }

    [Fact]
    public async Task What_an_application_is_does_not_change_when_it_is_described_anew()
    {
        var machine = await OpenAsync();
        Assert.Equal(HttpStatusCode.Created, (await machine.PostAsync(Root, New("bleibt", "web"))).Status);
        var wanted = New("anders", "spa");
        wanted["pairwise"] = true;
        var answer = await machine.SendAsync("PUT", Root + "/bleibt", wanted, "*");
        Assert.Equal((HttpStatusCode.BadRequest, "client_id type pairwise"), (answer.Status, string.Join(' ', answer.Fields)));
        var api = New("bleibt", "web");
        api["scopes"] = new JsonArray(ApiScopes.ReadPeople);
        Assert.Equal(HttpStatusCode.Forbidden, (await machine.SendAsync("PUT", Root + "/bleibt", api, "*")).Status);
    }

    private static JsonObject New(string id, string type) => new()
    {
        ["client_id"] = id,
        ["name"] = "Negozio",
        ["type"] = type,
        ["redirect_uris"] = new JsonArray("https://negozio.example/callback"),
    };
}
