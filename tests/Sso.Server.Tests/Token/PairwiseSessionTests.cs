using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Data.Clients;
using Sso.Server.Logout;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Token;

/// <summary>Two sectors that compared their sids would know that they speak of one person: so each has its own.</summary>
[Spec("OIDC Core", "8.1")]
[Spec("S110")]
[OneDatabase]
public sealed class PairwiseSessionTests(SsoServerWithPeer fixture) : IClassFixture<SsoServerWithPeer>
{
    private const string Frame = "https://shop.example/frame";
    private readonly SsoServer _server = fixture.Server;
    private readonly Peer _peer = fixture.Peer;
    private readonly string _path = $"/logout-{Guid.CreateVersion7():N}";

    [Fact]
    public async Task One_session_is_one_sid_within_a_sector_and_another_in_every_other()
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        var plain = Sid(await SignedInAsync(browser, ada, sector: null));
        var shop = Sid(await SignedInAsync(browser, ada, "shop.example"));
        var other = Sid(await SignedInAsync(browser, ada, "other.example"));
        Assert.Equal(shop, Sid(await SignedInAsync(browser, ada, "shop.example")));
        Assert.Distinct([plain, shop, other]);
        await using var database = _server.OpenDatabase();
        Assert.Equal(plain, (await database.Sessions.SingleAsync(session => session.PersonId == ada.Id)).Id.ToString("N"));
    }

    [Fact]
    public async Task Nothing_that_the_application_gets_names_the_session_itself()
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var shop = await RegisterAsync("shop.example");
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(_server.OpenBrowser(), ada, ("scope", "openid offline_access"))).Code);
        var refreshed = await shop.RefreshAsync(tokens.RefreshToken);
        Assert.Equal(Sid(tokens), Sid(refreshed));
        await using var database = _server.OpenDatabase();
        var session = (await database.Sessions.SingleAsync(row => row.PersonId == ada.Id)).Id.ToString("N");
        var claims = new[] { tokens.Text("id_token"), tokens.AccessToken, refreshed.Text("id_token"), refreshed.AccessToken }
            .SelectMany(token => new JsonWebToken(token).Claims).Select(claim => claim.Value)
            .Append((await shop.IntrospectAsync(tokens.AccessToken)).Body.ToString())
            .Append((await shop.UserInfoAsync(tokens.AccessToken)).Body.ToString());
        Assert.All(claims, claim => Assert.DoesNotContain(session, claim, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_end_of_the_session_is_told_by_the_sid_of_the_id_token()
    {
        _peer.Paths[_path] = _ => Task.CompletedTask;
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        var tokens = await SignedInAsync(browser, ada, "shop.example", client =>
            (client.BackchannelLogoutUri, client.FrontchannelLogoutUri, client.FrontchannelLogoutSessionRequired) =
                (_peer.At(_path).ToString(), Frame, true));
        var page = await browser.GetAsync(LogoutUrl(tokens));
        Assert.Equal("/signedout", page.Path);
        var frame = new Uri(Assert.Single(page.Document.QuerySelectorAll("iframe")).GetAttribute("src")!);
        Assert.Equal(Sid(tokens), Assert.Single(QueryHelpers.ParseQuery(frame.Query)["sid"]));
        var post = await PostAsync();
        var told = new JsonWebToken(Assert.Single(QueryHelpers.ParseQuery(post.Body)["logout_token"]));
        Assert.Equal((tokens.IdToken.Subject, Sid(tokens)), (told.Subject, told.GetClaim("sid").Value));
    }

    [Fact]
    public async Task A_hint_of_another_session_ends_nothing_without_asking()
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var elsewhere = await SignedInAsync(_server.OpenBrowser(), ada, "shop.example");
        var browser = _server.OpenBrowser();
        await SignedInAsync(browser, ada, "shop.example");
        Assert.Equal("/signout", (await browser.GetAsync(LogoutUrl(elsewhere))).Path);
    }

    private static string LogoutUrl(TokenAnswer tokens) =>
        QueryHelpers.AddQueryString("/connect/logout", "id_token_hint", tokens.Text("id_token")!);

    private static string Sid(TokenAnswer tokens) => tokens.IdToken.GetClaim("sid").Value;

    /// <summary>What the application was told, here or by the dispatcher of the background.</summary>
    private async Task<PeerRequest> PostAsync()
    {
        await _server.App.Services.GetRequiredService<LogoutDispatcher>().SendDueAsync(CancellationToken.None);
        await Patience.UntilAsync(() => _peer.Requests.Any(request => request.Path == _path), "the application hears of the sign-out");

        return Assert.Single(_peer.Requests, request => request.Path == _path);
    }

    private Task<RelyingParty> RegisterAsync(string? sector, Action<ClientRegistration>? change = null) =>
        _server.RegisterAsync("shop", client =>
        {
            client.Sector = sector;
            change?.Invoke(client);
        });

    private async Task<TokenAnswer> SignedInAsync(
        Browser browser, Customer customer, string? sector, Action<ClientRegistration>? change = null)
    {
        var shop = await RegisterAsync(sector, change);
        return await shop.RedeemAsync((await shop.SignInAsync(browser, customer)).Code);
    }
}
