using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using Sso.Data.Logout;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>The pages that say which applications know of a sign-out, and those before an application that nobody verified.</summary>
public sealed class SignOutStatesTests
{
    /// <summary>A transparent pixel is enough of a picture.</summary>
    private const string Pixel =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

    [Fact]
    [Spec("U02")]
    [Spec("U58")]
    public async Task Nothing_is_found_by_axe_and_by_our_own_checks_in_either_language()
    {
        var flaws = await Task.WhenAll(((string[])["it", "en"]).Select(language => Task.Run(() => WalkAsync(language))));
        Assert.True(flaws.All(found => found.Count == 0), string.Join('\n', flaws.SelectMany(found => found)));
    }

    private static async Task<IReadOnlyCollection<string>> WalkAsync(string language)
    {
        await using var peer = await Peer.StartAsync();
        peer.Paths["/frame"] = http => http.Response.WriteAsync("");
        await using var server = new SsoServer { Url = $"http://localhost:{FreePorts.Take()}" };
        await server.InitializeAsync();
        var gallery = new Gallery(language);
        await using var context = await Chromium.OpenAsync(new() { Locale = language, ReducedMotion = ReducedMotion.Reduce });
        var page = await context.NewPageAsync();
        var unknown = await server.RegisterAsync(
            "Bottega", client => (client.IsUnverified, client.ConsentRequired, client.Logo) = (true, true, Pixel));
        var shop = await server.RegisterAsync("shop", client =>
        {
            (client.Name, client.InitiateLoginUri) = ("Negozio", "https://shop.example/start");
            (client.RedirectUris, client.PostLogoutRedirectUris) = ([peer.At("/callback").ToString()], [peer.At("/gone").ToString()]);
            (client.FrontchannelLogoutUri, client.BackchannelLogoutUri) = (peer.At("/frame").ToString(), peer.At("/back").ToString());
        });
        await server.RegisterAsync("mail", client => (client.Name, client.InitiateLoginUri) = ("Webmail", "https://mail.example/start"));

        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await page.GotoAsync(server.Url + unknown.AuthorizeUrl());
        await gallery.LookAsync(page, "signin-unverified");
        await SignInAsync(page, server, ada);
        await page.ArriveAsync(at => at.AbsolutePath == "/consent");
        await gallery.LookAsync(page, "consent-unverified");

        peer.Paths["/callback"] = http => http.Response.WriteAsync("back");
        await page.GotoAsync(server.Url + shop.AuthorizeUrl());
        await page.ArriveAsync(at => at.AbsolutePath == "/callback");
        var tokens = await shop.RedeemAsync(QueryHelpers.ParseQuery(new Uri(page.Url).Query)["code"]);
        await page.GotoAsync(server.Url + "/account/apps");
        await gallery.LookAsync(page, "apps-openable");
        // Without its script the page does not go on by itself, and can be looked at.
        await context.RouteAsync("**/js/site*", route => route.AbortAsync());
        await page.GotoAsync(QueryHelpers.AddQueryString(
            server.Url + "/connect/logout", new Dictionary<string, string?>
            {
                ["id_token_hint"] = tokens.Text("id_token"),
                ["post_logout_redirect_uri"] = peer.At("/gone").ToString(),
            }));
        await page.WaitForSelectorAsync("a[data-continue]");
        await gallery.LookAsync(page, "signedout-going-on");
        await context.UnrouteAllAsync();

        await AddOutcomesAsync(server, ada, shop.Id);
        await server.PassAsync(TimeSpan.FromMinutes(1));
        await page.GotoAsync(server.Url + "/account/sessions");
        await SignInAsync(page, server, ada);
        await page.ArriveAsync(at => at.AbsolutePath == "/account/sessions");
        await gallery.LookAsync(page, "sessions-told");
        return gallery.Flaws;
    }

    private static async Task SignInAsync(IPage page, SsoServer server, Customer customer)
    {
        await page.FillAsync("[name='Input.UserName']", customer.UserName);
        await page.FillAsync("[name='Input.Password']", SsoServer.Password);
        await page.ClickAsync("main button.primary");
        await page.WaitForSelectorAsync("[name='Input.Code']");
        await page.FillAsync("[name='Input.Code']", await server.AppCodeAsync(customer.Id));
        await page.ClickAsync("main button.primary");
    }

    private static async Task AddOutcomesAsync(SsoServer server, Customer customer, string clientId)
    {
        await using var database = server.OpenDatabase();
        var now = server.Clock.GetUtcNow();
        database.LogoutNotices.AddRange(
            new[] { LogoutNoticeStatus.Told, LogoutNoticeStatus.GivenUp, LogoutNoticeStatus.Waiting }.Select(status => new LogoutNotice
            {
                SessionId = Guid.CreateVersion7(now),
                ClientId = clientId,
                PersonId = customer.Id,
                CreatedAt = now,
                Status = status,
                NextAttemptAt = now.AddDays(1),
                GivenUpAt = now.AddDays(1),
                DoneAt = status == LogoutNoticeStatus.Waiting ? null : now,
            }));
        await database.SaveChangesAsync();
        Assert.True(await database.LogoutNotices.CountAsync() >= 3);
    }
}
