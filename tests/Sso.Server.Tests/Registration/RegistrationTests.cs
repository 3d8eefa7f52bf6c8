using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;
using static Sso.Server.Tests.Registration.OpenRegistration;

namespace Sso.Server.Tests.Registration;

/// <summary>An application registers itself (RFC 7591 §3).</summary>
[Spec("RFC 7591", "3")]
[OneDatabase]
public sealed class RegistrationTests(OpenRegistration open) : IClassFixture<OpenRegistration>
{
    [Fact]
    [Spec("GE05")]
    [Spec("GE06")]
    [Spec("S120")]
    [Spec("DY01")]
    public async Task What_it_gets_works_after_consent()
    {
        var answer = await open.RegisterAsync(Metadata(("id_token_signed_response_alg", "RS256")));
        Assert.Equal((HttpStatusCode.Created, "application/json"), (answer.Status, answer.MediaType));
        Assert.Contains("no-store", answer.Headers, StringComparison.Ordinal);
        Assert.Null(answer.Error);
        Assert.Equal("0", answer.Text("client_secret_expires_at"));
        Assert.StartsWith(SsoServer.Issuer + "/connect/register/", answer.Text("registration_client_uri"), StringComparison.Ordinal);
        Assert.NotNull(answer.Text("registration_access_token"));
        Assert.Equal("ops@shop.example", answer.Body.GetProperty("contacts")[0].GetString());

        var shop = open.AsParty(answer);
        var ada = await (await open.Server.AddPersonAsync("ada")).WithAppAsync();
        var browser = open.Server.OpenBrowser();
        // GE08: no code challenge in the OpenID plans.
        var page = await shop.SignInAsync(browser, ada, ("code_challenge", null), ("code_challenge_method", null));
        var tokens = await shop.RedeemAsync(page.Code, ("code_verifier", null));
        Assert.Equal((HttpStatusCode.OK, "RS256"), (tokens.Status, tokens.IdToken.Alg));
        Assert.NotEmpty(tokens.IdToken.Kid);
    }

    [Fact]
    [Spec("DY03")]
    [Spec("PY11")]
    public async Task It_may_have_its_answers_signed_and_encrypted_and_sign_its_requests()
    {
        JsonNode keys = JsonNode.Parse(new EncryptionKey().Jwks)!;
        (string Name, JsonNode? Value)[] wishes =
        [
            ("userinfo_signed_response_alg", "RS256"), ("userinfo_encrypted_response_alg", "RSA-OAEP"),
            ("userinfo_encrypted_response_enc", "A256CBC-HS512"),
            ("id_token_encrypted_response_alg", "RSA-OAEP"),
            ("request_object_signing_alg", "ES256"), ("authorization_signed_response_alg", "ES256"),
        ];
        var answer = await open.RegisterAsync(Metadata([
            ("jwks", keys), .. wishes, ("require_signed_request_object", true),
            ("request_uris", new JsonArray(open.Peer.At("/request") + "#fragment"))]));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        Assert.All(wishes, wish => Assert.Equal(wish.Value!.ToString(), answer.Text(wish.Name)));
        Assert.Equal("A128CBC-HS256", answer.Text("id_token_encrypted_response_enc"));
        Assert.Equal(open.Peer.At("/request").ToString(), answer.Body.GetProperty("request_uris")[0].GetString());
        Assert.Equal("invalid_request", (await open.AsParty(answer).PushAsync()).Error);

        answer = await open.RegisterAsync(Metadata(("jwks", keys.DeepClone()), ("userinfo_encrypted_response_alg", "RSA1_5")));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (answer.Status, answer.Error));
    }

    [Fact]
    [Spec("S120")]
    public async Task It_is_off_by_default()
    {
        await using var second = await open.Server.StartSecondNodeAsync();
        using var client = second.Backchannel();
        Assert.DoesNotContain(
            "registration_endpoint", await client.GetStringAsync("/.well-known/openid-configuration"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await client.PostAsync("/connect/register", new StringContent("{}"))).StatusCode);
        using var here = open.Server.Backchannel();
        Assert.Contains(
            "\"registration_endpoint\":\"https://sso.test/connect/register\"",
            await here.GetStringAsync("/.well-known/openid-configuration"), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S120")]
    public async Task It_needs_a_token_that_is_counted_and_expires()
    {
        Assert.Equal(
            HttpStatusCode.Unauthorized, (await open.SendAsync(HttpMethod.Post, "/connect/register", token: null, Metadata())).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await open.RegisterAsync(Metadata(), "ssort_guess")).Status);
        var twice = await open.TokenAsync(uses: 2);
        Assert.Equal(HttpStatusCode.BadRequest, (await open.RegisterAsync(Metadata(("redirect_uris", new JsonArray())), twice)).Status);
        Assert.Equal(HttpStatusCode.Created, (await open.RegisterAsync(Metadata(), twice)).Status);
        Assert.Equal(HttpStatusCode.Created, (await open.RegisterAsync(Metadata(), twice)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await open.RegisterAsync(Metadata(), twice)).Status);
        var old = await open.TokenAsync(days: 1);
        await open.Server.PassAsync(TimeSpan.FromHours(25));
        Assert.Equal(HttpStatusCode.Unauthorized, (await open.RegisterAsync(Metadata(), old)).Status);
    }

    [Fact]
    [Spec("S120")]
    [Spec("A38")]
    [Spec("S115")]
    public async Task What_only_an_operator_decides_cannot_be_sent()
    {
        var answer = await open.RegisterAsync(Metadata(
            ("consent_required", false), ("second_factor", "none"), ("accepts_trusted_devices", true),
            ("is_unverified", false), ("brand_id", "x"), ("client_id", "admin"),
            ("client_secret", "chosen")));
        Assert.Equal(HttpStatusCode.Created, answer.Status);
        await using var database = open.Server.OpenDatabase();
        var id = answer.Text("client_id");
        var row = await database.Clients.AsNoTracking().SingleAsync(client => client.Id == id);
        Assert.True(row is { ConsentRequired: true, IsUnverified: true, AcceptsTrustedDevices: false, BrandId: null });
        Assert.Equal(SecondFactorPolicy.Required, row.SecondFactor);
        Assert.NotEqual("admin", row.Id);
        Assert.NotEqual("chosen", answer.Text("client_secret"));
    }

    [Theory]
    [Spec("S120")]
    [Spec("A38")]
    [InlineData("scope", "openid admin")]
    [InlineData("scope", "orders.write")]
    [InlineData("token_endpoint_auth_method", "tls_client_auth")]
    [InlineData("subject_type", "secret")]
    [InlineData("application_type", "service")]
    [InlineData("id_token_signed_response_alg", "none")]
    [InlineData("client_name", "two\nlines")]
    [InlineData("contacts", "not a list")]
    public async Task What_lies_outside_the_policy_is_refused(string field, string value)
    {
        var answer = await open.RegisterAsync(Metadata((field, value)));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (answer.Status, answer.Error));
    }

    [Theory]
    [Spec("S120")]
    [InlineData("client_credentials")]
    [InlineData("password")]
    [InlineData("urn:ietf:params:oauth:grant-type:token-exchange")]
    public async Task A_grant_that_the_policy_does_not_name_is_refused(string grant)
    {
        var answer = await open.RegisterAsync(Metadata(("grant_types", new JsonArray("authorization_code", grant))));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (answer.Status, answer.Error));
    }

    public static TheoryData<string, string> HostileUris => new MatrixTheoryData<string, string>(
        [
            "redirect_uris", "post_logout_redirect_uris", "client_uri", "logo_uri",
            "policy_uri", "tos_uri", "jwks_uri", "sector_identifier_uri", "initiate_login_uri",
            "backchannel_logout_uri", "frontchannel_logout_uri",
        ],
        [
            "JaVaScRiPt:alert(1)", "data:text/html,x", " https://shop.example/x",
            "http://shop.example/x", "https://user@shop.example/x", "https://shop.example/#x",
        ]);

    [Theory, MemberData(nameof(HostileUris))]
    [Spec("S120")]
    [Spec("A31")]
    [Spec("DY08")]
    public async Task Every_address_is_checked(string field, string value)
    {
        var answer = await open.RegisterAsync(Metadata(
            ("subject_type", field == "sector_identifier_uri" ? "pairwise" : "public"),
            (field, field.EndsWith("uris", StringComparison.Ordinal) ? new JsonArray(value) : value)));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal(field == "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata", answer.Error);
        Assert.Matches("^[ !#-\\[\\]-~]+$", answer.Text("error_description"));
    }

    [Theory]
    [Spec("S122")]
    [InlineData("jwks_uri")]
    [InlineData("logo_uri")]
    [InlineData("backchannel_logout_uri")]
    [InlineData("sector_identifier_uri")]
    public async Task An_address_inside_is_neither_saved_nor_called(string field)
    {
        foreach (var address in (string[])
        [
            "https://127.0.0.1/x", "https://10.0.0.1/x", "https://localhost/x", "https://169.254.169.254/x", "https://shop.example:8443/x",
        ])
        {
            var answer = await open.RegisterAsync(Metadata(("subject_type", "pairwise"), (field, address)));
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (answer.Status, answer.Error));
        }
    }

    /// <summary>Such a name resolves nowhere, like one that is not in use yet; the platform takes it for an error of its caller.</summary>
    [Theory]
    [InlineData("backchannel_logout_uri", HttpStatusCode.Created)]
    [InlineData("jwks_uri", HttpStatusCode.Created)]
    [InlineData("sector_identifier_uri", HttpStatusCode.BadRequest)]
    public async Task A_host_longer_than_any_name_is_one_that_does_not_resolve(string field, HttpStatusCode expected)
    {
        var address = $"https://{string.Concat(Enumerable.Repeat(new string('a', 60) + ".", 5))}it/x";
        var answer = await open.RegisterAsync(Metadata(("subject_type", "pairwise"), (field, address)));
        Assert.Equal(expected, answer.Status);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"redirect_uris":[null]}""")]
    [InlineData("""{"redirect_uris":"https://shop.example/callback"}""")]
    [InlineData("""{"client_name":"a","client_name":"b","redirect_uris":["https://shop.example/callback"]}""")]
    public async Task What_is_no_object_of_metadata_is_refused(string body)
    {
        using var client = open.Server.Backchannel();
        using var request = new HttpRequestMessage(
            HttpMethod.Post, "/connect/register")
        { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new("Bearer", await open.TokenAsync());
        using var answer = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(
            "invalid_client_metadata",
            JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString());
    }

    [Fact]
    [Spec("DY15")]
    [Spec("PY14")]
    public async Task Pairwise_subjects_need_every_redirect_uri_in_the_document_of_the_sector()
    {
        open.Peer.Publish("/sector", () => $"""["{RedirectUri}"]""");
        var sector = open.Peer.At("/sector").ToString();
        var answer = await open.RegisterAsync(Metadata(("subject_type", "pairwise"), ("sector_identifier_uri", sector)));
        Assert.Equal(
            (HttpStatusCode.Created, "pairwise", sector),
            (answer.Status, answer.Text("subject_type"), answer.Text("sector_identifier_uri")));
        var ada = await (await open.Server.AddPersonAsync("ada")).WithAppAsync();
        var shop = open.AsParty(answer);
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(open.Server.OpenBrowser(), ada)).Code);
        Assert.NotEqual(ada.Subject, tokens.IdToken.Subject);
        var other = await open.RegisterAsync(Metadata(
            ("subject_type", "pairwise"), ("sector_identifier_uri", sector),
            ("redirect_uris", new JsonArray(RedirectUri, "https://evil.example/callback"))));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (other.Status, other.Error));
        var publicShop = open.AsParty(await open.RegisterAsync(Metadata(("subject_type", "public"))));
        Assert.Equal(
            ada.Subject,
            (await publicShop.RedeemAsync((await publicShop.SignInAsync(open.Server.OpenBrowser(), ada)).Code)).IdToken.Subject);
    }

    [Theory]
    [Spec("DY10")]
    [Spec("DY14")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_proves_itself_by_a_key_that_it_published_or_sent(bool published)
    {
        var key = new ClientKey("RS256", "k1");
        open.Peer.Publish("/jwks", () => ClientKey.SetOf(key));
        var answer = await open.RegisterAsync(Metadata(
            ("token_endpoint_auth_method", "private_key_jwt"),
            published ? ("jwks_uri", open.Peer.At("/jwks").ToString()) : ("jwks", JsonNode.Parse(ClientKey.SetOf(key)))));
        Assert.Equal(
            (HttpStatusCode.Created, null, null), (answer.Status, answer.Text("client_secret"), answer.Text("client_secret_expires_at")));
        var shop = open.AsParty(answer).With(key);
        var ada = await (await open.Server.AddPersonAsync("ada")).WithAppAsync();
        Assert.Equal(HttpStatusCode.OK, (await shop.RedeemAsync((await shop.SignInAsync(open.Server.OpenBrowser(), ada)).Code)).Status);
    }

    [Fact]
    [Spec("PY12")]
    public async Task It_may_sign_with_the_secret_that_it_was_given()
    {
        var answer = await open.RegisterAsync(Metadata(("token_endpoint_auth_method", "client_secret_jwt")));
        Assert.StartsWith("ssocs_", answer.Text("client_secret"), StringComparison.Ordinal);
        await using var database = open.Server.OpenDatabase();
        var id = answer.Text("client_id");
        Assert.NotNull((await database.Clients.AsNoTracking().SingleAsync(client => client.Id == id)).SealedSecret);
        var (url, token) = (answer.Text("registration_client_uri")!, answer.Text("registration_access_token"));
        var kept = await open.SendAsync(
            HttpMethod.Put, url, token, Metadata(("client_id", id), ("token_endpoint_auth_method", "client_secret_jwt")));
        Assert.Null(kept.Text("client_secret"));
        var moved = await open.SendAsync(
            HttpMethod.Put, url, token, Metadata(("client_id", id), ("token_endpoint_auth_method", "client_secret_basic")));
        Assert.NotEqual(answer.Text("client_secret"), moved.Text("client_secret"));
        Assert.Null((await database.Clients.AsNoTracking().SingleAsync(client => client.Id == id)).SealedSecret);
    }

    [Fact]
    [Spec("DY04")]
    [Spec("DY05")]
    [Spec("DY06")]
    public async Task Redirect_uris_are_matched_letter_by_letter_with_their_query()
    {
        var two = open.AsParty(
            await open.RegisterAsync(Metadata(("redirect_uris", new JsonArray(RedirectUri + "?bar=foo", RedirectUri + "/2")))));
        var ada = await (await open.Server.AddPersonAsync("ada")).WithAppAsync();
        var browser = open.Server.OpenBrowser();
        Assert.Equal("/error", (await browser.GetAsync(two.AuthorizeUrl(("redirect_uri", null)))).Path);
        Assert.Equal("/error", (await browser.GetAsync(two.AuthorizeUrl(("redirect_uri", RedirectUri + "?foo=bar")))).Path);
        var answer = await two.SignInAsync(browser, ada);
        Assert.Equal("foo", answer.Parameter("bar"));
        Assert.NotNull(answer.Code);
    }

    [Fact]
    [Spec("DY11")]
    [Spec("DY12")]
    [Spec("DY13")]
    [Spec("S100")]
    public async Task The_sign_in_page_shows_its_picture_and_links_and_that_nobody_has_verified_it()
    {
        byte[] picture = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];
        open.Peer.Paths["/logo.png"] = http =>
        {
            http.Response.ContentType = "image/png";
            return http.Response.Body.WriteAsync(picture).AsTask();
        };
        var shop = open.AsParty(await open.RegisterAsync(Metadata(
            ("logo_uri", open.Peer.At("/logo.png").ToString()),
            ("policy_uri", "https://shop.example/policy"), ("tos_uri", "https://shop.example/terms"))));
        var page = await open.Server.OpenBrowser().GetAsync(shop.AuthorizeUrl());
        Assert.Equal(
            "data:image/png;base64," + Convert.ToBase64String(picture), page.Document.QuerySelector("img.app-logo")!.GetAttribute("src"));
        var links = page.Document.QuerySelectorAll("a").Select(link => link.GetAttribute("href")).ToList();
        Assert.Contains("https://shop.example/policy", links);
        Assert.Contains("https://shop.example/terms", links);
        Assert.Contains("Nessuno ha verificato", page.Text, StringComparison.Ordinal);
        Assert.Contains("shop.example", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Single(open.Peer.Requests, request => request.Path == "/logo.png");
    }

    [Fact]
    public async Task A_picture_that_is_none_is_not_shown_and_refuses_nothing()
    {
        open.Peer.Publish("/logo.svg", () => "<svg onload='alert(1)'/>", "image/svg+xml");
        open.Peer.Publish("/fake.png", () => "<script>", "image/png");
        foreach (var path in (string[])["/logo.svg", "/fake.png", "/nowhere.png"])
        {
            var answer = await open.RegisterAsync(Metadata(("logo_uri", open.Peer.At(path).ToString())));
            Assert.Equal(HttpStatusCode.Created, answer.Status);
            Assert.Null(
                (await open.Server.OpenBrowser().GetAsync(open.AsParty(answer).AuthorizeUrl())).Document.QuerySelector("img.app-logo"));
        }
    }
}
