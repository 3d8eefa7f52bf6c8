using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Plain;
using Sso.Protocol.Clients;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>Each of our extensions does its work in an OpenIddict server that has nothing else of Sso.</summary>
[OneDatabase]
public sealed class PlainExtensionsTests : IAsyncLifetime
{
    private PlainSide _plain = null!;

    public async ValueTask InitializeAsync() => _plain = await PlainSide.StartAsync(options => options.AddSsoExtensions());

    public ValueTask DisposeAsync() => _plain.DisposeAsync();

    [Theory]
    [InlineData("backchannel_logout_supported", "true")]
    [InlineData("backchannel_logout_session_supported", "true")]
    [InlineData("frontchannel_logout_supported", "true")]
    [InlineData("frontchannel_logout_session_supported", "true")]
    [InlineData("authorization_details_types_supported", "[\"payment\"]")]
    [InlineData("backchannel_authentication_endpoint", "\"https://plain.test/connect/ciba\"")]
    [InlineData("backchannel_token_delivery_modes_supported", "[\"poll\"]")]
    [InlineData("registration_endpoint", "\"https://plain.test/connect/register\"")]
    [InlineData("check_session_iframe", "\"https://plain.test/connect/checksession\"")]
    [Spec("RFC 8414", "2")]
    public async Task The_metadata_tell_of_it(string member, string value)
    {
        using var http = _plain.Provider.Connect();
        var metadata = JsonNode.Parse(await http.GetStringAsync("/.well-known/openid-configuration"))!;

        Assert.Equal(value, metadata[member]?.ToJsonString());
    }

    [Fact]
    [Spec("Back-Channel Logout", "2.4")]
    public async Task An_application_hears_from_server_to_server_that_a_session_is_over()
    {
        await using var peer = await Peer.StartAsync();
        peer.Paths["/over"] = http => http.Response.CompleteAsync();
        var shop = await _plain.RegisterAsync(client => client.BackchannelLogoutUri = peer.At("/over").ToString());
        var tokens = await _plain.TokensAsync(shop);

        await SignOutAsync(tokens);

        var told = new JsonWebToken(QueryHelpers.ParseQuery(Assert.Single(peer.Requests).Body)["logout_token"]);
        Assert.Equal(("logout+jwt", shop.Id, PlainHost.Person), (told.Typ, told.Audiences.Single(), told.Subject));
        Assert.Equal((tokens.IdToken.Issuer, tokens.IdToken.GetClaim("sid").Value), (told.Issuer, told.GetClaim("sid").Value));
    }

    [Fact]
    [Spec("Front-Channel Logout", "3")]
    public async Task An_application_is_loaded_in_a_frame_with_issuer_and_session()
    {
        var shop = await _plain.RegisterAsync(client => client.FrontchannelLogoutUri = "https://shop.example/frame?kind=1");
        var tokens = await _plain.TokensAsync(shop);

        var page = await SignOutAsync(tokens);

        Assert.Equal(
            $"<iframe src=\"https://shop.example/frame?kind=1&amp;iss={Uri.EscapeDataString(tokens.IdToken.Issuer)}"
                + $"&amp;sid={PlainHost.Session}\"></iframe>",
            page);
    }

    [Fact]
    [Spec("Session Management", "3.2")]
    public async Task An_application_watches_the_session_through_a_frame()
    {
        var shop = await _plain.RegisterAsync();
        var browser = _plain.OpenBrowser();

        var state = (await browser.GetAsync(shop.AuthorizeUrl())).Parameter("session_state")!.Split('.');
        var frame = await browser.GetAsync("/connect/checksession");

        Assert.Equal(state[0], Hash($"{shop.Id} https://shop.example {browser.Cookie("plain-state")} {state[1]}"));
        Assert.Contains("\"plain-state=\"", frame.Text, StringComparison.Ordinal);
        Assert.Contains(Hash("https://shop.example")[..16], frame.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Spec("RFC 9396", "9")]
    public async Task Access_that_is_asked_for_in_detail_is_in_the_answer_in_every_token_and_at_introspection(bool isPushed)
    {
        const string Asked = """[{"type":"payment","amount":"10.00"}]""";
        var shop = await _plain.RegisterAsync();
        (string, string?)[] request = [("scope", "openid offline_access"), ("authorization_details", Asked)];
        var url = isPushed
            ? $"/connect/authorize?client_id={shop.Id}"
                + $"&request_uri={Uri.EscapeDataString((await shop.PushAsync(request)).Text("request_uri")!)}"
            : shop.AuthorizeUrl(request);

        var first = await shop.RedeemAsync((await _plain.OpenBrowser().GetAsync(url)).Code);
        var later = await shop.RefreshAsync(first.RefreshToken);

        foreach (var tokens in (TokenAnswer[])[first, later])
        {
            Assert.Equal(Asked, Compact(tokens.Body.GetProperty("authorization_details")));
            Assert.Equal(Asked, Compact(new JsonWebToken(tokens.AccessToken).GetPayloadValue<JsonElement>("authorization_details")));
            Assert.Equal(Asked, Compact((await shop.IntrospectAsync(tokens.AccessToken)).Body.GetProperty("authorization_details")));
        }
    }

    [Theory]
    [InlineData("""[{"type":"payment"}]""")]
    [InlineData("""[{"type":"account"}]""")]
    [Spec("RFC 9396", "5")]
    public async Task Details_that_are_of_no_known_type_or_not_as_it_says_are_refused(string asked)
    {
        var shop = await _plain.RegisterAsync();
        var code = (await _plain.SignInAsync(shop)).Code;

        Assert.Equal("invalid_authorization_details", (await _plain.SignInAsync(shop, ("authorization_details", asked))).Error);
        Assert.Equal("invalid_authorization_details", (await shop.PushAsync(("authorization_details", asked))).Error);
        Assert.Equal("invalid_authorization_details", (await shop.RedeemAsync(code, ("authorization_details", asked))).Error);
    }

    [Fact]
    [Spec("RFC 8628", "3.5")]
    public async Task A_device_that_asks_too_often_is_told_to_slow_down_and_may_then_ask_less_often()
    {
        var shop = await _plain.RegisterAsync();
        var asked = await shop.AskDeviceAsync();

        Assert.Equal("authorization_pending", (await shop.PollAsync(asked)).Error);
        Assert.Equal("slow_down", (await shop.PollAsync(asked)).Error);
        await _plain.PassAsync(TimeSpan.FromSeconds(6));
        Assert.Equal("slow_down", (await shop.PollAsync(asked)).Error);
        await _plain.PassAsync(TimeSpan.FromSeconds(15));
        Assert.Equal("authorization_pending", (await shop.PollAsync(asked)).Error);
    }

    [Fact]
    [Spec("CIBA Core", "7")]
    [Spec("CIBA Core", "10.1")]
    public async Task An_application_asks_for_a_person_who_is_not_before_it()
    {
        var shop = await _plain.RegisterAsync();

        var asked = await shop.AskPersonAsync(PlainHost.Person, ("scope", "openid offline_access"));
        Assert.Equal((600, 5), (asked.Body.GetProperty("expires_in").GetInt32(), asked.Body.GetProperty("interval").GetInt32()));
        Assert.Equal("authorization_pending", (await shop.PollPersonAsync(asked)).Error);
        Assert.Equal("slow_down", (await shop.PollPersonAsync(asked)).Error);
        _plain.Services.GetRequiredService<PlainWaiting>().Approve(asked.Text("auth_req_id")!);
        var tokens = await shop.PollPersonAsync(asked);

        Assert.Equal(PlainHost.Person, tokens.IdToken.Subject);
        Assert.NotNull((await shop.RefreshAsync(tokens.RefreshToken)).AccessToken);
        Assert.Equal("invalid_grant", (await shop.PollPersonAsync(asked)).Error);
    }

    [Fact]
    [Spec("CIBA Core", "13")]
    public async Task Who_may_not_ask_asks_for_nobody_or_does_not_prove_itself_is_told_so()
    {
        var shop = await _plain.RegisterAsync();
        var page = await _plain.RegisterAsync(client => client.AuthenticationMethod = ClientAuthenticationMethod.None);

        Assert.Equal("unknown_user_id", (await shop.AskPersonAsync("nobody")).Error);
        Assert.Equal("invalid_request", (await shop.AskPersonAsync(loginHint: null)).Error);
        Assert.Equal("invalid_request", (await shop.AskPersonAsync(PlainHost.Person, ("request", "x.y.z"))).Error);
        Assert.Equal("unauthorized_client", (await page.AskPersonAsync(PlainHost.Person)).Error);
        using var http = _plain.Provider.Connect();
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["client_id"] = shop.Id,
            ["client_secret"] = "wrong",
            ["scope"] = "openid",
            ["login_hint"] = PlainHost.Person,
        });
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.PostAsync("/connect/ciba", form)).StatusCode);
    }

    [Fact]
    [Spec("RFC 7591", "3")]
    [Spec("RFC 7592", "2")]
    public async Task An_application_registers_reads_changes_and_removes_itself()
    {
        var (created, registered) = await RegisterAsync(
            HttpMethod.Post, "/connect/register", PlainHost.InitialToken, """{"redirect_uris":["https://new.example/back"]}""");
        var (address, token) =
            (registered["registration_client_uri"]!.GetValue<string>(), registered["registration_access_token"]!.GetValue<string>());
        Assert.Equal(
            (HttpStatusCode.Created, $"https://plain.test/connect/register/{registered["client_id"]}"), (created.StatusCode, address));
        var shop = new RelyingParty(
            _plain.Provider,
            new()
            {
                Id = registered["client_id"]!.GetValue<string>(),
                Name = "new",
                CreatedAt = default,
                AuthenticationMethod = ClientAuthenticationMethod.ClientSecretBasic,
            },
            registered["client_secret"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await shop.TokenAsync(("grant_type", "client_credentials"))).Status);

        var (_, read) = await RegisterAsync(HttpMethod.Get, address, token);
        Assert.Equal(("https://new.example/back", null), (read["redirect_uris"]![0]!.GetValue<string>(), read["client_secret"]));
        var (_, changed) = await RegisterAsync(HttpMethod.Put, address, token, """{"redirect_uris":["https://new.example/other"]}""");
        Assert.Equal("https://new.example/other", changed["redirect_uris"]![0]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NoContent, (await RegisterAsync(HttpMethod.Delete, address, token)).Answer.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.TokenAsync(("grant_type", "client_credentials"))).Status);
    }

    [Theory]
    [InlineData("POST", "/connect/register", "guessed", "{}", 401, "invalid_token")]
    [InlineData("GET", "/connect/register/somebody", PlainHost.InitialToken, null, 401, "invalid_token")]
    [InlineData("POST", "/connect/register", PlainHost.InitialToken, "[]", 400, "invalid_client_metadata")]
    [InlineData("POST", "/connect/register", PlainHost.InitialToken, "{}", 400, "invalid_redirect_uri")]
    [InlineData("PUT", "/connect/register", PlainHost.InitialToken, "{}", 405, "invalid_request")]
    [Spec("RFC 7591", "3.2.2")]
    public async Task A_registration_that_is_not_taken_is_told_why(
        string method, string path, string token, string? body, int status, string error)
    {
        var (answer, json) = await RegisterAsync(new(method), path, token, body);

        Assert.Equal((status, error), ((int)answer.StatusCode, json["error"]!.GetValue<string>()));
        Assert.Equal(
            status == 401,
            answer.Headers.WwwAuthenticate.ToString().StartsWith("Bearer error=\"invalid_token\"", StringComparison.Ordinal));
    }

    private async Task<(HttpResponseMessage Answer, JsonNode Json)> RegisterAsync(
        HttpMethod method, string address, string token, string? body = null)
    {
        using var http = _plain.Provider.Connect();
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = new("Bearer", token);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
    }

    private async Task<string> SignOutAsync(TokenAnswer tokens)
    {
        using var http = _plain.Provider.Connect();
        using var answer = await http.GetAsync(QueryHelpers.AddQueryString("/connect/logout", "id_token_hint", tokens.Text("id_token")!));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json);

    private static string Hash(string text) => System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
