using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>An administrator tries the sign-in to an application: the real flow, whose answer comes to the console.</summary>
[Spec("C05")]
public sealed class SignInTrialTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Every_step_is_told_with_the_token_and_nothing_that_was_given_stays_valid()
    {
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await TryAsync(browser, owner, shop.Id, shop.Secret);

        Assert.NotNull(page.Document.QuerySelector("main .notice.success"));
        Assert.Equal(6, page.Document.QuerySelectorAll("ol.rows .tile.ok").Length);
        var claims = JsonElement.Parse(page.Document.GetElementById("claims")!.TextContent);
        Assert.Equal(
            (owner.Subject, shop.Id, SsoServer.Issuer),
            (claims.GetProperty("sub").GetString(), claims.GetProperty("aud").GetString(), claims.GetProperty("iss").GetString()));
        Assert.Contains("otp", claims.GetProperty("amr").ToString(), StringComparison.Ordinal);
        Assert.Equal(
            owner.Subject,
            JsonElement.Parse(page.Document.GetElementById("userinfo")!.TextContent).GetProperty("sub").GetString());
        await using var database = server.OpenDatabase();
        Assert.NotEmpty(await database.Grants.Where(grant => grant.ClientId == shop.Id).ToListAsync());
        Assert.True(await database.Grants.Where(grant => grant.ClientId == shop.Id).AllAsync(grant => grant.RevokedAt != null));

        // The page is opened again: the trial was for once.
        page = await browser.GetAsync(page.Url.PathAndQuery);
        Assert.NotNull(page.Document.QuerySelector("main .notice.warning"));
        Assert.Null(page.Document.GetElementById("claims"));
    }

    [Fact]
    public async Task A_public_application_needs_no_secret()
    {
        var pages = await server.RegisterAsync("pagine", client => (client.AuthenticationMethod, client.SecretHash) =
            (ClientAuthenticationMethod.None, null));
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        Assert.NotNull((await TryAsync(browser, owner, pages.Id, secret: null)).Document.QuerySelector("main .notice.success"));
    }

    [Fact]
    public async Task A_step_that_fails_says_what_the_application_would_read()
    {
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await TryAsync(browser, owner, shop.Id, "ssocs_wrong");
        Assert.Equal(2, page.Document.QuerySelectorAll("ol.rows .tile.ok").Length);
        Assert.StartsWith(
            "invalid_client", Assert.Single(page.Document.QuerySelectorAll("ol.rows code")).TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S88")]
    public async Task The_answer_to_every_other_request_goes_to_the_application_and_the_console_is_no_redirect_URI()
    {
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/try?id={shop.Id}");
        var (state, cookie) = await BeginAsync(browser, page, shop.Secret!);

        // Another request in the browser that tries one, another application's with its state, and somebody else who knows it.
        browser.SetCookie("__Host-sso-trial", cookie);
        Assert.True((await browser.GetAsync(shop.AuthorizeUrl(("state", "another")))).LeftSso);
        var other = await server.RegisterAsync("altro");
        Assert.True((await browser.GetAsync(other.AuthorizeUrl(("state", state)))).LeftSso);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        Assert.True((await Journey.SignInAsync(server.OpenBrowser(), ada, shop.AuthorizeUrl(("state", state)))).LeftSso);
        Assert.False((await browser.GetAsync(shop.AuthorizeUrl(("state", state)))).LeftSso);
        Assert.Equal(
            "/error",
            (await browser.GetAsync(shop.AuthorizeUrl(("redirect_uri", $"{SsoServer.Issuer}/console/application/try")))).Path);
    }

    [Fact]
    public async Task A_trial_ends_only_for_the_administrator_who_began_it()
    {
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var (second, other) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/try?id={shop.Id}");
        var (state, cookie) = await BeginAsync(browser, page, shop.Secret!);

        await second.OpenAsync(other, "/console");
        second.SetCookie("__Host-sso-trial", cookie);
        page = await second.GetAsync(shop.AuthorizeUrl(("state", state)));
        Assert.Equal("/console/application/try", page.Path);
        Assert.Null(page.Document.GetElementById("claims"));
        Assert.NotNull(page.Document.QuerySelector("main .notice.warning"));
    }

    [Theory]
    [InlineData("spenta")]
    [InlineData("senza indirizzo")]
    [InlineData("firmata")]
    [InlineData("con chiave")]
    [InlineData("macchina")]
    public async Task What_cannot_be_tried_from_here_says_why(string kind)
    {
        var client = await server.RegisterAsync("altra", row =>
        {
            switch (kind)
            {
                case "spenta":
                    row.DisabledAt = server.Clock.GetUtcNow();
                    break;
                case "senza indirizzo":
                    row.RedirectUris = [];
                    break;
                case "firmata":
                    row.RequiresSignedRequests = true;
                    break;
                case "con chiave":
                    (row.AuthenticationMethod, row.SecretHash) = (ClientAuthenticationMethod.PrivateKeyJwt, null);
                    row.Jwks = ClientKey.SetOf(new ClientKey("ES256"));
                    break;
                default:
                    (row.GrantTypes, row.RedirectUris) = ([GrantTypes.ClientCredentials], []);
                    break;
            }
        });
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/try?id={client.Id}");
        Assert.Null(page.Document.GetElementById("begin"));
        page = await browser.PostAsync(
            $"/console/application/try?id={client.Id}", [new("__RequestVerificationToken", page.Token())]);
        Assert.Equal($"/console/application/try?id={client.Id}", page.Url.PathAndQuery);
    }

    /// <summary>A trial, its state and its cookie, before the answer took that away.</summary>
    private static async Task<(string State, string Cookie)> BeginAsync(Browser browser, Page page, string secret)
    {
        string? state = null, cookie = null;
        browser.Watch = (answer, _) =>
        {
            if (answer.RequestMessage!.Method == HttpMethod.Post)
            {
                state = QueryHelpers.ParseQuery(answer.Headers.Location!.ToString().Split('?')[1])["state"];
                cookie = answer.Headers.GetValues("Set-Cookie")
                    .Single(one => one.StartsWith("__Host-sso-trial=", StringComparison.Ordinal)).Split(';')[0].Split('=', 2)[1];
            }
        };
        await browser.SubmitAsync(page, form: "begin", ("secret", secret));
        browser.Watch = null;
        return (state!, cookie!);
    }

    private static async Task<Page> TryAsync(Browser browser, Customer owner, string clientId, string? secret)
    {
        var page = await browser.OpenAsync(owner, $"/console/application/try?id={clientId}");
        page = await browser.SubmitAsync(page, form: "begin", secret is null ? [] : [("secret", secret)]);
        Assert.Equal("/console/application/try", page.Path);
        return page;
    }
}
