using System.Net;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Mvc.RazorPages.Infrastructure;
using Microsoft.Extensions.DependencyInjection;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.Pages;
using Sso.Server.Tests.Http;
using Sso.Testing;
using Xunit;
using Page = Sso.Testing.Page;

namespace Sso.Server.Tests.Pages;

/// <summary>Whatever page a person comes to, and however late, there is a way on.</summary>
[OneDatabase]
public sealed class NoDeadEndTests(SsoServer server) : IClassFixture<SsoServer>
{
    private static readonly TimeSpan TooLate = TimeSpan.FromMinutes(21);

    [Theory]
    [InlineData("/signin")]
    [InlineData("/login")]
    public async Task The_sign_in_page_opened_by_itself_leads_to_the_account_area(string path)
    {
        var (ada, browser) = (await (await server.AddPersonAsync("ada")).WithAppAsync(), server.OpenBrowser());
        var page = await browser.GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, "/signin"), (page.Status, page.Path));
        page = await Journey.AppAsync(browser, await Journey.PasswordAsync(browser, page, ada), ada);
        Assert.Equal("/account", page.Path);
        Assert.Equal("/account", (await browser.GetAsync(path)).Path);
    }

    [Fact]
    public async Task Every_step_opened_by_its_bare_address_leads_to_the_sign_in_page()
    {
        var steps = await StepsAsync();
        Assert.True(steps.Count > 25, string.Join(' ', steps));
        foreach (var step in steps)
        {
            var page = await server.OpenBrowser().GetAsync(step);
            Assert.True((page.Status, page.Path) == (HttpStatusCode.OK, "/signin"), $"{step}: {(int)page.Status} {page.Path}");
        }
    }

    [Theory]
    [InlineData(null, "https://shop.example/", "Torna su shop")]
    [InlineData("https://shop.example/start?x=1", "https://shop.example/start?x=1&iss=https%3A%2F%2Fsso.test", "Accedi di nuovo a shop")]
    public async Task A_password_that_comes_too_late_leads_on_to_the_application_and_the_name_is_kept(
        string? initiateLoginUri, string target, string label)
    {
        var (ada, browser) = (await server.AddPersonAsync("ada"), server.OpenBrowser());
        var shop = await server.RegisterAsync("shop", client => client.InitiateLoginUri = initiateLoginUri);
        var addresses = new List<string>();
        browser.Watch = (answer, _) => addresses.Add(answer.RequestMessage!.RequestUri!.ToString());
        var page = await browser.GetAsync(shop.AuthorizeUrl());
        await server.PassAsync(TooLate);

        page = await Journey.PasswordAsync(browser, page, ada);

        Assert.Equal(("/error", HttpStatusCode.BadRequest), (page.Path, page.Status));
        var way = Assert.Single(page.Document.QuerySelectorAll("main .actions a"));
        Assert.Equal((target, label), (way.GetAttribute("href"), way.TextContent.Trim()));
        Assert.Equal(ada.UserName, NameOn(await browser.GetAsync(shop.AuthorizeUrl(("state", "s-2")))));
        Assert.DoesNotContain(addresses, address => address.Contains(ada.UserName, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_password_for_the_account_area_that_comes_too_late_is_asked_again_at_once()
    {
        var (ada, browser) = (await (await server.AddPersonAsync("ada")).WithAppAsync(), server.OpenBrowser());
        var page = await browser.GetAsync("/account/contacts");
        await server.PassAsync(TooLate);
        page = await Journey.PasswordAsync(browser, page, ada);
        Assert.Equal(("/signin", HttpStatusCode.OK, ada.UserName), (page.Path, page.Status, NameOn(page)));
        Assert.Contains(
            "aperta da troppo tempo", page.Document.QuerySelector(".notice:not([hidden])")!.TextContent, StringComparison.Ordinal);
        page = await Journey.AppAsync(browser, await Journey.PasswordAsync(browser, page, ada), ada);
        Assert.Equal("/account/contacts", page.Path);
    }

    [Fact]
    public async Task The_answer_to_a_device_that_comes_too_late_begins_again_at_its_code()
    {
        var tv = await server.RegisterAsync("tv", client =>
        {
            client.AuthenticationMethod = ClientAuthenticationMethod.None;
            (client.RedirectUris, client.GrantTypes) = ([], [GrantTypes.DeviceCode]);
        });
        var browser = server.OpenBrowser();
        var page = await browser.SubmitAsync(
            await browser.GetAsync("/device"), ("Input.UserCode", (await tv.AskDeviceAsync()).Text("user_code")!));
        Assert.Equal("/signin", page.Path);
        await server.PassAsync(TooLate);
        Assert.Equal("/device", (await browser.GetAsync(page.Url.PathAndQuery)).Path);
    }

    [Fact]
    public async Task A_pushed_request_that_was_answered_or_is_over_leads_back_to_the_application()
    {
        var (ada, browser) = (await (await server.AddPersonAsync("ada")).WithAppAsync(), server.OpenBrowser());
        var shop = await server.RegisterAsync("shop");
        var url = $"/connect/authorize?client_id={shop.Id}&request_uri={(await shop.PushAsync()).Text("request_uri")}";
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(url), ada);
        var challenge = page.Url.PathAndQuery;
        Assert.NotNull((await Journey.AppAsync(browser, page, ada)).Code);
        foreach (var late in (string[])[challenge, url])
        {
            page = await browser.GetAsync(late);
            Assert.Equal("https://shop.example/", page.Document.QuerySelector("main .actions a")!.GetAttribute("href"));
        }
    }

    [Fact]
    public async Task An_address_that_anybody_can_write_leads_nobody_to_an_application_that_registered_itself()
    {
        var shop = await server.RegisterAsync("shop", client => client.IsUnverified = true);
        var page = await server.OpenBrowser().GetAsync($"/error?about=ExpiredFlow&client={shop.Id}");
        Assert.Equal("/account", page.Document.QuerySelector("main .actions a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task A_second_tab_goes_where_it_wanted_to_go_when_the_first_has_done_the_sign_in()
    {
        var (ada, browser) = (await (await server.AddPersonAsync("ada")).WithAppAsync(), server.OpenBrowser());
        var shop = await server.RegisterAsync("shop");
        var (one, two) =
            (await browser.GetAsync(shop.AuthorizeUrl(("state", "one"))), await browser.GetAsync(shop.AuthorizeUrl(("state", "two"))));
        Assert.Equal("one", (await Journey.AppAsync(browser, await Journey.PasswordAsync(browser, one, ada), ada)).Parameter("state"));
        var statuses = new List<HttpStatusCode>();
        browser.Watch = (answer, _) => statuses.Add(answer.StatusCode);

        var page = await Journey.PasswordAsync(browser, two, ada);

        Assert.All(statuses, status => Assert.InRange((int)status, 300, 399));
        Assert.Equal("two", page.Parameter("state"));
        Assert.NotNull((await shop.RedeemAsync(page.Code)).AccessToken);
    }

    [Fact]
    public async Task A_form_from_before_another_sign_in_changes_nothing_and_says_so_at_its_page()
    {
        var (ada, browser) = (await (await server.AddPersonAsync("ada")).WithAppAsync(), server.OpenBrowser());
        await Journey.SignInAsync(browser, ada, "/account");
        var form = await browser.GetAsync("/account/data/delete");
        await browser.SubmitAsync(await browser.GetAsync("/signout"));
        await Journey.SignInAsync(browser, ada, "/account");

        var page = await browser.SubmitAsync(form, ("Input.UserName", ada.UserName));

        Assert.Equal(("/account/data/delete", HttpStatusCode.OK), (page.Path, page.Status));
        Assert.Contains("Non abbiamo cambiato nulla", page.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        Assert.Null(await database.AccountDeletions.FindAsync(ada.Id));
    }

    [Fact]
    public async Task A_session_that_was_closed_elsewhere_or_ran_out_says_so_at_the_sign_in_page()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var (here, elsewhere) = (server.OpenBrowser(), server.OpenBrowser());
        Assert.Null((await here.GetAsync("/account")).Document.QuerySelector(".notice:not([hidden])"));
        await Journey.SignInAsync(here, ada, "/account");
        await Journey.SignInAsync(elsewhere, ada, "/account");
        await elsewhere.PostAsync(
            "/account/sessions?handler=Others", [new(PageForm.AntiforgeryField, PageForm.ValueIn(await elsewhere.GetAsync("/signout")))]);
        Assert.Contains("è stata chiusa", NoticeOn(await here.GetAsync("/account/contacts")), StringComparison.Ordinal);
        await server.PassAsync(TimeSpan.FromMinutes(61));
        Assert.Contains("è scaduta", NoticeOn(await elsewhere.GetAsync("/account")), StringComparison.Ordinal);

        await Journey.SignInAsync(here, ada, "/account");
        await here.SubmitAsync(await here.GetAsync("/signout"));
        Assert.Null((await here.GetAsync("/account")).Document.QuerySelector(".notice:not([hidden])"));
    }

    [Theory]
    [InlineData("it", "Pagina non trovata", "La pagina non è più valida")]
    [InlineData("en", "Page not found", "This page is no longer valid")]
    public async Task A_missing_page_and_a_stale_form_speak_one_language_in_the_frame_of_every_page(
        string language, string missing, string stale)
    {
        var browser = server.OpenBrowser();
        browser.AcceptLanguage = language;
        var page = await browser.GetAsync("/no-such-page?x=1");
        Assert.Equal(HttpStatusCode.NotFound, page.Status);
        IsWhole(page, language, missing);
        page = await browser.PostAsync("/password/forgot?flow=abc", [new("Input.UserName", "ada")]);
        Assert.Equal(HttpStatusCode.BadRequest, page.Status);
        IsWhole(page, language, stale);
        Assert.Equal("/password/forgot?flow=abc", page.Document.QuerySelector("main .actions a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task The_language_of_a_missing_page_can_be_switched_and_it_is_still_that_page()
    {
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync("/no-such-page?x=1");
        var form = page.Document.QuerySelector("form.languages")!;
        page = await browser.PostAsync(
            "/language",
            [
                new(PageForm.AntiforgeryField, PageForm.ValueIn(page)), new("to", "en"),
                new("back", form.QuerySelector("[name=back]")!.GetAttribute("value")!),
            ]);
        Assert.Equal(("/no-such-page?x=1", HttpStatusCode.NotFound), (page.Url.PathAndQuery, page.Status));
        IsWhole(page, "en", "Page not found");
    }

    [Theory]
    [Spec("OIDC Core", "3.1.2.1")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_language_of_a_request_outlives_forms_links_and_refusals_until_the_person_chooses_another(bool isPushed)
    {
        var (ada, browser) = (await (await server.AddPersonAsync("ada")).WithAppAsync(), server.OpenBrowser());
        var shop = await server.RegisterAsync("shop");
        var url = isPushed
            ? $"/connect/authorize?client_id={shop.Id}&request_uri={(await shop.PushAsync(("ui_locales", "en"))).Text("request_uri")}"
            : shop.AuthorizeUrl(("ui_locales", "en"));
        var page = await browser.GetAsync(url);
        Assert.Equal("en", LanguageOf(page));
        page = await browser.SubmitAsync(page, ("Input.UserName", ""));
        Assert.Equal("en", LanguageOf(page));
        Assert.Equal("Enter your e‑mail or username", page.Document.QuerySelector("#error-summary li")!.TextContent.Trim());
        Assert.Equal(
            "en",
            LanguageOf(await browser.GetAsync(page.Document.QuerySelector("main a[href^='/password/forgot']")!.GetAttribute("href")!)));
        page = await Journey.PasswordAsync(browser, page, ada);
        Assert.Equal("en", LanguageOf(page));

        page = await browser.PostAsync(
            "/language", [new(PageForm.AntiforgeryField, PageForm.ValueIn(page)), new("to", "it"), new("back", page.Url.PathAndQuery)]);

        Assert.Equal("it", LanguageOf(page));
        Assert.Equal("it", LanguageOf(await browser.SubmitAsync(page, ("Input.Code", "000000"))));
        await server.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal("en", LanguageOf(await browser.GetAsync(shop.AuthorizeUrl(("ui_locales", "en"), ("prompt", "login")))));
    }

    [Theory]
    [InlineData("https://evil.example/")]
    [InlineData("/password/forgot")]
    [InlineData("AAAA")]
    public async Task The_page_of_a_stale_form_leads_back_only_where_we_wrote(string back)
    {
        var page = await server.OpenBrowser().GetAsync("/error?about=StaleForm&back=" + Uri.EscapeDataString(back));
        Assert.Equal("/account", page.Document.QuerySelector("main .actions a")!.GetAttribute("href"));
    }

    [Theory]
    [InlineData("&post_logout_redirect_uri=https://shop.example/signed-out&state=s-1", "https://shop.example/signed-out?state=s-1")]
    [InlineData("", "https://shop.example/")]
    public async Task A_logout_without_a_session_offers_the_way_back_to_the_application(string parameters, string target)
    {
        var shop = await server.RegisterAsync("shop");
        var page = await server.OpenBrowser().GetAsync($"/connect/logout?client_id={shop.Id}{parameters}");
        Assert.Equal(("/signedout", HttpStatusCode.OK), (page.Path, page.Status));
        var way = page.Document.QuerySelector("main .actions a.primary")!;
        Assert.Equal(target, way.GetAttribute("href"));
        // Offered, not followed: nothing shows that the application asked (RP-Initiated Logout §3).
        Assert.False(way.HasAttribute("data-continue"));
    }

    private async Task<IReadOnlyList<string>> StepsAsync()
    {
        var steps = new List<string>();
        foreach (var page in server.App.Services.GetRequiredService<IActionDescriptorCollectionProvider>()
            .ActionDescriptors.Items.OfType<PageActionDescriptor>())
        {
            var compiled = await server.App.Services.GetRequiredService<PageLoader>()
                .LoadAsync(page, Microsoft.AspNetCore.Http.EndpointMetadataCollection.Empty);
            if (compiled.HandlerTypeInfo.IsSubclassOf(typeof(StepPage)))
            {
                steps.Add("/" + page.AttributeRouteInfo!.Template);
            }
        }

        return steps;
    }

    private static void IsWhole(Page page, string language, string title)
    {
        Assert.Equal(title, page.Document.QuerySelector("h1")!.TextContent);
        Assert.Equal(language, page.Document.DocumentElement.GetAttribute("lang"));
        Assert.Empty(page.Document.QuerySelectorAll("main [lang]"));
        Assert.Equal(2, page.Document.QuerySelectorAll("form.languages button").Length);
        Assert.NotEmpty(page.Document.QuerySelectorAll("main .actions a"));
    }

    private static string? LanguageOf(Page page) => page.Document.DocumentElement.GetAttribute("lang");

    [Fact]
    public async Task Whoever_typed_a_name_and_forgot_the_password_finds_the_name_again()
    {
        var browser = server.OpenBrowser();
        var page = await browser.SubmitAsync(
            await browser.GetAsync("/account"), ("Input.UserName", "ada.forte"), ("Input.Password", "sbagliata"));
        page = await browser.GetAsync(page.Document.QuerySelector("main a[href^='/password/forgot']")!.GetAttribute("href")!);
        Assert.Equal("ada.forte", NameOn(page));
    }

    private static string? NameOn(Page page) => page.Document.QuerySelector("[name='Input.UserName']")?.GetAttribute("value");

    private static string NoticeOn(Page page) => page.Document.QuerySelector(".notice:not([hidden])")?.TextContent ?? "";
}
