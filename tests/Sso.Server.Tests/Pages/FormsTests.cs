using System.Net;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Pages;

/// <summary>What every form does for people, password managers and screen readers, with script off.</summary>
[OneDatabase]
public sealed class FormsTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("U03")]
    public async Task The_title_names_step_and_brand_and_begins_with_the_word_error_when_there_is_one()
    {
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync("/account");
        Assert.Equal("Accedi – Nuvola", page.Document.Title);
        page = await browser.SubmitAsync(page, ("Input.UserName", ""));
        Assert.Equal("Errore: Accedi – Nuvola", page.Document.Title);
    }

    [Fact]
    [Spec("U12")]
    [Spec("U13")]
    [Spec("U23")]
    public async Task An_error_stands_in_the_summary_with_a_link_and_at_its_field_in_the_same_words()
    {
        var browser = server.OpenBrowser();
        var page = await browser.SubmitAsync(await browser.GetAsync("/account"), ("Input.UserName", ""));

        var summary = page.Document.QuerySelector("[role=alert][tabindex='-1']")!;
        foreach (var link in summary.QuerySelectorAll("a"))
        {
            var field = page.Document.QuerySelector(link.GetAttribute("href")!)!;
            Assert.Equal("true", field.GetAttribute("aria-invalid"));
            var told = field.GetAttribute("aria-describedby")!.Split(' ').Select(id => page.Document.GetElementById(id)!.TextContent);
            Assert.Contains(told, text => text.Contains(link.TextContent, StringComparison.Ordinal));
            Assert.NotNull(page.Document.QuerySelector($"{link.GetAttribute("href")}-error svg"));
        }

        Assert.Equal(2, summary.QuerySelectorAll("a").Length);
    }

    [Fact]
    [Spec("U24")]
    public async Task The_name_survives_an_error_and_the_password_does_not()
    {
        var browser = server.OpenBrowser();
        var page = await browser.SubmitAsync(
            await browser.GetAsync("/account"), ("Input.UserName", "ada"), ("Input.Password", "sbagliata"));
        Assert.Equal("ada", page.Document.QuerySelector("[name='Input.UserName']")!.GetAttribute("value"));
        Assert.DoesNotContain("sbagliata", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("U26")]
    [Spec("U33")]
    [Spec("U07")]
    public async Task Every_control_has_a_label_none_a_placeholder_and_none_keeps_autofill_or_paste_away()
    {
        foreach (var page in await EveryFormAsync())
        {
            Assert.Empty(page.Document.QuerySelectorAll("[placeholder], [onpaste], [autocomplete=off]"));
            foreach (var control in page.Document.QuerySelectorAll("main input:not([type=hidden]):not([aria-hidden]), main select"))
            {
                var labelled = page.Document.QuerySelector($"label[for='{control.Id}']") ?? control.Closest("label");
                Assert.True(labelled is not null, $"{page.Path}: {control.OuterHtml}");
            }
        }
    }

    [Theory]
    [Spec("U31")]
    [Spec("S5")]
    [InlineData("/signin", "Input.UserName", "username webauthn")]
    [InlineData("/signin", "Input.Password", "current-password")]
    [InlineData("/account/password", "Input.Current", "current-password")]
    [InlineData("/account/password", "Input.Password", "new-password")]
    [InlineData("/account/mfa/app", "Input.Code", "one-time-code")]
    [InlineData("/account/mfa/sms", "Input.Number", "tel")]
    [InlineData("/signin/verify/app", "Input.Code", "one-time-code")]
    public async Task Managers_recognise_the_fields_by_their_tokens(string path, string field, string token)
    {
        var page = (await EveryFormAsync()).First(candidate => candidate.Path == path);
        Assert.Equal(token, page.Document.QuerySelector($"[name='{field}']")!.GetAttribute("autocomplete"));
    }

    [Fact]
    [Spec("U34")]
    public async Task A_page_that_asks_only_for_a_password_names_its_owner_to_managers()
    {
        foreach (var page in (await EveryFormAsync()).Where(page => page.Document.QuerySelector("[autocomplete=new-password]") is not null))
        {
            var name = page.Document.QuerySelector("form [autocomplete=username]")!;
            Assert.False(string.IsNullOrEmpty(name.GetAttribute("value")));
            Assert.False(name.HasAttribute("hidden"));
        }
    }

    [Fact]
    [Spec("U36")]
    [Spec("S5")]
    public async Task A_password_is_masked_may_be_shown_by_a_button_and_is_not_spelt_or_capitalised()
    {
        foreach (var field in (await EveryFormAsync()).SelectMany(page => page.Document.QuerySelectorAll("[type=password]")))
        {
            Assert.Equal(("off", "false"), (field.GetAttribute("autocapitalize"), field.GetAttribute("spellcheck")));
            Assert.Equal(
                "false",
                field.ParentElement!.QuerySelector($"button[type=button][aria-controls='{field.Id}']")!.GetAttribute("aria-pressed"));
        }
    }

    [Fact]
    [Spec("U37")]
    public async Task Password_managers_find_the_page_of_the_change_and_no_other_well_known_path()
    {
        using var client = server.Backchannel();
        var answer = await client.GetAsync("/.well-known/change-password");
        Assert.Equal("/account/password", answer.Headers.Location?.OriginalString);
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await client.GetAsync("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200")).StatusCode);
    }

    [Fact]
    [Spec("U39")]
    public async Task A_code_is_one_text_field_for_digits()
    {
        var page = (await EveryFormAsync()).First(candidate => candidate.Path == "/signin/verify/app");
        var field = Assert.Single(page.Document.QuerySelectorAll("main input:not([type=hidden])"));
        Assert.Equal(("text", "numeric"), (field.GetAttribute("type"), field.GetAttribute("inputmode")));
        Assert.False(field.HasAttribute("pattern"));
    }

    [Fact]
    [Spec("U44")]
    [Spec("U45")]
    public async Task The_seed_is_shown_and_never_posted_back_and_nothing_is_active_without_a_code()
    {
        var (browser, page) = await EnrollingAsync();
        var key = page.Document.QuerySelector("#key")!.TextContent.Replace(" ", "", StringComparison.Ordinal).Trim();
        Assert.DoesNotContain(
            page.Document.QuerySelectorAll("input"), input => (input.GetAttribute("value") ?? "").Contains(key, StringComparison.Ordinal));
        Assert.DoesNotContain(key, page.Url.ToString(), StringComparison.Ordinal);

        page = await browser.SubmitAsync(page, ("Input.Code", ""));

        Assert.Equal("/account/mfa/app", page.Path);
        Assert.Equal("/signin/enrol", (await browser.GetAsync("/account")).Path);
    }

    [Fact]
    [Spec("U47")]
    [Spec("U48")]
    public async Task Steps_are_counted_in_words_and_the_key_stands_in_groups_of_four()
    {
        var (_, page) = await EnrollingAsync();
        Assert.Equal("Passo 1 di 2", page.Document.QuerySelector(".step")!.TextContent);
        Assert.Matches("^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$", page.Document.QuerySelector("#key")!.TextContent.Trim());
        Assert.Equal("key", page.Document.QuerySelector("[data-copy]")!.GetAttribute("data-copy"));
    }

    [Fact]
    [Spec("U49")]
    public async Task Each_challenge_offers_another_way()
    {
        foreach (var page in (await EveryFormAsync()).Where(
            page => page.Path is "/signin/verify/app" or "/signin/verify/sms" or "/signin/verify/recovery"))
        {
            Assert.NotNull(page.Document.QuerySelector("main a[href*='/signin/verify/']"));
        }
    }

    [Theory]
    [Spec("U27")]
    [InlineData("312 345 6789")]
    [InlineData("+39 312-345-6789")]
    [InlineData("00393123456789")]
    [InlineData("3123456789")]
    [InlineData("\u202A+39 312 345 6789\u202C")]
    public async Task A_number_may_be_written_in_many_shapes(string typed)
    {
        var (browser, page) = await NumberPageAsync();
        page = await browser.SubmitAsync(page, ("Input.Number", typed));
        Assert.Equal("/account/mfa/sms/code", page.Path);
        Assert.Contains("+39 312 345 6789", page.Document.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("U28")]
    public async Task Each_kind_of_number_that_is_refused_has_its_own_words_and_stays_in_the_field()
    {
        var (browser, page) = await NumberPageAsync();
        var told = new HashSet<string>();
        foreach (var typed in (string[])["", "06 1234 5678", "+44 7700 900123", "312"])
        {
            page = await browser.SubmitAsync(page, ("Input.Number", typed));
            told.Add(page.Document.QuerySelector(".field-error")!.TextContent);
            Assert.Equal(typed, page.Document.QuerySelector("[name='Input.Number']")!.GetAttribute("value") ?? "");
        }

        Assert.Equal(4, told.Count);
    }

    private async Task<(Browser Browser, Page Page)> EnrollingAsync()
    {
        var (ada, browser) = (await server.AddPersonAsync("ada"), server.OpenBrowser());
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
        return (browser, await browser.GetAsync("/account/mfa/app" + page.Url.Query));
    }

    private async Task<(Browser Browser, Page Page)> NumberPageAsync()
    {
        var (browser, page) = await EnrollingAsync();
        return (browser, await browser.GetAsync("/account/mfa/sms" + page.Url.Query));
    }

    /// <summary>Every page with fields that a customer with an app and a phone meets.</summary>
    private async Task<IReadOnlyList<Page>> EveryFormAsync()
    {
        var ada = await (await (await server.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync();
        var browser = server.OpenBrowser();
        var pages = new List<Page> { await browser.GetAsync("/account"), await browser.GetAsync("/password/forgot") };
        var choose = await Journey.PasswordAsync(browser, pages[0], ada);
        pages.Add(choose);
        foreach (var way in (string[])["sms", "recovery", "app"])
        {
            pages.Add(await browser.SubmitAsync(choose, ("Input.Method", way)));
        }

        await Journey.AppAsync(browser, pages[^1], ada);
        foreach (var path in (string[])
        [
            "/account/password", "/account/mfa/method", "/account/mfa/app",
            "/account/mfa/sms", "/account/mfa/recovery-codes", "/account/mfa/remove",
        ])
        {
            pages.Add(await browser.GetAsync(path));
            Assert.Equal(path, pages[^1].Path);
        }

        return pages;
    }
}
