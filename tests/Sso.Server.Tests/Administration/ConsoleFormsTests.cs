using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin.Brands;
using Sso.Data.Administrators;
using Sso.Data.Clients;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>What a form of the console does when its sender has to prove more first, and what it leaves alone.</summary>
[OneDatabase]
public sealed class ConsoleFormsTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("S116")]
    public async Task A_form_with_too_old_a_proof_does_nothing_and_comes_back_as_it_was_typed()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, "/console/applications/add");
        await server.PassAsync(TimeSpan.FromMinutes(6));
        var uris = string.Join('\n', Enumerable.Range(1, 20).Select(number => $"https://botteghe-{number}.example/{new string('x', 300)}"));
        page = await browser.SubmitAsync(
            page, form: "add", ("Input.Name", "Botteghe"), ("Input.Type", "Native"), ("Input.Stack", "mobile"),
            ("Input.RedirectUris", uris), ("Input.SecondFactor", "WhenEnrolled"), ("Input.NoTexts", "true"), ("Input.ClientId", "bottega"));
        Assert.Equal("/signin", page.Path);
        page = await Journey.PasswordAsync(browser, page, owner);
        // The pages of the proof have errors of their own.
        page = await browser.SubmitAsync(page, ("Input.Code", "000000"));
        Assert.Equal("/signin/verify/app", page.Path);
        page = await browser.ProveAsync(owner, page);

        Assert.Equal(("/console/applications/add", ""), (page.Path, page.Url.Query));
        AssertReminded(page);
        Assert.Equal("Botteghe", page.Document.GetElementById("name")!.GetAttribute("value"));
        Assert.Equal("bottega", page.Document.GetElementById("clientid")!.GetAttribute("value"));
        Assert.Equal(uris, page.Document.GetElementById("redirecturis")!.TextContent);
        Assert.True(page.Document.GetElementById("type-Native")!.HasAttribute("checked"));
        Assert.True(page.Document.GetElementById("notexts")!.HasAttribute("checked"));
        Assert.NotNull(page.Document.QuerySelector("#secondfactor option[value=WhenEnrolled][selected]"));
        Assert.NotNull(page.Document.QuerySelector("#stack option[value=mobile][selected]"));
        await using var database = server.OpenDatabase();
        Assert.False(await database.Clients.AnyAsync(client => client.Id == "bottega"));

        page = await browser.SubmitAsync(
            page, form: "add", ("Input.RedirectUris", uris), ("Input.Type", "Native"), ("Input.NoTexts", "true"));
        Assert.Equal("/console/applications/added?id=bottega&stack=mobile", page.Url.PathAndQuery);
        Assert.Null((await browser.GetAsync("/console/applications/add")).Document.GetElementById("error-summary"));
    }

    [Fact]
    public async Task Forms_of_two_tabs_that_wait_for_a_proof_both_come_back_as_they_were_typed()
    {
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var change = $"/console/application/change?id={shop.Id}";
        var (first, second) = (await browser.OpenAsync(owner, change), await browser.GetAsync("/console/applications/add"));
        await server.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal("/signin", (await browser.SubmitAsync(first, ("Input.Name", "Nome nuovo"))).Path);
        second = await browser.ProveAsync(owner, await browser.SubmitAsync(second, form: "add", ("Input.Name", "Bottega nuova")));
        Assert.Equal("Bottega nuova", second.Document.GetElementById("name")!.GetAttribute("value"));

        first = await browser.GetAsync(change);
        Assert.Equal("Nome nuovo", first.Document.GetElementById("name")!.GetAttribute("value"));
        AssertReminded(first);
        // Each is given back once.
        Assert.Null((await browser.GetAsync(change)).Document.QuerySelector(".notice.warning"));
    }

    [Fact]
    public async Task A_form_for_which_another_left_no_room_says_that_its_text_is_lost()
    {
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var change = $"/console/application/change?id={shop.Id}";
        var (first, second) = (await browser.OpenAsync(owner, change), await browser.GetAsync("/console/applications/add"));
        await server.PassAsync(TimeSpan.FromMinutes(6));
        await browser.SubmitAsync(first, ("Input.RedirectUris", Addresses(10)));
        second = await browser.ProveAsync(
            owner, await browser.SubmitAsync(second, form: "add", ("Input.RedirectUris", Addresses(10, from: 10))));
        Assert.Equal(Addresses(10, from: 10), second.Document.GetElementById("redirecturis")!.TextContent);

        first = await browser.GetAsync(change);
        AssertReminded(first);
        Assert.Contains(
            "troppo lungo da conservare", first.Document.QuerySelector(".notice.warning")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("https://negozio.example/callback", first.Document.GetElementById("redirecturis")!.TextContent);
    }

    [Fact]
    public async Task A_long_form_with_an_error_says_what_it_could_not_keep_and_keeps_the_rest()
    {
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/change?id={shop.Id}");
        page = await browser.SubmitAsync(
            page, ("Input.Name", "Nome nuovo"), ("Input.RedirectUris", Addresses(18) + "\nhttp://cattivo.example/cb"));
        Assert.Contains("troppo lunga da conservare", Told(page), StringComparison.Ordinal);
        Assert.NotNull(page.Document.GetElementById("redirecturis-error"));
        Assert.Equal("Nome nuovo", page.Document.GetElementById("name")!.GetAttribute("value"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_error_inside_of_what_can_be_folded_is_never_folded_away(bool isTaken)
    {
        var shop = await server.RegisterAsync("occupata");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, "/console/applications/add");
        Assert.False(page.Document.QuerySelector("main details")!.HasAttribute("open"));
        page = await browser.SubmitAsync(
            page, form: "add", ("Input.Name", isTaken ? "Nuova" : "!!!"), ("Input.ClientId", isTaken ? shop.Id : ""));
        Assert.NotNull(page.Document.QuerySelector("main details[open] #clientid-error"));
    }

    [Fact]
    public async Task Whoever_cancels_the_first_application_or_removed_the_last_sees_the_list()
    {
        var (browser, manager) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.AppManager));
        var page = await browser.OpenAsync(manager, "/console/applications");
        Assert.Equal("/console/applications/add", page.Path);
        page = await browser.GetAsync(page.Document.QuerySelector("main p.bare a")!.GetAttribute("href")!);
        Assert.Equal("/console/applications", page.Path);
        page = await browser.GetAsync("/console/applications?done=removed");
        Assert.Equal("/console/applications", page.Path);
        Assert.Contains("eliminata", page.Document.QuerySelector("main .notice.success")!.TextContent, StringComparison.Ordinal);
    }

    /// <summary>The same each time, and nothing that packs well.</summary>
    private static string Addresses(int count, int from = 0) => string.Join('\n', Enumerable.Range(from, count).Select(line =>
        "https://negozio.example/" + string.Concat(Enumerable.Range(0, 6).Select(
            part => Convert.ToHexStringLower(SHA256.HashData([(byte)line, (byte)part]))))));

    /// <summary>The session goes on: a page that said "you are signed out" would leave it open to whoever comes next.</summary>
    [Fact]
    public async Task Whoever_gives_no_fresh_proof_is_back_in_the_console_where_nothing_has_changed()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, "/console/applications/add");
        await server.PassAsync(TimeSpan.FromMinutes(6));
        page = await browser.SubmitAsync(page, form: "add", ("Input.Name", "Ripensata"));
        Assert.Equal("/signin", page.Path);

        var cancel = page.Document.QuerySelector("form[action*='handler=Cancel']")!.GetAttribute("action")!;
        page = await browser.PostAsync(cancel, [new("__RequestVerificationToken", page.Token())]);

        Assert.Equal((HttpStatusCode.OK, "/console"), (page.Status, page.Path));
        await using var database = server.OpenDatabase();
        Assert.False(await database.Clients.AnyAsync(client => client.Id == "ripensata"));
    }

    [Fact]
    public async Task Whoever_begins_no_sign_in_to_the_console_is_signed_out_of_it()
    {
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync("/console");
        var cancel = page.Document.QuerySelector("form[action*='handler=Cancel']")!.GetAttribute("action")!;
        page = await browser.PostAsync(cancel, [new("__RequestVerificationToken", page.Token())]);
        Assert.Equal("/signedout", page.Path);
    }

    [Fact]
    public async Task What_the_console_does_not_have_leads_back_to_it()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, "/console/application?id=nessuna");
        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        Assert.Equal("/console", page.Document.QuerySelector("main .actions a")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("/console/application/change", "", "Input.RedirectUris", "#redirecturis")]
    [InlineData("/console/application/danger", "Remove", "Input.Name", "#name")]
    public async Task Every_form_of_an_application_comes_back(string path, string handler, string field, string at)
    {
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"{path}?id={shop.Id}");
        await server.PassAsync(TimeSpan.FromMinutes(6));
        page = await browser.PostAsync(
            $"{path}?id={shop.Id}&handler={handler}",
            [new("__RequestVerificationToken", page.Token()), new(field, "https://nuovo.example/cb")]);
        page = await browser.ProveAsync(owner, page);
        Assert.Equal($"{path}?id={shop.Id}", page.Url.PathAndQuery);
        var typed = page.Document.QuerySelector(at)!;
        Assert.Equal("https://nuovo.example/cb", typed.GetAttribute("value") ?? typed.TextContent);
        AssertReminded(page);
    }

    [Fact]
    public async Task Nobody_else_at_the_same_browser_sees_what_was_typed()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, "/console/applications/add");
        await server.PassAsync(TimeSpan.FromMinutes(6));
        await browser.SubmitAsync(page, form: "add", ("Input.Name", "Segretissima"));
        var kept = browser.Cookie("__Host-sso-form");
        Assert.NotNull(kept);
        Assert.DoesNotContain("Segretissima", Uri.UnescapeDataString(kept), StringComparison.Ordinal);

        var (other, second) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        await other.OpenAsync(second, "/console");
        other.SetCookie("__Host-sso-form", kept);
        page = await other.GetAsync("/console/applications/add");
        Assert.Equal("", page.Document.GetElementById("name")!.GetAttribute("value") ?? "");
        Assert.Null(page.Document.GetElementById("error-summary"));
    }

    [Fact]
    public async Task An_empty_list_is_the_form_and_asks_for_no_proof_until_it_is_sent()
    {
        var (browser, manager) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.AppManager));
        await browser.OpenAsync(manager, "/console/applications");
        await server.PassAsync(TimeSpan.FromMinutes(6));
        var page = await browser.GetAsync("/console/applications");
        Assert.Equal(("/console/applications/add", HttpStatusCode.OK), (page.Path, page.Status));
        page = await browser.PostAsync("/console/applications/add?handler=Propose",
        [
            new("__RequestVerificationToken", page.Token()), new("Input.Name", "Nuova"), new("Input.Address", "nuova.example"),
        ]);
        Assert.Equal("https://nuova.example/callback", page.Document.GetElementById("redirecturis")!.TextContent);
        Assert.Equal("/signin", (await browser.SubmitAsync(page, form: "add")).Path);
    }

    [Fact]
    public async Task The_form_of_a_machine_changes_its_name_and_nothing_that_it_does_not_show()
    {
        var machine = await server.RegisterAsync("lavoro", client =>
        {
            (client.GrantTypes, client.Scopes, client.PostLogoutRedirectUris) = ([GrantTypes.ClientCredentials], ["ordini.leggi"], []);
            (client.RedirectUris, client.AcceptsTextMessages, client.SecondFactor) = ([], false, SecondFactorPolicy.None);
        });
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/change?id={machine.Id}");
        Assert.Null(page.Document.GetElementById("secondfactor"));
        page = await browser.SubmitAsync(page, ("Input.Name", "Turno di notte"));
        Assert.Equal("/console/application", page.Path);
        var row = await RowAsync(machine);
        Assert.Equal(
            ("Turno di notte", SecondFactorPolicy.None, false), (row.Name, row.SecondFactor, row.AcceptsTextMessages));
    }

    [Fact]
    public async Task What_another_administrator_changed_meanwhile_is_shown_and_neither_side_loses_anything()
    {
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var (second, other) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var path = $"/console/application/change?id={shop.Id}";
        var page = await browser.OpenAsync(owner, path);
        const string theirs = "https://negozio.example/nuovo";
        Assert.Equal(
            "/console/application",
            (await second.SubmitAsync(await second.OpenAsync(other, path), ("Input.RedirectUris", theirs))).Path);

        page = await browser.SubmitAsync(page, ("Input.Name", "Nome mio"));
        Assert.Equal(path, page.Url.PathAndQuery);
        Assert.Equal(
            [theirs], page.Document.QuerySelectorAll("section[aria-labelledby=theirs] code").Select(code => code.TextContent));
        Assert.Equal("Nome mio", page.Document.GetElementById("name")!.GetAttribute("value"));
        var row = await RowAsync(shop);
        Assert.NotEqual("Nome mio", row.Name);
        Assert.Equal([theirs], row.RedirectUris);

        page = await browser.SubmitAsync(page, ("Input.Name", "Nome mio"), ("Input.RedirectUris", theirs));
        Assert.Equal("/console/application", page.Path);
        row = await RowAsync(shop);
        Assert.Equal("Nome mio", row.Name);
        Assert.Equal([theirs], row.RedirectUris);
    }

    [Fact]
    public async Task A_number_that_is_no_policy_changes_none_and_what_was_not_sent_stays()
    {
        var shop = await server.RegisterAsync("negozio", client => client.AcceptsTextMessages = false);
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, $"/console/application/change?id={shop.Id}");
        await browser.PostAsync(
            $"/console/application/change?id={shop.Id}",
            [
                new("__RequestVerificationToken", page.Token()), new("Input.Name", "Altro nome"), new("Input.SecondFactor", "7"),
                new("Input.NoTexts", "true"),
                new("Input.Seen", page.Document.QuerySelector("[name='Input.Seen']")!.GetAttribute("value")!),
            ]);
        var row = await RowAsync(shop);
        Assert.Equal(("Altro nome", SecondFactorPolicy.Required, false), (row.Name, row.SecondFactor, row.AcceptsTextMessages));
        Assert.Equal(["https://negozio.example/callback"], row.RedirectUris);
        Assert.Single(row.PostLogoutRedirectUris);
    }

    [Fact]
    [Spec("S113")]
    public async Task An_app_manager_asks_for_no_less_security_than_before_and_an_owner_may()
    {
        var shop = await server.RegisterAsync("negozio");
        foreach (var (role, expected) in (IEnumerable<(AdministratorRole, SecondFactorPolicy)>)
            [(AdministratorRole.AppManager, SecondFactorPolicy.Required), (AdministratorRole.Owner, SecondFactorPolicy.None)])
        {
            await server.ForgetAttemptsAsync();
            var (browser, person) = (server.OpenBrowser(), await server.AddAdministratorAsync(role, shop.Id));
            var page = await browser.OpenAsync(person, $"/console/application/change?id={shop.Id}");
            Assert.Equal(expected == SecondFactorPolicy.Required ? 1 : 3, page.Document.QuerySelectorAll("#secondfactor option").Length);
            page = await browser.SubmitAsync(page, ("Input.SecondFactor", "None"));
            Assert.Equal(expected == SecondFactorPolicy.Required, page.Document.GetElementById("secondfactor-error") is not null);
            Assert.Equal(expected, (await RowAsync(shop)).SecondFactor);
            var name = $"Debole {role}";
            page = await browser.SubmitAsync(
                await browser.GetAsync("/console/applications/add"), form: "add", ("Input.Name", name), ("Input.SecondFactor", "None"));
            Assert.Equal(expected == SecondFactorPolicy.Required, page.Path == "/console/applications/add");
        }
    }

    [Fact]
    public async Task What_is_doubtful_in_a_registration_is_shown_after_adding_and_after_changing()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.SubmitAsync(
            await browser.OpenAsync(owner, "/console/applications/add"), form: "add",
            ("Input.Name", "Dubbia"), ("Input.RedirectUris", "http://localhost:5000/cb"));
        Assert.Contains("127.0.0.1", page.Document.GetElementById("doubts")!.TextContent, StringComparison.Ordinal);
        page = await browser.SubmitAsync(
            await browser.GetAsync("/console/application/change?id=dubbia"), ("Input.RedirectUris", "https://dubbia.example/cb?x=1"));
        Assert.Equal("/console/application?id=dubbia&done=changed", page.Url.PathAndQuery);
        Assert.Contains("parametri", page.Document.GetElementById("doubts")!.TextContent, StringComparison.Ordinal);
        page = await browser.SubmitAsync(
            await browser.GetAsync("/console/application/change?id=dubbia"), ("Input.RedirectUris", "https://dubbia.example/cb"));
        Assert.Null(page.Document.GetElementById("doubts"));
    }

    [Fact]
    [Spec("C06")]
    public async Task Only_an_address_that_was_refused_lately_is_offered_in_the_form()
    {
        var shop = await server.RegisterAsync("posta");
        await server.OpenBrowser().GetAsync(shop.AuthorizeUrl(("redirect_uri", "http://posta.example/aperta")));
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        await browser.OpenAsync(owner, "/console");
        // One that nobody sent, and one that was sent and may not be registered.
        foreach (var address in (string[])["https://altri.example/cb", "http://posta.example/aperta"])
        {
            var page = await browser.GetAsync($"/console/application/change?id={shop.Id}&add={Uri.EscapeDataString(address)}");
            Assert.Equal("https://posta.example/callback", page.Document.GetElementById("redirecturis")!.TextContent);
            Assert.Null(page.Document.QuerySelector("main .notice"));
        }
    }

    [Fact]
    public async Task An_application_is_given_a_brand_that_exists_and_can_be_rid_of_it()
    {
        await StoreBrandAsync("collina");
        var shop = await server.RegisterAsync("negozio");
        var (browser, manager) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.AppManager, shop.Id));
        var path = $"/console/application/change?id={shop.Id}";
        var page = await browser.OpenAsync(manager, path);
        Assert.Equal("", page.Document.QuerySelector("#brand option[selected]")!.GetAttribute("value"));
        Assert.Equal("Collina", page.Document.QuerySelector("#brand option[value=collina]")!.TextContent);

        page = await browser.SubmitAsync(page, ("Input.Brand", "nessuna"));
        Assert.Equal(path, page.Url.PathAndQuery);
        Assert.Contains("stato tolto", page.Document.GetElementById("brand-error")!.TextContent, StringComparison.Ordinal);
        Assert.Null((await RowAsync(shop)).BrandId);

        page = await browser.SubmitAsync(page, ("Input.Brand", "collina"));
        Assert.Equal("/console/application", page.Path);
        Assert.Equal("collina", (await RowAsync(shop)).BrandId);

        page = await browser.SubmitAsync(await browser.GetAsync(path), ("Input.Name", "Altro nome"));
        Assert.Equal("/console/application", page.Path);
        Assert.Equal("collina", (await RowAsync(shop)).BrandId);

        await browser.SubmitAsync(await browser.GetAsync(path), ("Input.Brand", ""));
        Assert.Null((await RowAsync(shop)).BrandId);
    }

    [Fact]
    public async Task A_brand_that_another_administrator_gave_meanwhile_is_shown_by_its_name_and_not_overwritten()
    {
        await StoreBrandAsync("pianura");
        var shop = await server.RegisterAsync("negozio");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var path = $"/console/application/change?id={shop.Id}";
        var page = await browser.OpenAsync(owner, path);
        await browser.SubmitAsync(await browser.GetAsync(path), ("Input.Brand", "pianura"));

        page = await browser.SubmitAsync(page, ("Input.Name", "Nome mio"));
        Assert.Equal(path, page.Url.PathAndQuery);
        Assert.Contains(
            "Pianura", page.Document.QuerySelector("section[aria-labelledby=theirs]")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("pianura", (await RowAsync(shop)).BrandId);
    }

    [Theory]
    [InlineData("/console/keys?after=abc")]
    [InlineData("/console/texts/mails?retried=abc")]
    public async Task What_nobody_can_read_in_an_address_is_as_if_it_were_not_there(string path)
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, path);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Null(page.Document.GetElementById("error-summary"));
        Assert.DoesNotContain("Errore", page.Document.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_title_of_a_page_says_what_its_heading_says_and_of_which_application()
    {
        var shop = await server.RegisterAsync("titolo", client => client.Name = "Negozio dei titoli");
        var (browser, auditor) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Auditor));
        var page = await browser.OpenAsync(auditor, "/console/applications/add");
        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        Assert.StartsWith(page.Document.QuerySelector("h1")!.TextContent, page.Document.Title, StringComparison.Ordinal);

        var (other, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        page = await other.OpenAsync(owner, $"/console/applications/added?id={shop.Id}");
        Assert.StartsWith("Pronta da usare: Negozio dei titoli", page.Document.Title, StringComparison.Ordinal);
    }

    /// <summary>A time without a zone is anybody's guess.</summary>
    [Theory]
    [InlineData("/console")]
    [InlineData("/console/people")]
    [InlineData("/console/applications")]
    [InlineData("/console/application?id=")]
    [InlineData("/console/person/reset?sub=")]
    public async Task A_page_with_times_says_in_which_zone_they_are(string path)
    {
        var shop = await server.RegisterAsync("orari");
        var ada = await server.AddPersonAsync("ada");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var about = path.EndsWith("id=", StringComparison.Ordinal) ? shop.Id : path.EndsWith('=') ? ada.Subject : "";
        var page = await browser.OpenAsync(owner, path + about);
        Assert.Contains("Orari: ", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    /// <summary>Letters reach four fifths of their size above the line on which they stand.</summary>
    [Fact]
    public async Task The_upper_number_of_a_chart_is_within_the_drawing_on_a_phone_too()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var drawn = (await browser.OpenAsync(owner, "/console")).Document.QuerySelectorAll(".chart svg text")
            .Min(text => int.Parse(text.GetAttribute("y")!, CultureInfo.InvariantCulture));
        var css = (await browser.GetAsync("/css/site.css")).Text;
        var sizes = Regex.Matches(css, @"\.chart text \{[^}]*font-size: (\d+)px", RegexOptions.CultureInvariant)
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(2, sizes.Count);
        Assert.True(drawn >= sizes.Max() * 4 / 5, $"{sizes.Max()} px of letters at {drawn}");
    }

    /// <summary>Nothing went wrong: it is a notice, and neither an error nor a title that says so.</summary>
    private static void AssertReminded(Page page)
    {
        Assert.Contains("Non è ancora fatto", page.Document.QuerySelector(".notice.warning")!.TextContent, StringComparison.Ordinal);
        Assert.Null(page.Document.GetElementById("error-summary"));
        Assert.DoesNotContain("Errore", page.Document.Title, StringComparison.Ordinal);
    }

    private static string Told(Page page) => page.Document.GetElementById("error-summary")!.TextContent;

    private async Task<ClientRegistration> RowAsync(RelyingParty party)
    {
        await using var database = server.OpenDatabase();
        return await database.Clients.SingleAsync(client => client.Id == party.Id);
    }

    private async Task StoreBrandAsync(string id)
    {
        await using (var database = server.OpenDatabase())
        {
            database.Brands.Add(new()
            {
                Id = id,
                Name = char.ToUpperInvariant(id[0]) + id[1..],
                Accent = "#1f6f8b",
                CreatedAt = DateTimeOffset.UnixEpoch,
            });
            await database.SaveChangesAsync();
        }

        await server.App.Services.GetRequiredService<BrandDirectory>().LoadAsync(default);
    }
}
