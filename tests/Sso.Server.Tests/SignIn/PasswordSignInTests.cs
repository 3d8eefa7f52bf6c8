using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Secrets.ForeignHashes;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>Every test has a server of its own: failures of one address are counted together.</summary>
public sealed class PasswordSignInTests : IAsyncLifetime
{
    private readonly SsoServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    [Spec("S64")]
    [Spec("U30")]
    public async Task An_unknown_name_a_wrong_password_and_a_disabled_account_get_the_same_answer()
    {
        await _server.AddPersonAsync("ada");
        await _server.AddPersonAsync("ed", person => person.Disable(_server.Clock.GetUtcNow()));
        var answers = new HashSet<string>();
        foreach (var name in (string[])["ada1", "nobody", "ed2"])
        {
            var page = await TryAsync(_server.OpenBrowser(), name, "sbagliata");
            Assert.Equal("/signin", page.Path);
            answers.Add(Comparable(page, name));
        }

        Assert.Single(answers);
    }

    [Fact]
    [Spec("S64")]
    public async Task Only_the_right_password_tells_that_an_account_is_disabled()
    {
        var ed = await _server.AddPersonAsync("ed", person => person.Disable(_server.Clock.GetUtcNow()));
        var page = await TryAsync(_server.OpenBrowser(), ed.UserName, SsoServer.Password);
        Assert.Contains("sospeso", page.Text, StringComparison.Ordinal);
    }

    [Theory]
    [Spec("S70")]
    [Spec("S69")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_five_failures_each_further_try_waits_longer_and_nothing_is_tried_meanwhile(bool exists)
    {
        var name = exists ? (await _server.AddPersonAsync("ada")).UserName : "nobody";
        var waits = new List<int>();
        for (var failure = 0; failure < 5; failure++)
        {
            Assert.Equal("/signin", (await TryAsync(_server.OpenBrowser(), name, "sbagliata")).Path);
        }

        for (var failure = 0; failure < 6; failure++)
        {
            var blocked = await TryAsync(_server.OpenBrowser(), name, SsoServer.Password);
            Assert.Equal("/signin/blocked", blocked.Path);
            Assert.Equal(blocked.Parameter("for"), blocked.Headers["Retry-After"]);
            var wait = int.Parse(blocked.Parameter("for")!, null);
            waits.Add(wait);
            // Enough for the windows of the address as well.
            await _server.PassAsync(TimeSpan.FromSeconds(wait) + TimeSpan.FromMinutes(11));
            Assert.Equal("/signin", (await TryAsync(_server.OpenBrowser(), name, "sbagliata")).Path);
        }

        Assert.Equal([30, 60, 120, 240, 480, 900], waits);
    }

    [Fact]
    [Spec("S70")]
    public async Task When_the_wait_is_over_the_right_password_signs_in_and_the_count_begins_again()
    {
        var ada = await _server.AddPersonAsync("ada");
        for (var failure = 0; failure < 5; failure++)
        {
            await TryAsync(_server.OpenBrowser(), ada.UserName, "sbagliata");
        }

        await _server.PassAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("/signin/enrol", (await TryAsync(_server.OpenBrowser(), ada.UserName, SsoServer.Password)).Path);
        Assert.Equal("/signin", (await TryAsync(_server.OpenBrowser(), ada.UserName, "sbagliata")).Path);
        Assert.Equal("/signin/enrol", (await TryAsync(_server.OpenBrowser(), ada.UserName, SsoServer.Password)).Path);
    }

    [Fact]
    [Spec("S72")]
    [Spec("A9")]
    public async Task However_many_wrong_passwords_come_at_once_at_most_five_are_compared()
    {
        var ada = await _server.AddPersonAsync("ada");
        var pages = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ =>
        {
            var browser = _server.OpenBrowser();
            return (Browser: browser, Page: await browser.GetAsync("/account"));
        }));
        await Task.WhenAll(pages.Select(open => Journey.PasswordAsync(open.Browser, open.Page, ada, "sbagliata")));

        await using var database = _server.OpenDatabase();
        Assert.InRange(await database.SecurityEvents.CountAsync(row => row.Kind == SecurityEventKind.PasswordFailed), 1, 5);
    }

    [Fact]
    [Spec("S74")]
    public async Task One_address_that_tries_many_names_is_limited_after_ten()
    {
        for (var person = 0; person < 10; person++)
        {
            Assert.Equal("/signin", (await TryAsync(_server.OpenBrowser(), $"nobody{person}", "sbagliata")).Path);
        }

        Assert.Equal("/signin/blocked", (await TryAsync(_server.OpenBrowser(), "nobody11", "sbagliata")).Path);
        await _server.PassAsync(TimeSpan.FromMinutes(10));
        Assert.Equal("/signin", (await TryAsync(_server.OpenBrowser(), "nobody11", "sbagliata")).Path);
    }

    [Fact]
    [Spec("S74")]
    public async Task Right_sign_ins_to_an_account_of_ones_own_do_not_make_room_for_more_names()
    {
        var eve = await (await _server.AddPersonAsync("eve")).WithAppAsync();
        for (var person = 0; person < 9; person++)
        {
            await TryAsync(_server.OpenBrowser(), $"nobody{person}", "sbagliata");
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => TryAsync(_server.OpenBrowser(), eve.UserName, SsoServer.Password)));

        Assert.Equal("/signin", (await TryAsync(_server.OpenBrowser(), "nobody9", "sbagliata")).Path);
        Assert.Equal("/signin/blocked", (await TryAsync(_server.OpenBrowser(), "nobody10", "sbagliata")).Path);
    }

    [Fact]
    [Spec("S74")]
    public async Task Operators_hear_once_that_an_address_was_stopped()
    {
        for (var person = 0; person < 13; person++)
        {
            await TryAsync(_server.OpenBrowser(), $"nobody{person}", "sbagliata");
        }

        Assert.Single(_server.Log.Lines, line => line.Contains("are stopped by the limit names", StringComparison.Ordinal));
        await using var database = _server.OpenDatabase();
        Assert.Equal("names", (await database.SecurityEvents.SingleAsync(row => row.Kind == SecurityEventKind.AddressLimited)).Detail);
    }

    [Fact]
    [Spec("S1")]
    public async Task A_password_above_1024_bytes_is_refused_without_being_hashed()
    {
        var ada = await _server.AddPersonAsync("ada");
        Assert.Equal("/signin", (await TryAsync(_server.OpenBrowser(), ada.UserName, new string('x', 1025))).Path);
        await using var database = _server.OpenDatabase();
        Assert.False(await database.SecurityEvents.AnyAsync(row => row.Kind == SecurityEventKind.PasswordFailed));
        Assert.False(await database.AttemptCounters.AnyAsync());
    }

    [Fact]
    [Spec("S2")]
    public async Task A_password_typed_composed_or_decomposed_is_the_same()
    {
        var ada = await _server.AddPersonAsync(
            "ada", person => person.PasswordHash = PasswordHashing.Hash("correct horse batterie è".Normalize(NormalizationForm.FormC)));
        var typed = "correct horse batterie è".Normalize(NormalizationForm.FormD);
        Assert.Equal("/signin/enrol", (await TryAsync(_server.OpenBrowser(), ada.UserName, typed)).Path);
    }

    [Theory]
    [InlineData("anna–maria")]
    [InlineData("\uFEFFAnna-Maria\u200B ")]
    [InlineData("ａｎｎａ－ｍａｒｉａ")]
    [InlineData("anna\u2011maria@example.it")]
    public async Task A_name_signs_in_whatever_keyboard_or_copied_page_it_comes_from(string typed)
    {
        await _server.AddPersonAsync("anna", person =>
        {
            (person.UserName, person.NormalizedUserName) = ("anna-maria", SignInName.Normalize("anna-maria"));
            (person.Email, person.NormalizedEmail) = ("anna-maria@example.it", SignInName.Normalize("anna-maria@example.it"));
        });
        Assert.Equal("/signin/enrol", (await TryAsync(_server.OpenBrowser(), typed, SsoServer.Password)).Path);
    }

    [Theory]
    [Spec("S2")]
    [InlineData(NormalizationForm.FormC, NormalizationForm.FormD)]
    [InlineData(NormalizationForm.FormD, NormalizationForm.FormC)]
    public async Task An_imported_hash_of_the_other_unicode_form_signs_in_and_becomes_our_own(
        NormalizationForm hashed, NormalizationForm typed)
    {
        const string Phrase = "perché lì è più";
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(Phrase.Normalize(hashed)));
        var ada = await _server.AddPersonAsync(
            "ada", person => person.PasswordHash = ForeignHash.TryParse(Convert.ToHexString(digest))!.ToStored());

        Assert.Equal("/signin/enrol", (await TryAsync(_server.OpenBrowser(), ada.UserName, Phrase.Normalize(typed))).Path);
        await using var database = _server.OpenDatabase();
        var stored = await database.Users.Where(person => person.Id == ada.Id).Select(person => person.PasswordHash).SingleAsync();
        Assert.Equal(PasswordMatch.Right, PasswordHashing.Verify(Phrase, stored));
    }

    [Theory]
    [Spec("F23")]
    [InlineData("ada\0")]
    [InlineData("\u202eada")]
    [InlineData("' OR 1=1 --")]
    [InlineData("%00%0d%0a")]
    public async Task A_name_that_no_database_can_hold_is_unknown_or_refused_and_never_a_failure(string name)
    {
        var browser = _server.OpenBrowser();
        var page = await TryAsync(browser, name, "sbagliata");
        // A form with a NUL is no form to the framework, and gets the page for those.
        Assert.Equal(name.Contains('\0', StringComparison.Ordinal) ? "/error" : "/signin", page.Path);
        Assert.InRange((int)page.Status, 200, 400);
        page = await browser.SubmitAsync(await browser.GetAsync("/password/forgot"), ("Input.UserName", name));
        Assert.InRange((int)page.Status, 200, 400);
    }

    [Fact]
    [Spec("A11")]
    public async Task The_name_and_the_address_in_any_case_are_one_person_with_one_count_of_failures()
    {
        var ada = await _server.AddPersonAsync("ada");
        foreach (var name in (string[])[ada.UserName, "ADA1", " ada1 ", "ada1@example.it", "Ada1@Example.IT"])
        {
            await TryAsync(_server.OpenBrowser(), name, "sbagliata");
        }

        Assert.Equal("/signin/blocked", (await TryAsync(_server.OpenBrowser(), ada.UserName, SsoServer.Password)).Path);
    }

    private static async Task<Page> TryAsync(Browser browser, string name, string password) =>
        await browser.SubmitAsync(await browser.GetAsync("/account"), ("Input.UserName", name), ("Input.Password", password));

    /// <summary>The page without what is random or was typed.</summary>
    private static string Comparable(Page page, string name)
    {
        var text = Regex.Replace(page.Text, "(value|nonce)=\"[A-Za-z0-9_-]{16,}\"", "", RegexOptions.CultureInvariant);
        text = Regex.Replace(text, "challenge&quot;:&quot;[A-Za-z0-9_-]{43}&quot;", "", RegexOptions.CultureInvariant);
        text = Regex.Replace(text, "flow=[A-Za-z0-9_%-]+", "", RegexOptions.CultureInvariant);
        return $"{(int)page.Status} {text.Replace(name, "", StringComparison.Ordinal)}";
    }
}
