using System.Text.Json;
using AngleSharp;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Administrators;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.Clients;
using Sso.Server.Trials;
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
        var shop = await server.RegisterAsync(
            "negozio", client => client.SecretExpiresAt = server.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/try?id={shop.Id}");
        browser.Watch = (answer, _) =>
        {
            // The secret ends while the administrator is on the way.
            if (answer.Headers.Location?.ToString().StartsWith("/connect/authorize", StringComparison.Ordinal) == true)
            {
                server.Clock.Advance(TimeSpan.FromSeconds(2));
            }
        };
        page = await browser.SubmitAsync(page, form: "begin", ("secret", shop.Secret!));
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
        var (state, cookie, _) = await BeginAsync(browser, page, shop.Secret!);

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
        var (state, cookie, _) = await BeginAsync(browser, page, shop.Secret!);

        await second.OpenAsync(other, "/console");
        second.SetCookie("__Host-sso-trial", cookie);
        page = await second.GetAsync(shop.AuthorizeUrl(("state", state)));
        Assert.Equal("/console/application/try", page.Path);
        Assert.Null(page.Document.GetElementById("claims"));
        Assert.NotNull(page.Document.QuerySelector("main .notice.warning"));
    }

    [Fact]
    [Spec("S88")]
    public async Task The_code_of_somebody_else_shows_nothing_of_them_and_ends()
    {
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/try?id={shop.Id}");
        var (_, cookie, request) = await BeginAsync(browser, page, shop.Secret!);
        browser.SetCookie("__Host-sso-trial", cookie);

        // Ada's browser has no cookie of the trial, so her answer goes to the application; its link is brought to the administrator.
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var left = await Journey.SignInAsync(server.OpenBrowser(), ada, request);
        Assert.True(left.LeftSso);
        page = await browser.GetAsync($"/console/application/try{left.Url.Query}&id={shop.Id}");

        Assert.Contains("un’altra persona", page.Document.QuerySelector("ol.rows")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(ada.Subject, page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(ada.UserName, page.Text, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        Assert.NotNull((await database.Grants.SingleAsync(grant => grant.ClientId == shop.Id && grant.PersonId == ada.Id)).RevokedAt);
    }

    [Fact]
    public async Task An_application_with_pairwise_subjects_can_be_tried()
    {
        var shop = await server.RegisterAsync("coppie", client => client.Sector = "coppie.example");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        Assert.NotNull((await TryAsync(browser, owner, shop.Id, shop.Secret)).Document.QuerySelector("main .notice.success"));
    }

    [Fact]
    public async Task The_answer_to_another_request_does_not_end_a_trial()
    {
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/try?id={shop.Id}");
        var (state, cookie, _) = await BeginAsync(browser, page, shop.Secret!);
        browser.SetCookie("__Host-sso-trial", cookie);

        page = await browser.GetAsync($"/console/application/try?id={shop.Id}&state=another&code=another");
        Assert.NotNull(page.Document.QuerySelector("main .notice.warning"));
        Assert.Equal("/console/application/try", (await browser.GetAsync(shop.AuthorizeUrl(("state", state)))).Path);
    }

    [Fact]
    public async Task What_was_given_ends_also_when_the_browser_leaves_meanwhile()
    {
        var shop = await server.RegisterAsync("negozio");
        var owner = await server.AddAdministratorAsync(AdministratorRole.Owner);
        var left = await shop.SignInAsync(server.OpenBrowser(), owner);
        var http = new DefaultHttpContext { RequestServices = server.App.Services };
        (http.Request.Scheme, http.Request.Host) = ("https", new HostString(new Uri(SsoServer.Issuer).Authority));
        http.Request.QueryString = new QueryString(left.Url.Query);
        http.Connection.RemoteIpAddress = System.Net.IPAddress.Loopback;
        http.Features.Set<IHttpRequestLifetimeFeature>(new LeavesOnceThereIsAGrant(server, shop.Id));
        var trial = new SignInTrial(
            owner.Id, shop.Id, shop.RedirectUri, "state-1", "nonce-1", shop.Verifier, shop.Secret, server.Clock.GetUtcNow());

        await Record.ExceptionAsync(() => server.App.Services.GetRequiredService<FinishTrial>()
            .ExecuteAsync(http, trial, server.App.Services.GetRequiredService<ClientDirectory>().Find(shop.Id)!));

        await using var database = server.OpenDatabase();
        Assert.NotNull((await database.Grants.SingleAsync(grant => grant.ClientId == shop.Id)).RevokedAt);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("too long")]
    public async Task A_secret_that_can_be_none_is_told_beside_its_field_and_no_request_is_sent(string typed)
    {
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/try?id={shop.Id}");
        page = await browser.SubmitAsync(page, form: "begin", ("secret", typed == "too long" ? new string('s', 201) : typed));
        Assert.Equal($"/console/application/try?id={shop.Id}", page.Url.PathAndQuery);
        Assert.NotNull(page.Document.GetElementById("secret-error"));
        Assert.Equal("secret-hint secret-error", page.Document.GetElementById("secret")!.GetAttribute("aria-describedby"));
        await using var database = server.OpenDatabase();
        Assert.False(await database.Grants.AnyAsync(grant => grant.ClientId == shop.Id));
    }

    /// <summary>It would be counted as an error of the application.</summary>
    [Fact]
    public async Task A_secret_of_something_else_is_told_beside_its_field_and_not_recorded()
    {
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/try?id={shop.Id}");
        page = await browser.SubmitAsync(page, form: "begin", ("secret", "ssocs_wrong"));

        Assert.Contains("Non è un segreto valido", page.Document.GetElementById("secret-error")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("ssocs_wrong", page.Document.ToHtml(), StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        Assert.False(await database.SecurityEvents.AnyAsync(
            item => item.ClientId == shop.Id && item.Kind == SecurityEventKind.ClientRefused));
    }

    [Theory]
    [InlineData("macchina")]
    [InlineData("pagina")]
    [InlineData("web")]
    public async Task Code_and_trial_are_offered_where_they_exist(string kind)
    {
        var client = await server.RegisterAsync("offerta", row =>
        {
            if (kind == "macchina")
            {
                (row.GrantTypes, row.RedirectUris) = ([GrantTypes.ClientCredentials], []);
            }
            else if (kind == "pagina")
            {
                (row.AuthenticationMethod, row.SecretHash, row.Origins) =
                    (ClientAuthenticationMethod.None, null, ["https://offerta.example"]);
            }
        });
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application?id={client.Id}");
        Assert.Equal(kind == "web", page.Document.QuerySelector("main a[href^='/console/applications/added']") is not null);
        Assert.Equal(kind != "macchina", page.Document.QuerySelector("a[href^='/console/application/try']") is not null);
        page = await browser.GetAsync($"/console/applications/added?id={client.Id}");
        Assert.Equal(kind != "macchina", page.Document.QuerySelector("a[href^='/console/application/try']") is not null);
    }

    [Theory]
    [InlineData("spenta", "L’applicazione è spenta")]
    [InlineData("senza indirizzo", "Manca il redirect URI")]
    [InlineData("firmata", "firmate")]
    [InlineData("con chiave", "si fa riconoscere")]
    [InlineData("legata", "legati a una chiave")]
    [InlineData("cifrata", "è cifrato")]
    [InlineData("macchina", "nessuno accede")]
    public async Task What_cannot_be_tried_from_here_says_why(string kind, string reason)
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
                case "legata":
                    row.DpopBound = true;
                    break;
                case "cifrata":
                    (row.IdTokenEncryptionAlgorithm, row.IdTokenContentEncryption) = ("ECDH-ES", "A256GCM");
                    break;
                default:
                    (row.GrantTypes, row.RedirectUris) = ([GrantTypes.ClientCredentials], []);
                    break;
            }
        });
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/try?id={client.Id}");
        Assert.Null(page.Document.GetElementById("begin"));
        Assert.Contains(
            reason, page.Document.QuerySelector("section[aria-labelledby=try]")!.TextContent, StringComparison.Ordinal);
        page = await browser.PostAsync(
            $"/console/application/try?id={client.Id}", [new("__RequestVerificationToken", page.Token())]);
        Assert.Equal($"/console/application/try?id={client.Id}", page.Url.PathAndQuery);
    }

    /// <summary>A trial, its state, its cookie and its request, before the answer took that away.</summary>
    private static async Task<(string State, string Cookie, string Request)> BeginAsync(Browser browser, Page page, string secret)
    {
        string? state = null, cookie = null, request = null;
        browser.Watch = (answer, _) =>
        {
            if (answer.RequestMessage!.Method == HttpMethod.Post)
            {
                request = answer.Headers.Location!.ToString();
                state = QueryHelpers.ParseQuery(request.Split('?')[1])["state"];
                cookie = answer.Headers.GetValues("Set-Cookie")
                    .Single(one => one.StartsWith("__Host-sso-trial=", StringComparison.Ordinal)).Split(';')[0].Split('=', 2)[1];
            }
        };
        await browser.SubmitAsync(page, form: "begin", ("secret", secret));
        browser.Watch = null;
        return (state!, cookie!, request!);
    }

    private static async Task<Page> TryAsync(Browser browser, Customer owner, string clientId, string? secret)
    {
        var page = await browser.OpenAsync(owner, $"/console/application/try?id={clientId}");
        page = await browser.SubmitAsync(page, form: "begin", secret is null ? [] : [("secret", secret)]);
        Assert.Equal("/console/application/try", page.Path);
        return page;
    }

    private sealed class LeavesOnceThereIsAGrant(SsoServer server, string clientId) : IHttpRequestLifetimeFeature
    {
        public CancellationToken RequestAborted
        {
            get
            {
                using var database = server.OpenDatabase();
                return new(canceled: database.Grants.Any(grant => grant.ClientId == clientId));
            }

            set => throw new NotSupportedException();
        }

        public void Abort() => throw new NotSupportedException();
    }
}
