using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Plain;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>Each of our extensions does its work in an OpenIddict server that has nothing else of Sso.</summary>
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
            $"<iframe src=\"https://shop.example/frame?kind=1&amp;iss={Uri.EscapeDataString(tokens.IdToken.Issuer)}&amp;sid={PlainHost.Session}\"></iframe>", page);
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
            ? $"/connect/authorize?client_id={shop.Id}&request_uri={Uri.EscapeDataString((await shop.PushAsync(request)).Text("request_uri")!)}"
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
