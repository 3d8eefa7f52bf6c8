using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Server.Tests.AdminApi;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>Applications by the console: the same operations as at the command line, seen over HTTP.</summary>
public sealed class ApplicationsTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("C03")]
    public async Task A_new_application_shows_its_secret_once_and_signs_people_in()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.SubmitAsync(
            await browser.OpenAsync(owner, "/console/applications/add"), form: "add",
            ("Input.Name", "Perché no?"), ("Input.Type", "Web"), ("Input.Stack", "aspnetcore"), ("Input.Address", "perche.example/"));
        Assert.Equal("/console/applications/added?id=perche-no&stack=aspnetcore", page.Url.PathAndQuery);
        var secret = page.Document.GetElementById("secret")!.TextContent;
        Assert.Contains($"SSO_CLIENT_SECRET={secret}", page.Text, StringComparison.Ordinal);
        foreach (var path in (string[])["applications/added", "application", "application/secrets", "application/change"])
        {
            Assert.DoesNotContain(secret, (await browser.GetAsync($"/console/{path}?id=perche-no")).Text, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(secret, string.Join('\n', server.Log.Lines), StringComparison.Ordinal);
        await server.ReloadAsync();
        await using var database = server.OpenDatabase();
        var client = await database.Clients.SingleAsync(row => row.Id == "perche-no");
        Assert.Equal(["https://perche.example/signin-oidc"], client.RedirectUris);
        Assert.Equal(["https://perche.example/signout-callback-oidc"], client.PostLogoutRedirectUris);
        var shop = new RelyingParty(server, client, secret);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        Assert.NotNull((await shop.RedeemAsync((await Journey.SignInAsync(server.OpenBrowser(), ada, shop.AuthorizeUrl())).Code!)).IdToken);
        Assert.Contains("oggi", (await browser.GetAsync("/console/applications")).Document.QuerySelector("main")!.TextContent,
            StringComparison.Ordinal);
        Assert.Equal([$"administrator:{owner.Subject} added"], await server.ActorsAsync("perche-no"));
    }

    [Fact]
    [Spec("C11")]
    public async Task The_form_the_command_line_a_file_and_the_API_register_the_same()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        foreach (var (type, isDraft) in ((string, bool)[])
            [("web", false), ("spa", false), ("native", false), ("machine", false), ("web", true), ("spa", true)])
        {
            // In the order of the alphabet, and each as long as the others.
            string[] ids = [.. Enumerable.Range(1, 4).Select(number => $"{number}-{type}{(isDraft ? "-draft" : "")}")];
            string[] addresses = type == "machine" || isDraft ? [] : ["https://app.example/cb"];
            await browser.SubmitAsync(
                await browser.OpenAsync(owner, "/console/applications/add"), form: "add",
                ("Input.Name", "Uguale"), ("Input.ClientId", ids[0]), ("Input.Type", char.ToUpperInvariant(type[0]) + type[1..]),
                ("Input.RedirectUris", string.Concat(addresses)));
            await RunAsync(
            [
                "client", "add", ids[1], "--name", "Uguale", "--type", type,
                .. addresses.SelectMany(uri => (string[])["--redirect-uri", uri]),
            ]);
            var file = Path.Combine(server.Database.Folder, "same.yaml");
            await File.WriteAllTextAsync(
                file,
                $"clients:\n  {ids[2]}:\n    name: Uguale\n    type: {type}\n"
                + string.Concat(addresses.Select(uri => $"    redirect-uri: {uri}\n")), TestContext.Current.CancellationToken);
            await RunAsync(["apply", file]);
            var machine = await ApiMachine.OpenAsync(server, ApiScopes.WriteApps);
            var added = await machine.PostAsync("/api/admin/v1/applications", new JsonObject
            {
                ["client_id"] = ids[3],
                ["name"] = "Uguale",
                ["type"] = type,
                ["redirect_uris"] = new JsonArray([.. addresses.Select(uri => (JsonNode)uri)]),
            });
            Assert.Equal(HttpStatusCode.Created, added.Status);

            await using var database = server.OpenDatabase();
            var rows = await database.Clients.AsNoTracking().Where(row => ids.Contains(row.Id)).OrderBy(row => row.Id).ToListAsync();
            Assert.Equal(ids, rows.Select(row => row.Id));
            Assert.Single(rows.Select(row => Stored(database, row)).Distinct());
        }

        // What a file made is live: the running server sends its people to the sign-in.
        await server.ReloadAsync();
        await using var registrations = server.OpenDatabase();
        var live = new RelyingParty(server, await registrations.Clients.SingleAsync(row => row.Id == "3-spa"), secret: null);
        Assert.Equal("/signin", (await server.OpenBrowser().GetAsync(live.AuthorizeUrl())).Path);
    }

    [Fact]
    [Spec("C08")]
    public async Task A_draft_says_that_nobody_can_sign_in_yet()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.SubmitAsync(
            await browser.OpenAsync(owner, "/console/applications/add"), form: "add", ("Input.Name", "Bozza"));
        Assert.Contains("nessuno può accedere", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(
            "incompleta", (await browser.GetAsync("/console/applications")).Document.QuerySelector("main")!.TextContent,
            StringComparison.Ordinal);
        await server.ReloadAsync();
        // The visitor is told calmly, and nothing of what their application asked for.
        var shown = await server.OpenBrowser().GetAsync((await server.RegisterAsync("altra")).AuthorizeUrl(("client_id", "bozza")));
        Assert.Equal((HttpStatusCode.BadRequest, "/error"), (shown.Status, shown.Path));
        var told = shown.Document.QuerySelector("main")!.TextContent;
        Assert.Contains("non è ancora pronta", told, StringComparison.Ordinal);
        Assert.DoesNotContain("altra.example", told, StringComparison.Ordinal);

        page = await browser.GetAsync("/console/application/change?id=bozza");
        page = await browser.SubmitAsync(page, form: null, ("Input.Name", "Bozza"), ("Input.RedirectUris", "https://bozza.example/cb"));
        Assert.Equal("/console/application?id=bozza&done=changed", page.Url.PathAndQuery);
        Assert.DoesNotContain("nessuno può accedere", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        await server.ReloadAsync();
        await using var registrations = server.OpenDatabase();
        var live = new RelyingParty(server, await registrations.Clients.SingleAsync(row => row.Id == "bozza"), secret: null);
        Assert.Equal("/signin", (await server.OpenBrowser().GetAsync(live.AuthorizeUrl())).Path);
    }

    [Theory]
    [InlineData("http://app.example/cb", "Usa https")]
    [InlineData("https://*.example/cb", "un * vale per indirizzi")]
    [InlineData("https://app.example/#cb", "togli #")]
    [InlineData("https://u:p@app.example/cb", "prima di @")]
    [InlineData("https://app.example/../cb", "il percorso contiene ..")]
    [InlineData("https://bücher.example/cb", "xn--bcher-kva.example")]
    [InlineData("https://0x7f.1/cb", "Scrivi https://127.0.0.1")]
    [InlineData("myapp:/cb", "il tuo dominio al contrario")]
    [InlineData("com.example.app:/cb", "App per computer o telefono")]
    [InlineData("app.example/cb", "Comincia con https://")]
    public async Task A_bad_address_is_told_with_its_reason_and_what_was_typed_stays(string address, string reason)
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.SubmitAsync(
            await browser.OpenAsync(owner, "/console/applications/add"), form: "add",
            ("Input.Name", "Male"), ("Input.RedirectUris", address));
        Assert.Equal("/console/applications/add", page.Path);
        Assert.Equal("Male", page.Document.GetElementById("name")!.GetAttribute("value"));
        var summary = page.Document.GetElementById("error-summary")!.TextContent;
        Assert.Contains(address, summary, StringComparison.Ordinal);
        Assert.Contains(reason, summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_too_many_addresses_their_number_is_told()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.SubmitAsync(
            await browser.OpenAsync(owner, "/console/applications/add"), form: "add", ("Input.Name", "Troppi"),
            ("Input.RedirectUris", string.Join('\n', Enumerable.Range(1, 21).Select(number => $"https://app.example/{number}"))));
        Assert.Contains(
            "Gli indirizzi sono 21. Possono essere 20", page.Document.GetElementById("error-summary")!.TextContent,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_addresses_are_proposed_before_anything_is_registered()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, "/console/applications/add");
        page = await browser.PostAsync("/console/applications/add?handler=Propose",
        [
            new("__RequestVerificationToken", page.Token()), new("Input.Name", "Pagine"), new("Input.Stack", "gitea"),
            new("Input.Address", "https://git.example"),
        ]);
        Assert.Equal("https://git.example/user/oauth2/pagine/callback", page.Document.GetElementById("redirecturis")!.TextContent);
        await using var database = server.OpenDatabase();
        Assert.False(await database.Clients.AnyAsync(client => client.Id == "pagine"));
    }

    [Fact]
    [Spec("C04")]
    public async Task Two_secrets_work_and_a_compromised_one_ends_with_what_it_got()
    {
        var shop = await server.RegisterAsync("segreti");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var path = $"/console/application/secrets?id={shop.Id}";
        var page = await browser.SubmitAsync(await browser.OpenAsync(owner, path), form: "another");
        var second = page.Document.GetElementById("secret")!.TextContent;
        Assert.Equal("yes yes", await WorkAsync(shop, second));

        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var tokens = await shop.RedeemAsync((await Journey.SignInAsync(server.OpenBrowser(), ada, shop.AuthorizeUrl())).Code!);
        page = await browser.SubmitAsync(await browser.GetAsync(path), form: "stolen");
        var third = page.Document.GetElementById("secret")!.TextContent;
        Assert.Contains("I segreti di prima non valgono più", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("no no yes", await WorkAsync(shop, second, third));
        await using var database = server.OpenDatabase();
        Assert.True(await database.Grants.Where(grant => grant.ClientId == shop.Id).AllAsync(grant => grant.RevokedAt != null));
        Assert.NotNull(tokens.IdToken);
    }

    [Fact]
    public async Task Whoever_may_only_take_secrets_away_never_sees_one()
    {
        var shop = await server.RegisterAsync("segreti");
        var (browser, person) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Security));
        var path = $"/console/application/secrets?id={shop.Id}";
        var page = await browser.SubmitAsync(await browser.OpenAsync(person, path), form: "stolen");
        Assert.Equal($"{path}&done=compromised", page.Url.PathAndQuery);
        Assert.Null((await browser.GetAsync($"/console/applications/added?id={shop.Id}")).Document.GetElementById("secret"));
        Assert.Equal("no", await WorkAsync(shop));
    }

    [Fact]
    [Spec("S114")]
    public async Task An_app_manager_sees_counts_and_finds_only_their_own()
    {
        var (mine, other) = (await server.RegisterAsync("mia"), await server.RegisterAsync("altra"));
        var (browser, person) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.AppManager, mine.Id));
        var list = (await browser.OpenAsync(person, "/console/applications")).Document.QuerySelector("main")!.TextContent;
        Assert.Contains(mine.Id, list, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Id, list, StringComparison.Ordinal);
        Assert.DoesNotContain(other.Id, (await browser.GetAsync("/console/applications?q=altra")).Document.QuerySelector("main")!
            .TextContent, StringComparison.Ordinal);

        var page = await browser.SubmitAsync(
            await browser.GetAsync("/console/applications/add"), form: "add", ("Input.Name", "Nuova mia"));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/console/application?id=nuova-mia")).Status);
        Assert.NotNull(page.Document.GetElementById("secret"));
    }

    [Fact]
    [Spec("C06")]
    public async Task A_pasted_request_is_told_everything_that_is_wrong_with_it()
    {
        var shop = await server.RegisterAsync("richiesta");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/activity?id={shop.Id}");
        var good = new Uri(new Uri("https://sso.test"), shop.AuthorizeUrl(("nonce", "n-1"), ("state", "s-1"))).ToString();
        page = await browser.SubmitAsync(page, form: "check", ("Input.Request", good));
        Assert.Contains("Tutto a posto", page.Document.QuerySelector("main .notice.success")!.TextContent, StringComparison.Ordinal);

        page = await browser.SubmitAsync(
            page, form: "check", ("Input.Request", "https://sso.test/connect/authorize?client_id=altra&response_type=token&scope=profile"));
        Assert.Equal($"/console/application/activity?id={shop.Id}", page.Url.PathAndQuery);
        var found = page.Document.GetElementById("findings")!.TextContent;
        foreach (var expected in (string[])
            ["client ID", shop.Id, "redirect URI", "response_type", "code_challenge", "openid", "state", "nonce"])
        {
            Assert.Contains(expected, found, StringComparison.Ordinal);
        }

        page = await browser.SubmitAsync(page, form: "check", ("Input.Request", "ciao"));
        Assert.NotNull(page.Document.GetElementById("request-error"));
        Assert.Null(page.Document.GetElementById("findings"));
    }

    [Theory]
    [InlineData(AdministratorRole.Owner, "Riattivala in “Disattiva o elimina”.")]
    [InlineData(AdministratorRole.Security, "Riattivala in “Disattiva”.")]
    [InlineData(AdministratorRole.Auditor, "La può riattivare un proprietario.")]
    public async Task How_a_disabled_application_is_enabled_names_the_tab_that_the_role_has(AdministratorRole role, string told)
    {
        var shop = await server.RegisterAsync("spenta", client => client.DisabledAt = server.Clock.GetUtcNow());
        var (browser, person) = (server.OpenBrowser(), await server.AddAdministratorAsync(role));
        var page = await browser.OpenAsync(person, $"/console/application/activity?id={shop.Id}");
        var request = new Uri(new Uri("https://sso.test"), shop.AuthorizeUrl()).ToString();
        page = await browser.SubmitAsync(page, form: "check", ("Input.Request", request));
        Assert.Contains(told, page.Document.GetElementById("findings")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_too_long_to_be_shown_again_is_judged_and_the_page_says_so()
    {
        var shop = await server.RegisterAsync("lunga");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/activity?id={shop.Id}");
        var hint = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(2400));
        page = await browser.SubmitAsync(
            page, form: "check",
            ("Input.Request", $"https://sso.test/connect/authorize?client_id=altra&scope=profile&login_hint_token={hint}"));
        Assert.Contains("client ID", page.Document.GetElementById("findings")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("troppo lung", page.Document.GetElementById("error-summary")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_with_a_secret_offers_no_other_language_which_would_lose_it()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.SubmitAsync(
            await browser.OpenAsync(owner, "/console/applications/add"), form: "add",
            ("Input.Name", "Una volta"), ("Input.Address", "unavolta.example"));
        Assert.NotNull(page.Document.GetElementById("secret"));
        Assert.Null(page.Document.QuerySelector("form.languages"));
        page = await browser.GetAsync("/console/applications/added?id=una-volta");
        Assert.Null(page.Document.GetElementById("secret"));
        Assert.NotNull(page.Document.QuerySelector("form.languages"));
    }

    [Theory]
    [InlineData(false, false, "Pronta da usare")]
    [InlineData(true, false, "Dati per l’applicazione")]
    [InlineData(false, true, "Dati per l’applicazione")]
    public async Task Only_what_people_can_sign_in_to_is_called_ready(bool isDraft, bool isOff, string title)
    {
        var shop = await server.RegisterAsync("pronta", client =>
        {
            client.RedirectUris = isDraft ? [] : client.RedirectUris;
            client.DisabledAt = isOff ? server.Clock.GetUtcNow() : null;
        });
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/applications/added?id={shop.Id}");
        Assert.StartsWith(title, page.Document.Title, StringComparison.Ordinal);
        Assert.Equal(title, page.Document.QuerySelector("main .top p")!.TextContent);
    }

    [Theory]
    [InlineData(AdministratorRole.Owner, "Disattiva o elimina")]
    [InlineData(AdministratorRole.Security, "Disattiva")]
    [InlineData(AdministratorRole.Auditor, null)]
    public async Task The_tab_of_what_ends_an_application_promises_what_the_role_may_do(AdministratorRole role, string? label)
    {
        var shop = await server.RegisterAsync("scheda");
        var (browser, person) = (server.OpenBrowser(), await server.AddAdministratorAsync(role));
        var page = await browser.OpenAsync(person, $"/console/application?id={shop.Id}");
        Assert.Equal(label, page.Document.QuerySelector(".tabs a[href*='/danger']")?.TextContent);
        if (label is not null)
        {
            page = await browser.GetAsync($"/console/application/danger?id={shop.Id}");
            Assert.StartsWith($"{label} ", page.Document.Title, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(AdministratorRole.Owner, "“Modifica”")]
    [InlineData(AdministratorRole.Auditor, "un proprietario")]
    public async Task Who_can_register_an_address_that_is_right_is_told_by_role(AdministratorRole role, string told)
    {
        var shop = await server.RegisterAsync("giusta");
        var (browser, person) = (server.OpenBrowser(), await server.AddAdministratorAsync(role));
        var page = await browser.OpenAsync(person, $"/console/application/activity?id={shop.Id}");
        var request = new Uri(new Uri("https://sso.test"), shop.AuthorizeUrl(("redirect_uri", "https://giusta.example/x"))).ToString();
        page = await browser.SubmitAsync(page, form: "check", ("Input.Request", request));
        Assert.Contains(told, page.Document.GetElementById("findings")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_is_switched_off_and_removed_by_its_name()
    {
        var shop = await server.RegisterAsync("fine");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var path = $"/console/application/danger?id={shop.Id}";
        var page = await browser.SubmitAsync(await browser.OpenAsync(owner, path), form: "switching");
        await server.ReloadAsync();
        Assert.NotNull(page.Document.QuerySelector(".badge.off"));
        Assert.Equal("no", await WorkAsync(shop));

        page = await browser.SubmitAsync(page, form: "removing", ("Input.Name", "altro"));
        Assert.Equal(path, page.Url.PathAndQuery);
        page = await browser.SubmitAsync(page, form: "removing", ("Input.Name", "fine"));
        Assert.Equal("/console/applications?done=removed", page.Url.PathAndQuery);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync(path)).Status);
        Assert.Equal(
            [$"administrator:{owner.Subject} disabled", $"administrator:{owner.Subject} removed"], await server.ActorsAsync(shop.Id));
    }

    [Fact]
    [Spec("C06")]
    public async Task A_wrong_address_shows_both_values_and_leads_to_its_remedy()
    {
        var shop = await server.RegisterAsync("posta");
        await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("redirect_uri", "https://posta.example/callbak")));
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/activity?id={shop.Id}");
        var text = page.Document.QuerySelector("main")!.TextContent;
        Assert.Contains("https://posta.example/callba»k", text, StringComparison.Ordinal);
        var remedy = page.Document.QuerySelector("a[href*='add=']")!.GetAttribute("href")!;
        page = await browser.GetAsync(remedy);
        Assert.EndsWith("https://posta.example/callbak", page.Document.GetElementById("redirecturis")!.TextContent,
            StringComparison.Ordinal);
        page = await browser.SubmitAsync(
            page, form: null, ("Input.RedirectUris", page.Document.GetElementById("redirecturis")!.TextContent), ("Input.Name", "posta"));
        Assert.Contains("https://posta.example/callbak", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/console/application", page.Path);
        Assert.Null(page.Document.QuerySelector("main .notice.error"));
        page = await browser.GetAsync($"/console/application/activity?id={shop.Id}");
        Assert.Null(page.Document.QuerySelector("a[href*='add=']"));
        Assert.Contains("Ora è registrato", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("posta", (await browser.GetAsync("/console")).Document.QuerySelector("main")!.TextContent,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_overview_counts_what_happened_and_how_many_statements_that_takes_is_known()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var shop = await server.RegisterAsync("numeri");
        await Journey.SignInAsync(server.OpenBrowser(), ada, shop.AuthorizeUrl());
        await browser.OpenAsync(owner, "/console");
        server.Statements.Reset();
        var page = await browser.GetAsync("/console");
        Assert.InRange(server.Statements.Commands.Count, 1, 16);
        Assert.NotEqual("0", page.Document.QuerySelector(".kpi b")!.TextContent);
        Assert.Equal(29, page.Document.QuerySelectorAll(".numbers tr").Length);
    }

    [Fact]
    [Spec("C03")]
    public async Task A_new_secret_is_shown_on_the_page_of_its_own_application_only()
    {
        var other = await server.RegisterAsync("altra");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, "/console/applications/add");
        var added = "";
        browser.Watch = (answer, _) =>
        {
            if (answer.RequestMessage!.Method == HttpMethod.Post)
            {
                added = answer.Headers.GetValues("Set-Cookie")
                    .Single(cookie => cookie.StartsWith("__Host-sso-answer=", StringComparison.Ordinal));
            }
        };
        page = await browser.SubmitAsync(page, form: "add", ("Input.Name", "Solo qui"));
        browser.Watch = null;
        Assert.NotNull(page.Document.GetElementById("secret"));

        browser.SetCookie("__Host-sso-answer", added.Split(';')[0].Split('=', 2)[1]);
        Assert.Null((await browser.GetAsync($"/console/applications/added?id={other.Id}")).Document.GetElementById("secret"));
        Assert.NotNull((await browser.GetAsync(page.Url.PathAndQuery)).Document.GetElementById("secret"));
    }

    [Fact]
    public async Task What_happened_lately_is_looked_for_by_key_and_never_by_time()
    {
        var shop = await server.RegisterAsync("posta");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        await browser.OpenAsync(owner, "/console");
        server.Statements.Reset();
        foreach (var path in (string[])["", "/applications", $"/application?id={shop.Id}", $"/application/activity?id={shop.Id}"])
        {
            Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/console" + path)).Status);
        }

        var asked = server.Statements.Commands.Where(command => command.Contains("SecurityEvents", StringComparison.Ordinal)
            && command.Contains("WHERE", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(asked);
        Assert.DoesNotContain(asked, command => command.Contains("\"At\" >=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(AdministratorRole.Owner, "Crea un nuovo segreto")]
    [InlineData(AdministratorRole.Security, "Vedi")]
    public async Task A_secret_that_ends_says_when_and_offers_what_the_role_may_do(AdministratorRole role, string offered)
    {
        var now = server.Clock.GetUtcNow();
        var name = $"Fra un giorno per {role}";
        var shop = await server.RegisterAsync("scade", client =>
        {
            (client.Name, client.SecretExpiresAt) = (name, now.AddDays(1.5));
            (client.OtherSecretHash, client.OtherSecretExpiresAt) = (ClientSecret.HashOf("other"), now.AddDays(-3));
        });
        var (browser, person) = (server.OpenBrowser(), await server.AddAdministratorAsync(role));
        var page = await browser.OpenAsync(person, "/console");
        // However many secrets are near their end, there is one notice, and the tiles stay where they are.
        var notice = page.Document.GetElementById("secrets")!;
        var line = notice.QuerySelectorAll("details a")
            .Single(item => item.TextContent.Contains($"“{name}” scade", StringComparison.Ordinal));
        Assert.Contains("tra 2 giorni", line.TextContent, StringComparison.Ordinal);
        Assert.Equal($"/console/application/secrets?id={shop.Id}", line.GetAttribute("href"));
        Assert.Contains("segreti sono scaduti o scadono", notice.QuerySelector("p")!.TextContent, StringComparison.Ordinal);
        Assert.Single(page.Document.QuerySelectorAll(".notice"), item => item.TextContent.Contains("segret", StringComparison.Ordinal));
        Assert.DoesNotContain("1 giorni", page.Text, StringComparison.Ordinal);

        await using (var database = server.OpenDatabase())
        {
            await database.Clients.Where(client => client.Id != shop.Id).ExecuteUpdateAsync(set => set
                .SetProperty(client => client.SecretExpiresAt, (DateTimeOffset?)null)
                .SetProperty(client => client.OtherSecretExpiresAt, (DateTimeOffset?)null));
            await database.Clients.Where(client => client.Id == shop.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(client => client.OtherSecretExpiresAt, (DateTimeOffset?)null));
        }

        page = await browser.GetAsync("/console");
        Assert.Equal(offered, page.Document.QuerySelectorAll(".notice.warning")
            .Single(item => item.TextContent.Contains($"“{name}” scade", StringComparison.Ordinal)).QuerySelector("a")!.TextContent);
        await using (var database = server.OpenDatabase())
        {
            await database.Clients.Where(client => client.Id == shop.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(client => client.OtherSecretExpiresAt, now.AddDays(-3)));
        }

        foreach (var path in (string[])[$"/application?id={shop.Id}", $"/application/secrets?id={shop.Id}", "/applications"])
        {
            var text = (await browser.GetAsync("/console" + path)).Document.QuerySelector("main")!.TextContent;
            Assert.Contains("caduto", text, StringComparison.Ordinal);
            Assert.DoesNotContain("-3 giorni", text, StringComparison.Ordinal);
            Assert.DoesNotContain("1 giorni", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_secret_is_taken_away_by_its_fingerprint()
    {
        var shop = await server.RegisterAsync("segreti");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var path = $"/console/application/secrets?id={shop.Id}";
        var second = (await browser.SubmitAsync(await browser.OpenAsync(owner, path), form: "another"))
            .Document.GetElementById("secret")!.TextContent;
        var page = await browser.GetAsync(path);
        Assert.Equal(
            [.. new[] { shop.Secret!, second }.Select(secret => ClientSecret.FingerprintOf(ClientSecret.HashOf(secret)))],
            page.Document.QuerySelectorAll(".rows code").Select(code => code.TextContent));
        var stale = page;
        page = await browser.SubmitAsync(page);
        Assert.Equal($"{path}&done=revoked", page.Url.PathAndQuery);
        Assert.Equal("no yes", await WorkAsync(shop, second));
        Assert.Equal($"{path}&done=stale", (await browser.SubmitAsync(stale)).Url.PathAndQuery);
        Assert.Equal("no yes", await WorkAsync(shop, second));
    }

    private async Task RunAsync(string[] arguments)
    {
        var result = await CommandLine.RunOnAsync(
            server.Clock,
            [
                $"--Database:Provider={server.Database.Provider}",
                $"--Database:ConnectionString={server.Database.ConnectionString}",
                $"--Secrets:PassphraseFile={Path.Combine(server.Database.Folder, "passphrase")}",
                $"--Sso:Issuer={SsoServer.Issuer}",
            ],
            input: "",
            arguments);
        Assert.Equal((0, ""), (result.Code, result.Error));
    }

    /// <summary>Every column, but those that are each registration's own.</summary>
    private static string Stored(SsoDbContext database, ClientRegistration row) => string.Join(
        '\n',
        database.Entry(row).Properties
            .Where(property => property.Metadata.Name is not (
                nameof(row.Id) or nameof(row.CreatedAt) or nameof(row.SecretHash) or nameof(row.SecretCreatedAt)
                or nameof(row.SecretCreatedBy) or nameof(row.SecretExpiresAt)))
            .Select(property => $"{property.Metadata.Name}: {JsonSerializer.Serialize(property.CurrentValue)}")
            .Append($"The secret lives {row.SecretExpiresAt - row.SecretCreatedAt}"));

    private async Task<string> WorkAsync(RelyingParty shop, params string[] further)
    {
        await server.ReloadAsync();
        await using var database = server.OpenDatabase();
        var row = await database.Clients.AsNoTracking().SingleAsync(client => client.Id == shop.Id);
        var worked = new List<string>();
        foreach (var secret in (string[])[shop.Secret!, .. further])
        {
            var answer = await new RelyingParty(server, row, secret)
                .TokenAsync(("grant_type", "authorization_code"), ("code", "none"), ("redirect_uri", "https://x.example"));
            worked.Add(answer.Error == "invalid_client" ? "no" : "yes");
        }

        return string.Join(' ', worked);
    }
}
