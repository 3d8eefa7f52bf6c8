using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Accounts.Limits;
using Sso.Data.Administrators;
using Sso.Data.Factors;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>What an application would be told of somebody: the same as it is told, and nobody is signed in for it.</summary>
public sealed class TokenPreviewTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    /// <summary>Each sign-in and each token has its own.</summary>
    private static readonly string[] Own = ["iat", "exp", "auth_time", "jti", "gid", "sid", "nonce", "at_hash", "nbf"];

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("openid profile email address phone", false, false)]
    [InlineData("openid email", true, false)]
    [InlineData("openid profile", false, true)]
    public async Task What_is_shown_is_what_a_sign_in_gives(string scopes, bool inIdToken, bool isPairwise)
    {
        var shop = await server.RegisterAsync("negozio", client =>
        {
            (client.IdTokenClaims, client.SecondFactor) = (inIdToken, SecondFactorPolicy.Required);
            client.Sector = isPairwise ? "negozio.example" : null;
        });
        var ada = await (await server.AddPersonAsync("ada", person =>
            (person.Name, person.GivenName, person.Locality, person.Birthdate) = ("Ada Rossi", "Ada", "Trento", "1990-05-01")))
            .WithAppAsync();
        var code = (await Journey.SignInAsync(server.OpenBrowser(), ada, shop.AuthorizeUrl(("scope", scopes)))).Code!;
        var told = await shop.RedeemAsync(code);

        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        await browser.OpenAsync(owner, $"/console/application/preview?id={shop.Id}");
        var page = await AskAsync(browser, shop, ada.UserName, scopes);

        Assert.Equal(Common(Payload(told.IdToken)), Common(Shown(page, "idtoken")));
        Assert.Equal(Common(Payload(new JsonWebToken(told.AccessToken))), Common(Shown(page, "accesstoken")));
        Assert.Equal(
            Common(JsonNode.Parse((await shop.UserInfoAsync(told.AccessToken)).Body.GetRawText())!.AsObject()),
            Common(Shown(page, "userinfo")));
    }

    [Fact]
    public async Task Nothing_stays_of_it_but_its_record()
    {
        var shop = await server.RegisterAsync("negozio");
        var (ada, owner) = (await server.AddPersonAsync("ada"), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var browser = server.OpenBrowser();
        await browser.OpenAsync(owner, $"/console/application/preview?id={shop.Id}");
        var page = await AskAsync(browser, shop, ada.UserName, "openid email");

        await using var database = server.OpenDatabase();
        Assert.False(await database.Sessions.AnyAsync(session => session.PersonId == ada.Id));
        Assert.False(await database.Grants.AnyAsync(grant => grant.PersonId == ada.Id));
        var recorded = Assert.Single(await database.SecurityEvents.Where(item => item.PersonId == ada.Id && item.Detail == "token preview")
            .ToListAsync());
        Assert.Equal((shop.Id, $"administrator:{owner.Subject}"), (recorded.ClientId, recorded.Actor));
        // No name in the address, and nothing on the page that anything could take for a token.
        Assert.DoesNotContain(ada.UserName, page.Url.Query, StringComparison.Ordinal);
        Assert.DoesNotMatch("eyJ[A-Za-z0-9_-]+\\.", page.Text);
    }

    [Fact]
    public async Task An_app_manager_finds_only_people_who_have_used_the_application_and_themselves()
    {
        var shop = await server.RegisterAsync("negozio");
        var (stranger, known) = (await server.AddPersonAsync("ada"), await (await server.AddPersonAsync("bea")).WithAppAsync());
        await shop.RedeemAsync((await Journey.SignInAsync(server.OpenBrowser(), known, shop.AuthorizeUrl())).Code!);
        var (browser, manager) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.AppManager, shop.Id));
        await browser.OpenAsync(manager, $"/console/application/preview?id={shop.Id}");

        foreach (var (who, isFound) in ((string, bool)[])
            [(stranger.UserName, false), ("nobody-at-all", false), (known.UserName, true), (manager.UserName, true)])
        {
            var page = await AskAsync(browser, shop, who, "openid email");
            Assert.Equal(isFound, page.Document.GetElementById("userinfo") is not null);
            Assert.Equal(!isFound, Read(page).Contains("Nessuno con questo nome", StringComparison.Ordinal));
        }

        var guessed = await browser.GetAsync($"/console/application/preview?id={shop.Id}&sub={stranger.Subject}&scope=openid");
        Assert.Null(guessed.Document.GetElementById("userinfo"));
    }

    [Fact]
    public async Task An_app_manager_is_shown_nothing_that_the_person_does_not_let_the_application_have_now()
    {
        var shop = await server.RegisterAsync("negozio", client => client.ConsentRequired = true);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        await shop.RedeemAsync((await Journey.SignInAsync(server.OpenBrowser(), ada, shop.AuthorizeUrl(("scope", "openid")))).Code!);
        var (browser, manager) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.AppManager, shop.Id));
        await browser.OpenAsync(manager, $"/console/application/preview?id={shop.Id}");

        var page = await AskAsync(browser, shop, ada.UserName, "openid email");
        Assert.Equal(["sub"], Shown(page, "userinfo").Select(claim => claim.Key));
        Assert.Contains("solo questi scope: openid.", page.Document.GetElementById("cut")!.TextContent, StringComparison.Ordinal);
        page = await AskAsync(browser, shop, ada.UserName, "email");
        Assert.Contains("non ha dato", Read(page), StringComparison.Ordinal);

        await using var database = server.OpenDatabase();
        await database.Consents.Where(consent => consent.PersonId == ada.Id).ExecuteDeleteAsync();
        await database.Grants.Where(grant => grant.PersonId == ada.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(grant => grant.RevokedAt, server.Clock.GetUtcNow()));
        page = await AskAsync(browser, shop, ada.UserName, "openid");
        Assert.Contains("Nessuno con questo nome", Read(page), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("email", "manca openid")]
    [InlineData("openid admin", "non può chiedere questi scope")]
    [InlineData("", "non può chiedere questi scope")]
    public async Task Scopes_that_the_application_may_not_have_are_told(string scopes, string told)
    {
        var shop = await server.RegisterAsync("negozio", client => client.Scopes = ["openid", "email"]);
        var (ada, owner) = (await server.AddPersonAsync("ada"), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var browser = server.OpenBrowser();
        await browser.OpenAsync(owner, $"/console/application/preview?id={shop.Id}");
        var page = await AskAsync(browser, shop, ada.UserName, scopes);
        Assert.Contains(told, Read(page), StringComparison.Ordinal);
        Assert.Equal(ada.UserName, page.Document.QuerySelector("input[name='Input.Person']")!.GetAttribute("value"));
    }

    [Fact]
    [Spec("C08")]
    public async Task A_draft_and_a_closed_account_are_told()
    {
        var (draft, shop) = (
            await server.RegisterAsync("bozza", client => client.RedirectUris = []), await server.RegisterAsync("negozio"));
        var (ada, owner) = (
            await server.AddPersonAsync("ada"), await server.AddAdministratorAsync(AdministratorRole.Owner));
        await using (var database = server.OpenDatabase())
        {
            await database.Users.Where(person => person.Id == ada.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(person => person.DisabledAt, server.Clock.GetUtcNow()));
        }

        var browser = server.OpenBrowser();
        await browser.OpenAsync(owner, $"/console/application/preview?id={shop.Id}");
        Assert.Contains(
            "l’account è disabilitato", Read(await AskAsync(browser, shop, ada.UserName, "openid")), StringComparison.Ordinal);
        Assert.Contains("manca l’indirizzo", Read(await AskAsync(browser, draft, ada.UserName, "openid")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "L’applicazione è disattivata")]
    [InlineData(false, "non si accede da un suo browser")]
    public async Task Why_nobody_can_sign_in_is_said_as_it_is(bool isOff, string told)
    {
        var shop = await server.RegisterAsync("negozio", client =>
        {
            client.DisabledAt = isOff ? server.Clock.GetUtcNow() : null;
            if (!isOff)
            {
                (client.Type, client.GrantTypes, client.RedirectUris) = (ClientType.Device, [GrantTypes.DeviceCode], []);
            }
        });
        var (ada, owner) = (await server.AddPersonAsync("ada"), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var browser = server.OpenBrowser();
        var page = await browser.OpenAsync(owner, $"/console/application/preview?id={shop.Id}");
        page = await browser.SubmitAsync(page, ("Input.Person", ada.UserName), ("Input.Scopes", "openid"));
        Assert.Contains(told, Read(page), StringComparison.Ordinal);
        Assert.Contains(
            told, Read(await browser.GetAsync($"/console/application/preview?id={shop.Id}&sub={ada.Subject}")), StringComparison.Ordinal);
        Assert.Contains(told, Read(await browser.GetAsync($"/console/application/preview?id={shop.Id}")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing", "Entrerebbe solo dopo questi passi", "imposta", true)]
    [InlineData("app", "Entrerebbe.", "Prova del secondo fattore", true)]
    [InlineData("no password", "non ha una password e nemmeno una passkey", null, true)]
    [InlineData("wrong passwords", "deve attendere", null, true)]
    [InlineData("closed password", "bloccata dopo troppi errori", null, true)]
    [InlineData("disabled", "l’account è disabilitato", null, false)]
    public async Task Above_the_tokens_stands_what_the_gate_says_of_this_person_now(
        string state, string verdict, string? step, bool hasTokens)
    {
        var shop = await server.RegisterAsync("negozio", client => client.SecondFactor = SecondFactorPolicy.Required);
        var (ada, owner) = (await server.AddPersonAsync("ada"), await server.AddAdministratorAsync(AdministratorRole.Owner));
        await BringAsync(ada, state);
        var browser = server.OpenBrowser();
        await browser.OpenAsync(owner, $"/console/application/preview?id={shop.Id}");
        var page = await AskAsync(browser, shop, ada.UserName, "openid");

        var told = page.Document.QuerySelector("[aria-labelledby=verdict]")!;
        Assert.Contains(verdict, told.TextContent, StringComparison.Ordinal);
        Assert.Equal(step is null, told.QuerySelector("#steps") is null);
        Assert.Contains(step ?? "", told.TextContent, StringComparison.Ordinal);
        Assert.Equal(hasTokens, page.Document.GetElementById("accesstoken") is not null);
        Assert.Equal(!hasTokens, page.Document.GetElementById("none") is not null);
        Assert.Equal(hasTokens, Read(page).Contains("se l’accesso riuscisse", StringComparison.Ordinal));
        // Nobody is let in for it, and nothing is counted against them.
        await using var database = server.OpenDatabase();
        Assert.False(await database.Sessions.AnyAsync(session => session.PersonId == ada.Id));
    }

    [Fact]
    public async Task An_app_manager_reads_the_verdict_and_is_led_to_no_page_of_a_person()
    {
        var shop = await server.RegisterAsync("negozio", client => client.SecondFactor = SecondFactorPolicy.Required);
        var (ada, manager) = (
            await (await server.AddPersonAsync("ada")).WithAppAsync(),
            await server.AddAdministratorAsync(AdministratorRole.AppManager, shop.Id));
        await shop.RedeemAsync((await Journey.SignInAsync(server.OpenBrowser(), ada, shop.AuthorizeUrl())).Code!);
        await BringAsync(ada, "disabled");
        var browser = server.OpenBrowser();
        await browser.OpenAsync(manager, $"/console/application/preview?id={shop.Id}");
        var page = await AskAsync(browser, shop, ada.UserName, "openid");
        Assert.Contains("l’account è disabilitato", Read(page), StringComparison.Ordinal);
        // An app manager has no page of people to go on to.
        Assert.Null(page.Document.QuerySelector("main a[href^='/console/person']"));
    }

    private async Task BringAsync(Customer ada, string state)
    {
        if (state == "app")
        {
            await ada.WithAppAsync();
        }

        for (var wrong = 0; wrong < 6 && state is ("wrong passwords" or "closed password"); wrong++)
        {
            var stranger = server.OpenBrowser();
            await Journey.PasswordAsync(stranger, await stranger.GetAsync("/signin"), ada, "non è questa");
        }

        await using var database = server.OpenDatabase();
        var row = database.Users.Where(person => person.Id == ada.Id);
        switch (state)
        {
            case "no password":
                await row.ExecuteUpdateAsync(set => set.SetProperty(person => person.PasswordHash, (string?)null));
                break;
            case "disabled":
                await row.ExecuteUpdateAsync(set => set.SetProperty(person => person.DisabledAt, server.Clock.GetUtcNow()));
                break;
            case "closed password":
                var name = await row.Select(person => person.NormalizedUserName!).SingleAsync();
                var key = LimitTable.Password.KeyOf(name);
                await database.AttemptCounters.Where(counter => counter.Key == key).ExecuteUpdateAsync(set => set
                    .SetProperty(counter => counter.Count, AttemptLimits.ClosedAt)
                    .SetProperty(counter => counter.BlockedUntil, server.Clock.GetUtcNow().AddDays(36_500)));
                break;
        }
    }

    private static async Task<Page> AskAsync(Browser browser, RelyingParty shop, string who, string scopes) => await browser.SubmitAsync(
        await browser.GetAsync($"/console/application/preview?id={shop.Id}"), form: "preview",
        ("Input.Person", who), ("Input.Scopes", scopes));

    private static string Read(Page page) => page.Document.QuerySelector("main")!.TextContent;

    private static JsonObject Shown(Page page, string id) => JsonNode.Parse(page.Document.GetElementById(id)!.TextContent)!.AsObject();

    private static JsonObject Payload(JsonWebToken jwt) =>
        JsonNode.Parse(Base64UrlEncoder.Decode(jwt.EncodedPayload))!.AsObject();

    private static IEnumerable<string> Common(JsonObject claims) =>
        claims.Where(claim => !Own.Contains(claim.Key)).Select(claim => $"{claim.Key}: {claim.Value?.ToJsonString()}")
            .Order(StringComparer.Ordinal);
}
