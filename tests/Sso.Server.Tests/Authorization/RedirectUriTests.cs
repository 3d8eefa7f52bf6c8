using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Server.Tests.Registration;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Authorization;

/// <summary>At every entrance a redirect URI equals a registered one to the letter, and what is gone back to is what was stored.</summary>
[Spec("S88")]
[Spec("A22")]
[OneDatabase]
public sealed class RedirectUriTests(OpenRegistration open) : IClassFixture<OpenRegistration>
{
    private const string Registered = "https://shop.example/callback";

    /// <summary>An address that parsers like to tidy up.</summary>
    private const string Odd = "https://Shop.example:443/a/../Call%62ack/%2F?x=%7e&y=a+b";

    private static readonly ClientKey Key = new("PS256", "k1");

    private static readonly string[] Others =
    [
        "https://shop.example/callback/", "https://shop.example/callback/x", "https://shop.example/callback?x=1",
        "https://shop.example/callback?", "https://shop.example/callback#x", "https://shop.example/callback#",
        "https://shop.example/Callback", "https://shop.example/callbac", "HTTPS://shop.example/callback",
        "https://SHOP.example/callback", "https://shop.example./callback", "https://shop.example:443/callback",
        "https://shop.example:8443/callback", "http://shop.example/callback", "https://anna@shop.example/callback",
        "https://shop.example@evil.example/callback", "https://a@shop.example@evil.example/callback",
        "https://evil.example\\@shop.example/callback", "https://shop.example\\@evil.example/callback",
        "https://shop.example/%2e%2e/callback", "https://shop.example/x/../callback", "https://shop.example/..;/callback",
        "https://shop.example/callback/..;/", "https://shop.example//callback", "https://shop.example/./callback",
        "https://shop.example/%63allback", "https://shop.example/callback%00",
        "https://shop.example/callback%0d%0aSet-Cookie:%20a=b", "https://xn--shp-vmc.example/callback",
        "https://sh\u043ep.example/callback", "https://shop.example.evil.example/callback",
        "https://evil.example/https://shop.example/callback", "https://*.example/callback", "https://shop.example/*",
        "//shop.example/callback", "/callback", "https:/shop.example/callback", "https:shop.example/callback",
        " https://shop.example/callback", "https://shop.example/callback ", "https://shop.example/\tcallback",
        "https://shop.example/callback\r\n", "javascript:alert(1)", "data:text/html,x", " ",
    ];

    private static readonly string[] OtherLoopbacks =
    [
        "http://localhost/callback", "http://localhost:4711/callback", "http://127.0.0.2/callback", "http://127.1/callback",
        "http://2130706433/callback", "http://0x7f.0.0.1/callback", "http://0.0.0.0/callback", "http://[::1]/callback",
        "http://[::ffff:127.0.0.1]/callback", "https://127.0.0.1/callback", "http://127.0.0.1.evil.example/callback",
        "http://127.0.0.1:80@evil.example/callback", "http://127.0.0.1:/callback", "http://127.0.0.1:x/callback",
        "http://127.0.0.1:123456/callback", "http://127.0.0.1:-1/callback", "http://127.0.0.1:80/callback/",
        "http://127.0.0.1:80/Callback", "http://127.0.0.1:80/callback?x=1", "http://127.0.0.1:80\\@evil.example/callback",
        "http://a@127.0.0.1:80/callback", "http://127.0.0.1:8080:80/callback",
    ];

    private SsoServer Server => open.Server;

    [Fact]
    public async Task In_a_request_every_other_one_ends_on_a_page_of_ours()
    {
        var shop = await Server.RegisterAsync("shop");
        await StaysAsync(Others, other => shop.AuthorizeUrl(("redirect_uri", other)));
        await StaysAsync(Others, other => shop.AuthorizeUrl() + "&redirect_uri=" + Uri.EscapeDataString(other));
        await StaysAsync([Registered], same => shop.AuthorizeUrl() + "&redirect_uri=" + Uri.EscapeDataString(same));
    }

    [Fact]
    public async Task In_a_signed_request_by_value_and_pushed_as_well()
    {
        var shop = await Server.RegisterAsync("shop", Key);
        await StaysAsync(Others, other => $"/connect/authorize?client_id={shop.Id}&request={Signed(shop, other)}");
        // Beside the object only the object counts.
        var right = Uri.EscapeDataString(Registered);
        await StaysAsync(Others, other => $"/connect/authorize?client_id={shop.Id}&redirect_uri={right}&request={Signed(shop, other)}");
        foreach (var other in Others)
        {
            Assert.NotEqual(HttpStatusCode.Created, (await shop.PostAsync("/connect/par", ("request", Signed(shop, other)))).Status);
        }

        Assert.Equal(HttpStatusCode.Created, (await shop.PostAsync("/connect/par", ("request", Signed(shop, Registered)))).Status);
    }

    [Fact]
    public async Task In_a_pushed_request_it_is_refused_before_there_is_a_handle()
    {
        var shop = await Server.RegisterAsync("shop");
        foreach (var other in Others)
        {
            var answer = await shop.PushAsync(("redirect_uri", other));
            Assert.Equal((other, HttpStatusCode.BadRequest, (string?)null), (other, answer.Status, answer.Text("request_uri")));
        }
    }

    [Fact]
    public async Task For_a_client_that_a_document_describes_as_well()
    {
        var path = $"/{Guid.CreateVersion7():N}.json";
        var id = open.Peer.At(path).ToString();
        var document = OpenRegistration.Metadata(
            ("client_id", id), ("token_endpoint_auth_method", "none"), ("redirect_uris", new JsonArray(Registered))).ToJsonString();
        open.Peer.Publish(path, () => document);
        var shop = new RelyingParty(
            Server,
            new ClientRegistration
            {
                Id = id,
                Name = "",
                AuthenticationMethod = ClientAuthenticationMethod.None,
                CreatedAt = default,
                RedirectUris = [Registered],
            },
            secret: null);
        Assert.Equal("/signin", (await Server.OpenBrowser().GetAsync(shop.AuthorizeUrl())).Path);
        await StaysAsync(Others, other => shop.AuthorizeUrl(("redirect_uri", other)));
    }

    [Fact]
    [Spec("RFC 8252", "7.3")]
    public async Task Of_a_native_client_only_the_port_of_the_loopback_address_is_free()
    {
        var native = await LoopbackAsync(ClientAuthenticationMethod.None);
        var web = await LoopbackAsync(ClientAuthenticationMethod.ClientSecretBasic);
        await StaysAsync(OtherLoopbacks, other => native.AuthorizeUrl(("redirect_uri", other)));
        const string Free = "http://127.0.0.1:4711/callback";
        Assert.Equal("/signin", (await Server.OpenBrowser().GetAsync(native.AuthorizeUrl(("redirect_uri", Free)))).Path);
        await StaysAsync([Free], other => web.AuthorizeUrl(("redirect_uri", other)));

        Task<RelyingParty> LoopbackAsync(ClientAuthenticationMethod method) => Server.RegisterAsync("app", client =>
            (client.AuthenticationMethod, client.RedirectUris) = (method, ["http://127.0.0.1/callback"]));
    }

    [Fact]
    [Spec("S62")]
    public async Task After_a_sign_out_every_other_one_ends_on_a_page_of_ours()
    {
        var shop = await Server.RegisterAsync("shop", client => client.PostLogoutRedirectUris = [Registered]);
        var (browser, ada) = (Server.OpenBrowser(), await (await Server.AddPersonAsync("ada")).WithAppAsync());
        var hint = (await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code)).Text("id_token")!;
        await StaysAsync(Others, other => Url(other), browser);
        Assert.Equal("/account", (await browser.GetAsync("/account")).Path);
        Assert.Equal(Registered, (await browser.GetAsync(Url(Registered))).Url.ToString());

        string Url(string back) => QueryHelpers.AddQueryString(
            "/connect/logout", new Dictionary<string, string?> { ["id_token_hint"] = hint, ["post_logout_redirect_uri"] = back });
    }

    [Fact]
    public async Task At_the_token_endpoint_another_one_than_in_the_request_burns_the_code()
    {
        var shop = await Server.RegisterAsync("shop");
        var (browser, ada) = (Server.OpenBrowser(), await (await Server.AddPersonAsync("ada")).WithAppAsync());
        await shop.SignInAsync(browser, ada);
        foreach (var other in Others)
        {
            var code = (await browser.GetAsync(shop.AuthorizeUrl())).Code;
            Assert.Equal((other, "invalid_grant"), (other, (await shop.RedeemAsync(code, ("redirect_uri", other))).Error));
            Assert.Equal("invalid_grant", (await shop.RedeemAsync(code)).Error);
        }
    }

    [Fact]
    public async Task The_browser_is_sent_to_the_very_characters_that_were_stored()
    {
        var shop = await Server.RegisterAsync(
            "shop", Key, client => (client.RedirectUris, client.PostLogoutRedirectUris) = ([Odd], [Odd]));
        var (browser, ada) = (Server.OpenBrowser(), await (await Server.AddPersonAsync("ada")).WithAppAsync());
        var sent = new List<string>();
        // As it was sent: what the client parses it tidies up.
        browser.Watch = (answer, _) => sent.AddRange(
            answer.Headers.NonValidated.TryGetValues("Location", out var location) ? location : (IEnumerable<string>)[]);
        var hint = (await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code)).Text("id_token")!;
        var pushed = (await shop.PushAsync()).Text("request_uri")!;
        foreach (var url in (string[])
            [
                shop.AuthorizeUrl(),
                shop.AuthorizeUrl(("scope", "nothing")),
                $"/connect/authorize?client_id={shop.Id}&request={Signed(shop, Odd)}",
                $"/connect/authorize?client_id={shop.Id}&request_uri={Uri.EscapeDataString(pushed)}",
                $"/connect/logout?id_token_hint={hint}&post_logout_redirect_uri={Uri.EscapeDataString(Odd)}",
            ])
        {
            sent.Clear();
            Assert.True((await browser.GetAsync(url)).LeftSso, url);
            Assert.StartsWith(Odd, Assert.Single(sent), StringComparison.Ordinal);
        }
    }

    private async Task StaysAsync(IEnumerable<string> others, Func<string, string> url, Browser? browser = null)
    {
        browser ??= Server.OpenBrowser();
        foreach (var other in others)
        {
            var page = await browser.GetAsync(url(other));
            Assert.Equal((other, "/error", false), (other, page.Path, page.LeftSso));
        }
    }

    private string Signed(RelyingParty shop, string redirectUri)
    {
        var now = Server.Clock.GetUtcNow().ToUnixTimeSeconds();
        return Key.Sign(
            new JsonObject
            {
                ["iss"] = shop.Id,
                ["aud"] = SsoServer.Issuer,
                ["client_id"] = shop.Id,
                ["iat"] = now,
                ["nbf"] = now,
                ["exp"] = now + 300,
                ["redirect_uri"] = redirectUri,
                ["response_type"] = "code",
                ["scope"] = "openid",
                ["state"] = "state-1",
                ["nonce"] = "nonce-1",
                ["code_challenge"] = shop.Challenge,
                ["code_challenge_method"] = "S256",
            },
            new JsonObject { ["typ"] = "oauth-authz-req+jwt" });
    }
}
