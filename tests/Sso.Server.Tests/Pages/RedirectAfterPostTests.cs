using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Sso.Server.Tests.Http;
using Sso.Testing;
using Xunit;
using Page = Sso.Testing.Page;

namespace Sso.Server.Tests.Pages;

/// <summary>Every form is answered by a redirect: Back and reload find a page that was fetched, and have nothing to send again.</summary>
[OneDatabase]
public sealed class RedirectAfterPostTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task No_form_is_answered_by_a_page()
    {
        var forms = (await PageForm.AllAsync(server)).Select(form => form.Url).ToList();
        Assert.True(forms.Count > 30, string.Join(", ", forms));
        var browser = server.OpenBrowser();
        foreach (var form in forms)
        {
            // Some forms close the account; a person of their own for whatever comes next.
            if ((await browser.GetAsync("/account")).Path != "/account"
                || (await browser.GetAsync("/account/data")).Path != "/account/data")
            {
                browser = server.OpenBrowser();
                await Journey.SignInAsync(browser, await (await server.AddPersonAsync("ada")).WithAppAsync(), "/account");
            }

            var value = PageForm.ValueIn(await browser.GetAsync("/signout"));
            var (first, _) = await FirstAnswerAsync(browser, () => browser.PostAsync(form, [new(PageForm.AntiforgeryField, value)]));
            var isFile = first.Content.Headers.ContentDisposition?.DispositionType == "attachment";
            // Somebody without a role is refused, however often the form is sent.
            var isRefused = first.StatusCode == HttpStatusCode.Forbidden && form.StartsWith("/console/", StringComparison.Ordinal);
            Assert.True(isFile || isRefused || (int)first.StatusCode is >= 300 and < 400, $"{form}: {(int)first.StatusCode}");
        }
    }

    [Theory]
    [InlineData("app", "000000")]
    [InlineData("sms", "000000")]
    [InlineData("recovery", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA")]
    [InlineData("choose", null)]
    public async Task A_refused_second_step_says_why_once_at_its_own_address(string way, string? code)
    {
        var ada = await (await (await server.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync();
        var browser = server.OpenBrowser();
        var query = (await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada)).Url.Query;
        var opened = await browser.GetAsync($"/signin/verify/{way}{query}");

        var (first, refused) = await FirstAnswerAsync(
            browser, () => code is null ? browser.SubmitAsync(opened) : browser.SubmitAsync(opened, ("Input.Code", code)));

        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.Equal(opened.Url, refused.Url);
        Assert.NotEmpty(Errors(refused));
        var again = await browser.GetAsync(refused.Url.PathAndQuery);
        Assert.Equal((HttpStatusCode.OK, ""), (again.Status, Errors(again)));
    }

    [Fact]
    [Spec("U24")]
    public async Task What_was_typed_and_ticked_outlives_the_redirect()
    {
        var browser = await SignedInAsync();
        var page = await browser.SubmitAsync(
            await browser.GetAsync("/account/contacts/add"), ("Input.Number", "06 123"), ("Input.Country", "IT"));
        Assert.NotEmpty(Errors(page));
        Assert.Equal("06 123", page.Document.QuerySelector("[name='Input.Number']")!.GetAttribute("value"));
        Assert.True(page.Document.QuerySelector("[name='Input.Notices']")!.HasAttribute("checked"));
        page = await browser.SubmitAsync(await browser.GetAsync("/account/contacts/email"), ("Input.Email", "non un indirizzo"));
        Assert.NotEmpty(Errors(page));
        Assert.Equal("non un indirizzo", page.Document.QuerySelector("[name='Input.Email']")!.GetAttribute("value"));
        page = await browser.SubmitAsync(await browser.GetAsync("/account/data/delete"), ("Input.UserName", "un’altra"));
        Assert.NotEmpty(Errors(page));
        Assert.Equal("un’altra", page.Document.QuerySelector("[name='Input.UserName']")!.GetAttribute("value"));
    }

    [Fact]
    public async Task More_than_a_cookie_holds_is_typed_again_and_the_error_is_there()
    {
        var browser = await SignedInAsync();
        var page = await browser.SubmitAsync(await browser.GetAsync("/account/contacts/email"), ("Input.Email", Incompressible(12_000)));
        Assert.NotEmpty(Errors(page));
        Assert.Null(page.Document.QuerySelector("[name='Input.Email']")!.GetAttribute("value"));
    }

    [Fact]
    public async Task What_a_form_did_is_said_after_the_redirect_with_its_status()
    {
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, await (await server.AddPersonAsync("ada")).WithPhoneAsync(), "/account");
        var (first, page) = await FirstAnswerAsync(
            browser, async () => await browser.SubmitAsync(await browser.GetAsync("/account/contacts/remove")));
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        Assert.Equal(HttpStatusCode.OK, page.Status);
        var number = page.Document.QuerySelector("main [name=id]")!.GetAttribute("value")!;
        (first, page) = await FirstAnswerAsync(browser, () => browser.SubmitAsync(page, ("id", number)));

        Assert.Equal((HttpStatusCode.SeeOther, HttpStatusCode.Conflict), (first.StatusCode, page.Status));
        Assert.NotEmpty(Errors(page));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account/contacts/remove")).Status);
    }

    [Fact]
    public async Task An_answer_is_for_its_own_address_only_and_for_a_minute()
    {
        var browser = server.OpenBrowser();
        var (one, other) = (await browser.GetAsync("/account"), await browser.GetAsync("/account/password"));
        string? kept = null;
        browser.Watch = (answer, _) => kept ??= answer.StatusCode == HttpStatusCode.SeeOther
            && answer.Headers.TryGetValues("Set-Cookie", out var set)
            ? set.SingleOrDefault(cookie => cookie.StartsWith("__Host-sso-answer=", StringComparison.Ordinal))
                ?.Split(';')[0].Split('=', 2)[1]
            : null;
        Assert.NotEmpty(Errors(await browser.SubmitAsync(one, ("Input.UserName", "ada"))));
        Assert.NotNull(kept);

        browser.SetCookie("__Host-sso-answer", kept);
        Assert.Equal("", Errors(await browser.GetAsync(other.Url.PathAndQuery)));
        browser.SetCookie("__Host-sso-answer", kept[..^4] + "AAAA");
        Assert.Equal("", Errors(await browser.GetAsync(one.Url.PathAndQuery)));
        browser.SetCookie("__Host-sso-answer", kept);
        await server.PassAsync(TimeSpan.FromSeconds(61));
        Assert.Equal("", Errors(await browser.GetAsync(one.Url.PathAndQuery)));
    }

    [Fact]
    [Spec("S48")]
    public void No_password_and_no_code_is_ever_taken_along()
    {
        var carried = typeof(ServerApplication).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(PageModel)))
            .SelectMany(type => type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            .Where(property => property.GetCustomAttributes().Any(mark => mark.GetType().Name == "CarriedAttribute"))
            .Select(property => property.GetCustomAttribute<BindPropertyAttribute>()?.Name ?? "").Distinct().ToList();
        Assert.Superset(new HashSet<string> { "Input.UserName", "Input.Number", "Input.Email" }, carried.ToHashSet());
        Assert.Empty(carried.Intersect(["Input.Password", "Input.Current", "Input.Code", "Input.UserCode", "Passkey.Credential"]));
    }

    private async Task<Browser> SignedInAsync()
    {
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, await (await server.AddPersonAsync("ada")).WithAppAsync(), "/account");
        return browser;
    }

    /// <summary>What the form itself was answered with, and the page where the browser came to rest.</summary>
    private static async Task<(HttpResponseMessage First, Page Page)> FirstAnswerAsync(Browser browser, Func<Task<Page>> act)
    {
        HttpResponseMessage? first = null;
        browser.Watch = (answer, _) => first ??= answer.RequestMessage!.Method == HttpMethod.Post ? answer : null;
        var page = await act();
        browser.Watch = null;
        return (first!, page);
    }

    /// <summary>What no packing makes shorter by more than half.</summary>
    private static string Incompressible(int length) => string.Concat(
        Enumerable.Range(0, length / 64).Select(number => Convert.ToHexString(SHA256.HashData(BitConverter.GetBytes(number)))));

    private static string Errors(Page page) => page.Document.QuerySelector("#error-summary ul")?.TextContent.Trim() ?? "";
}
