using System.Net;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Secrets;
using Sso.Server.Authorization;
using Sso.Server.Token;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Token;

/// <summary>
/// Whatever we hand out, brought to every place where something of ours is taken: only the intended cell passes (RFC 8725 §3.11).
/// </summary>
[Spec("A28")]
[Spec("S107")]
public sealed class TokenKindsTests(SsoServer server) : IClassFixture<SsoServer>
{
    private static readonly string[] Kinds =
        [
            "access token", "ID token", "refresh token", "code", "session cookie",
            "browser cookie", "flow handle", "reset link", "notice link", "antiforgery value",
        ];

    [Fact]
    public async Task No_kind_is_taken_in_the_place_of_another()
    {
        foreach (var kind in Kinds)
        {
            foreach (var place in Places())
            {
                await server.ForgetAttemptsAsync();
                var values = await HandOutAsync();
                var taken = await place.IsTakenAsync(values, values.Of[kind]);
                Assert.True(taken == (kind == place.Kind), $"{kind} at {place.Name} was {(taken ? "taken" : "refused")}");
            }
        }
    }

    private sealed record Place(string Name, string Kind, Func<HandedOut, string, Task<bool>> IsTakenAsync);

    private sealed record HandedOut(RelyingParty Shop, Browser Browser, IReadOnlyDictionary<string, string> Of);

    private IEnumerable<Place> Places() =>
    [
        new("userinfo", "access token", async (given, value) => (await given.Shop.UserInfoAsync(value)).Status == HttpStatusCode.OK),
        new("the code grant", "code", async (given, value) => (await given.Shop.RedeemAsync(value)).Status == HttpStatusCode.OK),
        new(
            "the refresh grant", "refresh token",
            async (given, value) => (await given.Shop.RefreshAsync(value)).Status == HttpStatusCode.OK),
        new(
            "the session cookie", "session cookie",
            async (_, value) => (await WithCookieAsync("session", value, "/account")).Path == "/account"),
        new(
            "a step of a flow",
            "flow handle",
            async (given, value) =>
                (await given.Browser.GetAsync("/connect/authorize/continue?flow=" + Uri.EscapeDataString(value))).Path != "/error"),
        new(
            "a new password",
            "reset link",
            async (given, value) =>
                (await given.Browser.GetAsync("/password/reset?link=" + Uri.EscapeDataString(value))).Document.QuerySelector(
                    "input[type=password]") is not null),
        new("it was not me", "notice link", async (given, value) => (await given.Browser.GetAsync("/not-me?link=" + Uri.EscapeDataString(value))).Document.QuerySelector("main form") is not null),
        new(
            "the hint of a sign-out",
            "ID token",
            async (given, value) =>
                (await given.Browser.GetAsync("/connect/logout?id_token_hint=" + Uri.EscapeDataString(value))).Path == "/signedout"),
    ];

    private async Task<HandedOut> HandOutAsync()
    {
        var shop = await server.RegisterAsync("shop");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada, ("scope", "openid offline_access"))).Code);
        var code = (await browser.GetAsync(shop.AuthorizeUrl())).Code!;
        var flow = (await browser.GetAsync(shop.AuthorizeUrl(("prompt", "login")))).Parameter("flow")!;
        var antiforgery = (await browser.GetAsync("/signout")).Document.QuerySelector("[name=__RequestVerificationToken]")!
            .GetAttribute("value")!;
        await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", ada.UserName));
        var reset = Secret(await ada.MailsAsync(), "/password/reset?link=");
        return new(shop, browser, new Dictionary<string, string>
        {
            ["access token"] = tokens.AccessToken!,
            ["ID token"] = tokens.Text("id_token")!,
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

    private async Task<Page> WithCookieAsync(string name, string value, string url)
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
            (server.App.Services.GetRequiredService<Sealer>(), server.App.Services.GetRequiredService<RefreshTokens>());

        // Everything public is right: the grant's id, the session's id, the client, the verifier. The secrets of the rows are guessed.
        Assert.Equal(
            "invalid_grant",
            (await shop.RefreshAsync(refreshTokens.Seal(Guid.CreateVersion7(server.Clock.GetUtcNow()), new byte[16], 0))).Error);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(refreshTokens.Seal(grant.Id, new byte[16], grant.Generation))).Error);
        Assert.Equal(
            "invalid_grant", (await shop.RedeemAsync(ForgedCode(sealer, shop, Guid.CreateVersion7(server.Clock.GetUtcNow())))).Error);
        Assert.Equal("invalid_grant", (await shop.RedeemAsync(ForgedCode(sealer, shop, session.Id))).Error);
        Assert.Equal(
            "/signin",
            (await WithCookieAsync("session", sealer.Seal("session", session.Id.ToByteArray(), TimeSpan.FromHours(1)), "/account")).Path);
        // And it did not cost the owner anything.
        Assert.Equal(HttpStatusCode.OK, (await shop.RefreshAsync(tokens.RefreshToken)).Status);
    }

    /// <summary>
    /// A code as <see cref="AuthorizationCodes"/> makes it, by somebody who has the sealing key and not the session's secret.
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
