using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Sso.Testing;
using Xunit;
using static Sso.Server.Tests.Registration.OpenRegistration;

namespace Sso.Server.Tests.Registration;

/// <summary>An application reads, replaces and deletes what it registered (RFC 7592 §2).</summary>
[Spec("RFC 7592", "2")]
public sealed class RegistrationManagementTests(OpenRegistration open) : IClassFixture<OpenRegistration>
{
    [Fact]
    [Spec("PY13")]
    [Spec("TP01")]
    public async Task What_was_registered_can_be_read_back()
    {
        var registered = await open.RegisterAsync(Metadata(
            ("initiate_login_uri", "https://shop.example/start"),
            ("backchannel_logout_uri", "https://shop.example/back"), ("backchannel_logout_session_required", true),
            ("frontchannel_logout_uri", "https://shop.example/front"), ("frontchannel_logout_session_required", true),
            ("post_logout_redirect_uris", new JsonArray("https://shop.example/bye")),
            ("policy_uri", "https://shop.example/policy"), ("scope", "openid email")));
        Assert.Equal("https://shop.example/start", registered.Text("initiate_login_uri"));
        var read = await open.SendAsync(
            HttpMethod.Get, registered.Text("registration_client_uri")!, registered.Text("registration_access_token"));
        Assert.Equal((HttpStatusCode.OK, "application/json"), (read.Status, read.MediaType));
        foreach (var property in registered.Body.EnumerateObject().Where(property => property.Name != "client_secret"))
        {
            Assert.Equal(property.Value.ToString(), read.Text(property.Name));
        }

        // The secret is stored as a hash only.
        Assert.Null(read.Text("client_secret"));
    }

    [Fact]
    public async Task What_an_operator_said_of_its_ID_tokens_outlives_a_new_registration()
    {
        var registered = await open.RegisterAsync(Metadata());
        var id = registered.Text("client_id")!;
        await using var database = open.Server.OpenDatabase();
        await database.Clients.Where(row => row.Id == id).ExecuteUpdateAsync(set => set.SetProperty(row => row.IdTokenClaims, true));

        var put = await open.SendAsync(
            HttpMethod.Put, registered.Text("registration_client_uri")!, registered.Text("registration_access_token"),
            Metadata(("client_id", id), ("client_name", "Another name")));

        Assert.Equal(HttpStatusCode.OK, put.Status);
        Assert.True(await database.Clients.Where(row => row.Id == id).Select(row => row.IdTokenClaims).SingleAsync());
    }

    [Fact]
    [Spec("A38")]
    [Spec("S120")]
    public async Task Unknown_clients_and_foreign_tokens_are_told_alike()
    {
        var (one, other) = (await open.RegisterAsync(Metadata()), await open.RegisterAsync(Metadata()));
        var url = one.Text("registration_client_uri")!;
        var shop = await open.Server.RegisterAsync("shop");
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete])
        {
            var body = method == HttpMethod.Put ? Metadata(("client_id", one.Text("client_id"))) : null;
            var foreign = await open.SendAsync(method, url, other.Text("registration_access_token"), body?.DeepClone());
            var unknown = await open.SendAsync(
                method, "/connect/register/dyn-unknown", other.Text("registration_access_token"), body?.DeepClone());
            var byOperator = await open.SendAsync(
                method, "/connect/register/" + shop.Id, other.Text("registration_access_token"), body?.DeepClone());
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (foreign.Status, foreign.Text("error")));
            Assert.Contains(
                "WWW-Authenticate: Bearer error=\"invalid_token\", error_description=", foreign.Headers, StringComparison.Ordinal);
            Assert.Equal(
                (foreign.Status, foreign.Headers, foreign.Body.ValueKind), (unknown.Status, unknown.Headers, unknown.Body.ValueKind));
            Assert.Equal(
                (foreign.Status, foreign.Headers, foreign.Body.ValueKind),
                (byOperator.Status, byOperator.Headers, byOperator.Body.ValueKind));
            Assert.Equal(
                (await open.SendAsync(method, url, token: null, body?.DeepClone())).Headers,
                (await open.SendAsync(method, "/connect/register/dyn-unknown", token: null, body?.DeepClone())).Headers);
        }

        Assert.Equal(HttpStatusCode.OK, (await open.SendAsync(HttpMethod.Get, url, one.Text("registration_access_token"))).Status);
    }

    [Fact]
    [Spec("RFC 7592", "2.2")]
    public async Task A_change_that_changes_nothing_is_neither_written_nor_recorded()
    {
        open.Peer.Paths["/logo-kept"] = http =>
        {
            http.Response.ContentType = "image/gif";
            return http.Response.Body.WriteAsync("GIF89a"u8.ToArray()).AsTask();
        };
        var metadata = Metadata(
            ("scope", "openid email"), ("logo_uri", open.Peer.At("/logo-kept").ToString()),
            ("jwks", JsonNode.Parse(ClientKey.SetOf(new ClientKey("ES256")))));
        var registered = await open.RegisterAsync(metadata.DeepClone());
        metadata["client_id"] = registered.Text("client_id");
        await open.Server.PassAsync(TimeSpan.FromSeconds(1));
        var before = await WrittenAsync();
        // The picture cannot be had any more, which does not take our copy away.
        open.Peer.Paths.TryRemove("/logo-kept", out _);
        Assert.Equal(HttpStatusCode.OK, (await PutAsync()).Status);
        Assert.Equal(before, await WrittenAsync());
        metadata["contacts"] = new JsonArray("other@shop.example");
        Assert.Equal("""["other@shop.example"]""", (await PutAsync()).Text("contacts"));
        Assert.Equal((before.Events + 1, before.Version + 1, before.Logo), await WrittenAsync());

        Task<JsonAnswer> PutAsync() =>
            open.SendAsync(
                HttpMethod.Put, registered.Text("registration_client_uri")!, registered.Text("registration_access_token"),
                metadata.DeepClone());

        async Task<(int Events, long Version, string? Logo)> WrittenAsync()
        {
            await using var database = open.Server.OpenDatabase();
            var id = registered.Text("client_id");
            return (
                await database.SecurityEvents.CountAsync(item => item.ClientId == id),
                (await database.ConfigurationVersions.AsNoTracking().SingleAsync()).Clients,
                (await database.Clients.AsNoTracking().SingleAsync(client => client.Id == id)).Logo);
        }
    }

    [Fact]
    [Spec("S120")]
    public async Task A_client_that_is_removed_during_its_own_change_does_not_come_back()
    {
        var registered = await open.RegisterAsync(Metadata());
        var id = registered.Text("client_id");
        open.Peer.Paths["/logo-of-removed"] = async http =>
        {
            await using var database = open.Server.OpenDatabase();
            await database.Clients.Where(client => client.Id == id).ExecuteDeleteAsync(http.RequestAborted);
            http.Response.StatusCode = StatusCodes.Status404NotFound;
        };

        var changed = await open.SendAsync(
            HttpMethod.Put, registered.Text("registration_client_uri")!, registered.Text("registration_access_token"),
            Metadata(("client_id", id), ("logo_uri", open.Peer.At("/logo-of-removed").ToString())));

        Assert.Equal(HttpStatusCode.Unauthorized, changed.Status);
        await using var after = open.Server.OpenDatabase();
        Assert.False(await after.Clients.AnyAsync(client => client.Id == id));
    }

    [Theory]
    [Spec("S110")]
    [InlineData("com.evil.app://victim.example/callback")]
    [InlineData("http://127.0.0.1/callback")]
    public async Task Without_https_nobody_has_a_sector_by_their_host(string redirectUri)
    {
        var answer = await open.RegisterAsync(Metadata(
            ("application_type", "native"), ("token_endpoint_auth_method", "none"),
            ("subject_type", "pairwise"), ("redirect_uris", new JsonArray(redirectUri))));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (answer.Status, answer.Error));
        Assert.Contains("https", answer.Text("error_description"), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S120")]
    public async Task A_registration_is_changed_ten_times_an_hour()
    {
        var registered = await open.RegisterAsync(Metadata());
        var (url, token, id) =
            (registered.Text("registration_client_uri")!, registered.Text("registration_access_token"), registered.Text("client_id"));
        for (var change = 0; change < 10; change++)
        {
            Assert.Equal(HttpStatusCode.OK, (await open.SendAsync(HttpMethod.Put, url, token, Metadata(("client_id", id)))).Status);
        }

        Assert.Equal(
            HttpStatusCode.TooManyRequests, (await open.SendAsync(HttpMethod.Put, url, token, Metadata(("client_id", id)))).Status);
    }

    [Fact]
    public async Task Putting_replaces_everything_but_id_and_secret()
    {
        var registered = await open.RegisterAsync(Metadata(("policy_uri", "https://shop.example/policy")));
        var (url, token, id) =
            (registered.Text("registration_client_uri")!, registered.Text("registration_access_token"), registered.Text("client_id"));
        var changed = await open.SendAsync(HttpMethod.Put, url, token, Metadata(
            ("client_id", id), ("client_secret", registered.Text("client_secret")),
            ("client_name", "New name"), ("redirect_uris", new JsonArray("https://new.example/callback"))));
        Assert.Equal(
            (HttpStatusCode.OK, "New name", null, id),
            (changed.Status, changed.Text("client_name"), changed.Text("policy_uri"), changed.Text("client_id")));
        var browser = open.Server.OpenBrowser();
        Assert.Equal("/error", (await browser.GetAsync(open.AsParty(registered).AuthorizeUrl())).Path);
        var ada = await (await open.Server.AddPersonAsync("ada")).WithAppAsync();
        var shop = new RelyingParty(
            open.Server,
            new()
            {
                Id = id!,
                Name = "",
                AuthenticationMethod = Protocol.Clients.ClientAuthenticationMethod.ClientSecretBasic,
                CreatedAt = default,
                RedirectUris = ["https://new.example/callback"]
            },
            registered.Text("client_secret"));
        Assert.Equal(HttpStatusCode.OK, (await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code)).Status);
        Assert.Equal(registered.Text("client_id_issued_at"), changed.Text("client_id_issued_at"));
    }

    [Theory]
    [InlineData("client_id", "another")]
    [InlineData("client_id", null)]
    [InlineData("client_secret", "a secret of its own choice")]
    [InlineData("scope", "openid admin")]
    public async Task What_may_not_be_put_changes_nothing(string field, string? value)
    {
        var registered = await open.RegisterAsync(Metadata());
        var (url, token) = (registered.Text("registration_client_uri")!, registered.Text("registration_access_token"));
        var metadata = Metadata(("client_id", registered.Text("client_id")), ("client_name", "New name"));
        metadata[field] = value;
        Assert.Equal(HttpStatusCode.BadRequest, (await open.SendAsync(HttpMethod.Put, url, token, metadata)).Status);
        Assert.Equal("Shop of others", (await open.SendAsync(HttpMethod.Get, url, token)).Text("client_name"));
    }

    [Fact]
    public async Task What_an_operator_set_afterwards_stays()
    {
        var registered = await open.RegisterAsync(Metadata());
        var id = registered.Text("client_id")!;
        await using var database = open.Server.OpenDatabase();
        await database.Clients.Where(client => client.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(client => client.AcceptsTextMessages, false));
        await open.SendAsync(
            HttpMethod.Put, registered.Text("registration_client_uri")!, registered.Text("registration_access_token"),
            Metadata(("client_id", id)));
        Assert.False((await database.Clients.AsNoTracking().SingleAsync(client => client.Id == id)).AcceptsTextMessages);
    }

    [Fact]
    [Spec("GE07")]
    public async Task Deleting_ends_it_with_everything_it_was_given()
    {
        var registered = await open.RegisterAsync(Metadata());
        var shop = open.AsParty(registered);
        var ada = await (await open.Server.AddPersonAsync("ada")).WithAppAsync();
        var browser = open.Server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid offline_access"))).Code);
        var (url, token) = (registered.Text("registration_client_uri")!, registered.Text("registration_access_token"));
        var deleted = await open.SendAsync(HttpMethod.Delete, url, token);
        Assert.Equal(HttpStatusCode.NoContent, deleted.Status);
        Assert.Contains("no-store", deleted.Headers, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Unauthorized, (await open.SendAsync(HttpMethod.Get, url, token)).Status);
        Assert.Equal("invalid_client", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal("/error", (await browser.GetAsync(shop.AuthorizeUrl())).Path);
    }

    [Fact]
    [Spec("S138")]
    public async Task The_tokens_are_stored_as_hashes_only()
    {
        var initial = await open.TokenAsync();
        var registered = await open.RegisterAsync(Metadata(), initial);
        await using var database = open.Server.OpenDatabase();
        var dump = await DatabaseDump.OfAsync(database);
        foreach (var secret in new[] { initial, registered.Text("client_secret"), registered.Text("registration_access_token") })
        {
            Assert.Empty(dump.Find(secret!));
        }
    }
}
