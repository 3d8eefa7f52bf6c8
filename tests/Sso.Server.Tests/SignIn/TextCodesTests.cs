using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

public sealed class TextCodesTests(SsoServer server) : IClassFixture<SsoServer>
{
    /// <summary>Numbers are counted; each customer has one of their own.</summary>
    private static int _numbers;

    [Fact]
    public async Task Whoever_has_two_numbers_chooses_and_only_the_chosen_one_gets_the_code()
    {
        var bo = await server.AddPersonAsync("bo");
        await server.EnrolPhoneAsync(bo.Id, "+393331110001");
        await server.PassAsync(TimeSpan.FromSeconds(1));
        await server.EnrolPhoneAsync(bo.Id, "+393331110002");
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), bo);
        Assert.Equal("/signin/verify/sms", page.Path);
        Assert.Contains("02", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);

        await server.PassAsync(TimeSpan.FromSeconds(1));
        var choose = await browser.GetAsync("/signin/verify/choose" + page.Url.Query);
        var older = choose.Document.QuerySelector("input[name='Input.Method'][value^='sms-']")!.GetAttribute("value")!;
        page = await browser.SubmitAsync(choose, ("Input.Method", older));
        Assert.Contains(
            "•01", page.Document.QuerySelector("main")!.TextContent.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("/account", (await browser.SubmitAsync(page, ("Input.Code", await server.LatestTextCodeAsync(bo.Id)))).Path);
    }

    [Theory]
    [Spec("S20")]
    [Spec("U41")]
    [InlineData(299, true)]
    [InlineData(301, false)]
    public async Task A_code_lives_five_minutes(int seconds, bool lives)
    {
        var (browser, bo, page) = await AtTheChallengeAsync();
        var code = await server.LatestTextCodeAsync(bo.Id);
        await server.PassAsync(TimeSpan.FromSeconds(seconds));
        var answer = await browser.SubmitAsync(page, ("Input.Code", code));
        Assert.Equal(lives ? "/account" : "/signin/verify/sms", answer.Path);
        Assert.Equal(!lives, Errors(answer).Contains("è scaduto", StringComparison.Ordinal));
        if (!lives)
        {
            Assert.Equal("Invia un nuovo codice", Assert.Single(answer.Document.QuerySelectorAll("main button.primary")).TextContent);
            Assert.Null(answer.Document.QuerySelector("[name='Input.Code']"));
        }
    }

    [Fact]
    public async Task After_a_wrong_code_the_page_says_how_many_tries_are_left()
    {
        var (browser, bo, page) = await AtTheChallengeAsync();
        Assert.DoesNotContain("rimast", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        var wrong = Wrong(await server.LatestTextCodeAsync(bo.Id));
        foreach (var left in (string[])["4 tentativi rimasti", "3 tentativi rimasti", "2 tentativi rimasti", "1 tentativo rimasto"])
        {
            page = await browser.SubmitAsync(page, ("Input.Code", wrong));
            Assert.Contains(left, page.Document.QuerySelector(".left")!.TextContent, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Spec("U42")]
    public async Task A_resend_waits_thirty_sixty_and_a_hundred_and_twenty_seconds_and_then_there_are_no_more()
    {
        var (browser, bo, page) = await AtTheChallengeAsync();
        foreach (var wait in (int[])[30, 60, 120])
        {
            await server.PassAsync(TimeSpan.FromSeconds(wait - 1));
            Assert.Contains("Potrai chiedere un nuovo codice", Errors(await ResendAsync(browser, page)), StringComparison.Ordinal);
            await server.PassAsync(TimeSpan.FromSeconds(1));
            page = await ResendAsync(browser, page);
            Assert.Equal("", Errors(page));
        }

        await server.PassAsync(TimeSpan.FromSeconds(60));
        Assert.Contains("troppi codici", Errors(await ResendAsync(browser, page)), StringComparison.Ordinal);
        Assert.Null(page.Document.QuerySelector("form[action*='handler=Resend']"));
        Assert.Equal(4, await SentToAsync(bo));
    }

    [Fact]
    [Spec("U29")]
    public async Task Opening_the_page_many_times_sends_one_text()
    {
        var (browser, bo, page) = await AtTheChallengeAsync();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => browser.GetAsync(page.Url.PathAndQuery)));
        Assert.Equal(1, await SentToAsync(bo));
    }

    [Fact]
    [Spec("S126")]
    public async Task Nobody_causes_a_text_before_the_right_password()
    {
        var bo = await WithNumberAsync();
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync("/account");
        foreach (var path in (string[])["/signin/verify/sms", "/signin/verify/choose", "/account/mfa/sms", "/account/mfa/sms/code"])
        {
            Assert.Equal("/signin", (await browser.GetAsync(path + page.Url.Query)).Path);
        }

        await Journey.PasswordAsync(browser, page, bo, "sbagliata");
        Assert.Equal(0, await SentToAsync(bo));
    }

    [Fact]
    [Spec("S24")]
    [Spec("U43")]
    public async Task The_number_is_masked_and_cannot_be_changed_at_sign_in()
    {
        var (browser, _, page) = await AtTheChallengeAsync();
        Assert.Contains("+39 ••• ••• ••", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Null(page.Document.QuerySelector("main a[href*='/mfa/sms']"));
        var wrong = await browser.SubmitAsync(page, ("Input.Code", "12 34"));
        var choose = await browser.GetAsync("/signin/verify/choose" + page.Url.Query);
        // However it is written: in the text, in hidden fields, in attributes. Handles are sealed and hold digits
        // of their own, but not these in a row.
        Assert.All(
            [page, wrong, choose],
            shown => Assert.DoesNotContain("34712", string.Concat(shown.Text.Where(char.IsAsciiLetterOrDigit)), StringComparison.Ordinal));
    }

    [Fact]
    [Spec("S24")]
    public async Task Before_the_right_password_nothing_tells_that_there_is_a_phone()
    {
        var (bo, di) = (await WithNumberAsync(), await server.AddPersonAsync("di"));
        var shown = new List<string>();
        foreach (var person in (Customer[])[bo, di])
        {
            var browser = server.OpenBrowser();
            var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), person, "sbagliata");
            Assert.Equal("/signin", page.Path);
            shown.Add(page.Document.Body!.TextContent);
        }

        Assert.Equal(shown[0], shown[1]);
        Assert.DoesNotContain("SMS", shown[0], StringComparison.Ordinal);
    }

    private async Task<(Browser Browser, Customer Customer, Page Page)> AtTheChallengeAsync()
    {
        var bo = await WithNumberAsync();
        var browser = server.OpenBrowser();
        return (browser, bo, await ChallengeAsync(browser, bo));
    }

    private static async Task<Page> ChallengeAsync(Browser browser, Customer customer)
    {
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), customer);
        Assert.Equal("/signin/verify/sms", page.Path);
        return page;
    }

    private async Task<Customer> WithNumberAsync()
    {
        var bo = await server.AddPersonAsync("bo");
        // The limits of the one address that all tests share are not what is proved here.
        await using var database = server.OpenDatabase();
        await database.AttemptCounters.ExecuteDeleteAsync();
        await server.EnrolPhoneAsync(
            bo.Id, string.Create(CultureInfo.InvariantCulture, $"+3934712{Interlocked.Increment(ref _numbers):00000}"));
        return bo;
    }

    private static Task<Page> ResendAsync(Browser browser, Page page) => browser.PostAsync(
        "/signin/verify/sms?handler=Resend&" + page.Url.Query.TrimStart('?'),
        [new("__RequestVerificationToken", page.Document.QuerySelector("[name=__RequestVerificationToken]")!.GetAttribute("value")!)]);

    private async Task<int> SentToAsync(Customer customer)
    {
        await using var database = server.OpenDatabase();
        return await (
            from text in database.OutgoingTexts
            join factor in database.SecondFactors on text.FactorId equals factor.Id
            where factor.PersonId == customer.Id
            select text).CountAsync();
    }

    private static string Wrong(string code) => code == "000000" ? "111111" : "000000";

    private static string Errors(Page page) => page.Document.QuerySelector("#error-summary")?.TextContent ?? "";
}
