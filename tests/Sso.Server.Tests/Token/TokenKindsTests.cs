using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Secrets;
using Sso.Protocol;
using Sso.Protocol.Tokens;
using Sso.Server.Authorization;
using Sso.Server.Issuance;
using Sso.Server.Keys;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Token;

/// <summary>
/// Whatever we hand out, brought to every place where something of ours is taken: only the intended cell passes (RFC 8725 §3.11).
/// </summary>
[OneDatabase]
[Spec("A28")]
[Spec("S107")]
public sealed class TokenKindsTests(SsoServer server) : IClassFixture<SsoServer>
{
    private static readonly string[] Kinds =
    [
        "access token", "ID token", "logout token", "answer in a token", "refresh token", "code", "device code", "auth_req_id",
        "request_uri", "session cookie", "browser cookie", "flow handle", "reset link", "notice link", "antiforgery value",
    ];

    public static TheoryData<string> PlaceNames => [.. Places().Select(place => place.Name)];

    [Theory]
    [Spec("S104")]
    [MemberData(nameof(PlaceNames))]
    public async Task No_kind_is_taken_in_the_place_of_another(string name)
    {
        await server.ForgetAttemptsAsync();
        var place = Places().Single(place => place.Name == name);
        var values = await HandOutAsync();
        foreach (var kind in Kinds.Except(place.Kinds))
        {
            Assert.False(await place.IsTakenAsync(values, values.Of[kind]), $"{kind} was taken");
            await server.ForgetAttemptsAsync();
        }

        foreach (var kind in place.Kinds)
        {
            values = await HandOutAsync();
            Assert.True(await place.IsTakenAsync(values, values.Of[kind]), $"{kind} was refused");
        }
    }

    private sealed record Place(string Name, string[] Kinds, Func<HandedOut, string, Task<bool>> IsTakenAsync);

    private sealed record HandedOut(SsoServer Server, RelyingParty Shop, Browser Browser, IReadOnlyDictionary<string, string> Of)
    {
        public Task<Page> OpenAsync(string url, string value) => Browser.GetAsync(url + Uri.EscapeDataString(value));

        public async Task<bool> HasFormAsync(string url, string value) =>
            (await OpenAsync(url, value)).Document.QuerySelector("main form") is not null;
    }

    private static IEnumerable<Place> Places() =>
    [
        new("userinfo", ["access token"], async (given, value) => (await given.Shop.UserInfoAsync(value)).Status == HttpStatusCode.OK),
        new("introspection", ["access token", "refresh token"], async (given, value) =>
            (await given.Shop.IntrospectAsync(value)).Body.GetProperty("active").GetBoolean()),
        new("revocation", ["access token", "refresh token"], async (given, value) =>
        {
            await given.Shop.RevokeAsync(value);
            return (await given.Shop.UserInfoAsync(given.Of["access token"])).Status != HttpStatusCode.OK;
        }),
        new("the code grant", ["code"], async (given, value) => (await given.Shop.RedeemAsync(value)).Status == HttpStatusCode.OK),
        new("the refresh grant", ["refresh token"], async (given, value) =>
            (await given.Shop.RefreshAsync(value)).Status == HttpStatusCode.OK),
        new("the device grant", ["device code"], async (given, value) =>
            (await given.Shop.TokenAsync(("grant_type", GrantTypes.DeviceCode), ("device_code", value))).Error == "authorization_pending"),
        new("the CIBA grant", ["auth_req_id"], async (given, value) =>
            (await given.Shop.TokenAsync(("grant_type", GrantTypes.Ciba), ("auth_req_id", value))).Error == "authorization_pending"),
        new("the subject of an exchange", ["access token"], async (given, value) =>
            (await given.Shop.ExchangeAsync(value)).Status == HttpStatusCode.OK),
        new("a pushed request", ["request_uri"], async (given, value) =>
            (await given.OpenAsync($"/connect/authorize?client_id={given.Shop.Id}&request_uri=", value)).Code is not null),
        new("the hint of a request", ["ID token"], async (given, value) =>
            (await given.Browser.GetAsync(given.Shop.AuthorizeUrl(("prompt", "none"), ("id_token_hint", value)))).Code is not null),
        new("the hint of a question", ["ID token"], async (given, value) =>
            (await given.Shop.AskPersonAsync(null, ("id_token_hint", value))).Status == HttpStatusCode.OK),
        new("the session cookie", ["session cookie"], async (given, value) =>
            (await WithCookieAsync(given.Server, "session", value, "/account")).Path == "/account"),
        new("a step of a flow", ["flow handle"], async (given, value) =>
            (await given.OpenAsync("/connect/authorize/continue?flow=", value)).Path != "/error"),
        new("a new password", ["reset link"], async (given, value) =>
            (await given.OpenAsync("/password/reset?link=", value)).Document.QuerySelector("input[type=password]") is not null),
        new("it was not me", ["notice link"], (given, value) => given.HasFormAsync("/not-me?link=", value)),
        new("a new address", [], (given, value) => given.HasFormAsync("/email/confirm?link=", value)),
        new("an undo", [], (given, value) => given.HasFormAsync("/undo?link=", value)),
        new("the way back", [], (given, value) => given.HasFormAsync("/signin/recover?link=", value)),
        new("a called-off deletion", [], (given, value) => given.HasFormAsync("/account/keep?link=", value)),
        new("the hint of a sign-out", ["ID token"], async (given, value) =>
            (await given.OpenAsync("/connect/logout?id_token_hint=", value)).Path == "/signedout"),
    ];

    private async Task<HandedOut> HandOutAsync()
    {
        var (shop, ada) = (await ShopAsync(), await (await server.AddPersonAsync("ada")).WithAppAsync());
        var browser = server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid offline_access called"))).Code);
        var answer = (await browser.GetAsync(shop.AuthorizeUrl(("response_mode", "jwt")))).Parameter("response")!;
        var code = (await browser.GetAsync(shop.AuthorizeUrl())).Code!;
        var flow = (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "login")))).Parameter("flow")!;
        var antiforgery = (await browser.GetAsync("/signout")).Document.QuerySelector("[name=__RequestVerificationToken]")!
            .GetAttribute("value")!;
        await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", ada.UserName));
        var reset = Secret(await ada.MailsAsync(), "/password/reset?link=");
        return new(server, shop, browser, new Dictionary<string, string>
        {
            ["access token"] = tokens.AccessToken!,
            ["ID token"] = tokens.Text("id_token")!,
            ["logout token"] = LogoutTokenFor(shop, tokens),
            ["answer in a token"] = answer,
            ["device code"] = (await shop.AskDeviceAsync()).Text("device_code")!,
            ["auth_req_id"] = (await shop.AskPersonAsync(ada.UserName)).Text("auth_req_id")!,
            ["request_uri"] = (await shop.PushAsync()).Text("request_uri")!,
            ["refresh token"] = tokens.RefreshToken!,
            ["code"] = code,
            ["session cookie"] = browser.Cookie("__Host-sso-session")!,
            ["browser cookie"] = browser.Cookie("__Host-sso-browser")!,
            ["flow handle"] = flow,
            ["reset link"] = reset,
            ["notice link"] = await NoticeAsync(ada),
            ["antiforgery value"] = antiforgery,
        });
    }

    /// <summary>A client that may use every grant, and is the API of a resource itself.</summary>
    private async Task<RelyingParty> ShopAsync()
    {
        const string Resource = "https://api.example/called";
        var shop = await server.RegisterAsync("shop", client =>
        {
            client.GrantTypes = [.. GrantTypes.All];
            client.Scopes = [.. client.Scopes, "called"];
            client.ExchangeTargets = [Resource];
        });
        await using var database = server.OpenDatabase();
        await database.Resources.ExecuteDeleteAsync();
        await server.AddResourceAsync(Resource, shop.Id, "called");
        return shop;
    }

    /// <summary>As it would be told, signed by the server, with the subject and the session of the ID token.</summary>
    private string LogoutTokenFor(RelyingParty shop, TokenAnswer tokens) => LogoutToken.Write(
        SsoServer.Issuer, shop.Id, tokens.IdToken.Subject, tokens.IdToken.GetClaim("sid").Value,
        server.App.Services.GetRequiredService<SigningKeyRing>().Find("RS256"), server.Clock.GetUtcNow());

    private async Task<string> NoticeAsync(Customer ada)
    {
        var secret = Data.People.MailedLink.NewSecret();
        await using var database = server.OpenDatabase();
        var now = server.Clock.GetUtcNow();
        database.MailedLinks.Add(new()
        {
            Hash = Data.People.MailedLink.HashOf(secret),
            PersonId = ada.Id,
            Purpose = Data.People.MailedLinkPurpose.NotMe,
            CreatedAt = now,
            ExpiresAt = now.AddHours(1),
        });
        await database.SaveChangesAsync();
        return secret;
    }

    private static string Secret(IEnumerable<Delivery.Mail.MailMessage> mails, string before)
    {
        var text = mails.First(mail => mail.Text.Contains(before, StringComparison.Ordinal)).Text;
        return text[(text.IndexOf(before, StringComparison.Ordinal) + before.Length)..].Split('\n', '\r', ' ')[0];
    }

    private static async Task<Page> WithCookieAsync(SsoServer server, string name, string value, string url)
    {
        var browser = server.OpenBrowser();
        browser.Headers.Add(("Cookie", $"__Host-sso-{name}={Uri.EscapeDataString(value)}"));
        return await browser.GetAsync(url);
    }

    [Fact]
    [Spec("A34")]
    public async Task An_envelope_forged_with_our_own_keys_signs_nobody_in_without_a_row_that_agrees()
    {
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid offline_access"))).Code);
        await using var database = server.OpenDatabase();
        var session = await database.Sessions.AsNoTracking().SingleAsync(row => row.PersonId == ada.Id);
        var grant = await database.Grants.AsNoTracking().SingleAsync(row => row.PersonId == ada.Id);
        var (sealer, refreshTokens) =
            (server.App.Services.GetRequiredService<Sealer>(), server.App.Services.GetRequiredService<RefreshTokenSealer>());

        // Everything public is right: the grant's id, the session's id, the client, the verifier. The secrets of the rows are guessed.
        Assert.Equal(
            "invalid_grant",
            (await shop.RefreshAsync(refreshTokens.Seal(new(Guid.CreateVersion7(server.Clock.GetUtcNow()), new byte[16], 0)))).Error);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(refreshTokens.Seal(new(grant.Id, new byte[16], grant.Generation)))).Error);
        Assert.Equal(
            "invalid_grant", (await shop.RedeemAsync(ForgedCode(sealer, shop, Guid.CreateVersion7(server.Clock.GetUtcNow())))).Error);
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(ForgedCode(sealer, shop, session.Id))).Error);
        Assert.Equal(
            "/signin",
            (await WithCookieAsync(
                server, "session", sealer.Seal("session", session.Id.ToByteArray(), TimeSpan.FromHours(1)), "/account")).Path);
        // And it did not cost the owner anything.
        Assert.Equal(HttpStatusCode.OK, (await shop.RefreshAsync(tokens.RefreshToken)).Status);
    }

    /// <summary>
    /// A code as <see cref="AuthorizationCodeSealer"/> makes it, by somebody who has the sealing key and not the session's secret.
    /// </summary>
    private string ForgedCode(Sealer sealer, RelyingParty shop, Guid sessionId)
    {
        var now = BitConverter.GetBytes(
            System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(server.Clock.GetUtcNow().ToUnixTimeMilliseconds()));
        byte[] plain =
        [
            .. new byte[16], .. now, .. sessionId.ToByteArray(bigEndian: true), .. new byte[16], .. new byte[16], .. now,
            .. Encoding.UTF8.GetBytes(shop.AuthorizeUrl(("state", null)).Split('?')[1]),
        ];
        return sealer.Seal("authorization code", plain, TimeSpan.FromSeconds(60));
    }
}
