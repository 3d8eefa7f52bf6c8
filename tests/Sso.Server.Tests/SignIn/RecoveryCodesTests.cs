using AngleSharp.Dom;
using Microsoft.EntityFrameworkCore;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

public sealed class RecoveryCodesTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("S26")]
    [Spec("S27")]
    public async Task Each_of_ten_codes_signs_in_once()
    {
        var (ada, codes) = await WithCodesAsync();
        Assert.Equal(10, codes.Count);
        Assert.Equal("/account", (await UseAsync(ada, codes[2])).Path);
        var again = await UseAsync(ada, codes[2]);
        Assert.Contains("già stato usato", Errors(again), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S28")]
    public async Task A_new_set_voids_the_old_one_at_once()
    {
        var (ada, old) = await WithCodesAsync();
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        var made = await browser.SubmitAsync(await browser.GetAsync("/account/mfa/recovery-codes"));
        var shown = CodesOn(made);
        Assert.Equal(10, shown.Count);
        Assert.Equal("/account/mfa/done", (await browser.SubmitAsync(made, ("Input.Code", shown[0]))).Path);
        Assert.Empty(CodesOn(await browser.GetAsync("/account/mfa/recovery-codes")).Intersect(shown));

        // The present set is asked for, so it is the code that is refused and not the way.
        var refused = await UseAsync(ada, old[5]);
        Assert.Equal("/signin/verify/recovery", refused.Path);
        Assert.NotEmpty(Errors(refused));
        Assert.Equal("/account", (await UseAsync(ada, shown[1])).Path);
    }

    [Fact]
    [Spec("S28")]
    public async Task The_page_that_shows_the_codes_is_not_stored_and_one_must_be_typed_to_go_on()
    {
        var (browser, ada) = (server.OpenBrowser(), await server.AddPersonAsync("ada"));
        var page = await EnrolAppAsync(browser, ada);
        Assert.Equal("/account/mfa/recovery-codes", page.Path);
        Assert.Contains("no-store", page.Headers["Cache-Control"], StringComparison.Ordinal);
        Assert.Equal("/account/mfa/recovery-codes", (await browser.GetAsync("/account")).Path);
        Assert.Equal("/account", (await browser.SubmitAsync(page, ("Input.Code", CodesOn(page)[0]))).Path);
    }

    [Fact]
    [Spec("S28")]
    public async Task A_page_that_is_loaded_again_shows_the_same_codes_until_one_was_typed()
    {
        var (browser, ada) = (server.OpenBrowser(), await server.AddPersonAsync("ada"));
        var page = await EnrolAppAsync(browser, ada);
        var codes = CodesOn(page);
        Assert.Equal(10, codes.Count);
        Assert.Equal(codes, CodesOn(await browser.GetAsync(page.Url.PathAndQuery)));
        Assert.Equal(codes, CodesOn(await browser.GetAsync("/account")));

        page = await browser.SubmitAsync(page, ("Input.Code", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"));
        Assert.Contains("non è tra quelli", Errors(page), StringComparison.Ordinal);
        Assert.Equal(codes, CodesOn(page));

        Assert.Equal("/account", (await browser.SubmitAsync(page, ("Input.Code", codes[3]))).Path);
        Assert.Empty(CodesOn(await browser.GetAsync("/account/mfa/recovery-codes")));
        Assert.Equal("/account", (await UseAsync(ada, codes[3])).Path);
        await using var database = server.OpenDatabase();
        Assert.False(await database.SecondFactors.AnyAsync(row => row.PersonId == ada.Id && row.ActivatedAt == null));
    }

    /// <summary>"Copy" copies all ten, and a field of one line takes them without their ends of line.</summary>
    [Fact]
    public async Task Whoever_pastes_what_was_copied_has_saved_it()
    {
        var (browser, ada) = (server.OpenBrowser(), await server.AddPersonAsync("ada"));
        var page = await EnrolAppAsync(browser, ada);
        var codes = CodesOn(page);

        Assert.Equal("/account", (await browser.SubmitAsync(page, ("Input.Code", string.Concat(codes)[..64]))).Path);
        Assert.Equal("/signin/verify/recovery", (await UseAsync(ada, string.Concat(codes)[..64])).Path);
    }

    [Fact]
    public async Task Whoever_came_by_a_recovery_code_reads_what_to_do_until_a_method_is_added()
    {
        var (ada, codes) = await WithCodesAsync();
        await server.PassAsync(TimeSpan.FromDays(1));
        var (browser, challenge) = await ChallengeAsync(ada);
        var page = await browser.SubmitAsync(challenge, ("Input.Code", codes[2]));
        Assert.Contains(
            "Hai usato un codice di recupero", page.Document.QuerySelector("main .notice")!.TextContent, StringComparison.Ordinal);
        var line = (await browser.GetAsync("/account/activity")).Document.QuerySelector("ul.rows > li .what")!;
        Assert.Equal("Accesso", line.QuerySelector("b")!.TextContent);
        Assert.StartsWith("Password + Codici di recupero", line.QuerySelector("small")!.TextContent, StringComparison.Ordinal);

        await server.PassAsync(TimeSpan.FromMinutes(1));
        await server.EnrolPhoneAsync(ada.Id);
        Assert.Null((await browser.GetAsync("/account")).Document.QuerySelector("main .notice"));
    }

    [Fact]
    [Spec("S28")]
    public async Task Opening_the_page_makes_no_codes_and_voids_none()
    {
        var (ada, codes) = await WithCodesAsync();
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        for (var visit = 0; visit < 3; visit++)
        {
            Assert.Empty(CodesOn(await browser.GetAsync("/account/mfa/recovery-codes")));
        }

        Assert.Equal("/account", (await UseAsync(ada, codes[0])).Path);
    }

    [Fact]
    [Spec("S28")]
    public async Task Codes_that_are_being_saved_are_seen_by_their_own_session_only_and_for_a_quarter_of_an_hour()
    {
        var (browser, ada) = (server.OpenBrowser(), await server.AddPersonAsync("ada"));
        var page = await EnrolAppAsync(browser, ada);
        var codes = CodesOn(page);
        var (thief, seen) = await ChallengeAsync(ada);
        seen = await Journey.AppAsync(thief, await thief.GetAsync("/signin/verify/app" + seen.Url.Query), ada);
        Assert.Equal("/account/mfa/recovery-codes", seen.Path);
        Assert.Empty(CodesOn(seen));

        await server.PassAsync(TimeSpan.FromMinutes(16));
        page = await browser.GetAsync(page.Url.PathAndQuery);
        Assert.Empty(CodesOn(page));
        // Whoever printed them goes on all the same.
        Assert.Equal("/account", (await browser.SubmitAsync(page, ("Input.Code", codes[5]))).Path);
    }

    private async Task<(Customer Customer, IReadOnlyList<string> Codes)> WithCodesAsync()
    {
        var (browser, ada) = (server.OpenBrowser(), await server.AddPersonAsync("ada"));
        var page = await EnrolAppAsync(browser, ada);
        var codes = CodesOn(page);
        Assert.Equal("/account", (await browser.SubmitAsync(page, ("Input.Code", codes[9]))).Path);
        return (ada, codes);
    }

    private async Task<Page> EnrolAppAsync(Browser browser, Customer customer)
    {
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), customer);
        page = await browser.GetAsync("/account/mfa/app" + page.Url.Query);
        return await browser.SubmitAsync(page, ("Input.Code", await server.AppCodeAsync(customer.Id)));
    }

    private async Task<(Browser Browser, Page Page)> ChallengeAsync(Customer customer)
    {
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), customer);
        return (browser, await browser.GetAsync("/signin/verify/recovery" + page.Url.Query));
    }

    private async Task<Page> UseAsync(Customer customer, string code)
    {
        var (browser, page) = await ChallengeAsync(customer);
        return await browser.SubmitAsync(page, ("Input.Code", code));
    }

    private static List<string> CodesOn(Page page) => [.. page.Document.QuerySelectorAll("ol.codes li").Select(item => item.Text().Trim())];

    private static string Errors(Page page) => page.Document.QuerySelector("#error-summary")?.TextContent ?? "";
}
