using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>Sixty tries at everything that can be guessed, by one who begins again as often as they are sent back.</summary>
public sealed class GuessingTests : IAsyncLifetime
{
    private readonly SsoServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    [Spec("A8")]
    [Spec("S18")]
    public async Task Of_sixty_wrong_codes_by_text_in_an_hour_ten_are_compared_and_then_not_even_the_right_one()
    {
        var ada = await (await (await _server.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync();
        var guesser = _server.OpenBrowser();
        var answers = new List<Page>();
        for (var guess = 0; guess < 60; guess++)
        {
            answers.Add(await GuessAsync(guesser, ada, "/signin/verify/sms", $"{guess:000000}"));
        }

        Assert.Equal(10, await CountAsync(ada, SecurityEventKind.SecondFactorFailed));
        Assert.DoesNotContain(answers, answer => answer.Path == "/account");
        Assert.Contains("Troppi tentativi", answers[^1].Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);

        // In another browser, by another way, with the right code: the account waits.
        Assert.NotEqual(
            "/account", (await GuessAsync(_server.OpenBrowser(), ada, "/signin/verify/app", await _server.AppCodeAsync(ada.Id))).Path);
        await _server.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(
            "/account", (await GuessAsync(_server.OpenBrowser(), ada, "/signin/verify/app", await _server.AppCodeAsync(ada.Id))).Path);
    }

    [Fact]
    [Spec("A8")]
    public async Task Of_sixty_wrong_answers_of_a_passkey_as_second_step_ten_are_looked_at()
    {
        using var passkey = new SoftwarePasskey();
        var cy = await WithPasskeyAsync(passkey);
        passkey.EmptySignature = true;
        var guesser = _server.OpenBrowser();
        Page? page = null;
        for (var guess = 0; guess < 60; guess++)
        {
            page = await AtStepAsync(guesser, cy, "/signin/verify/passkey");
            page = page.Path == "/signin/verify/passkey" && page.Document.QuerySelector("[name='Passkey.State']") is not null
                ? await guesser.SubmitAsync(page, passkey.Get(page))
                : page;
            Assert.NotEqual("/account", page.Path);
        }

        Assert.Equal(10, await CountAsync(cy, SecurityEventKind.SecondFactorFailed));
        passkey.EmptySignature = false;
        page = await AtStepAsync(_server.OpenBrowser(), cy, "/signin/verify/passkey");
        Assert.NotEqual("/account", (await guesser.SubmitAsync(page, passkey.Get(page))).Path);
    }

    [Fact]
    [Spec("A8")]
    [Spec("S74")]
    public async Task Of_sixty_wrong_passkeys_at_the_door_twenty_are_looked_at_from_one_address()
    {
        using var passkey = new SoftwarePasskey();
        await WithPasskeyAsync(passkey);
        passkey.EmptySignature = true;
        var blocked = 0;
        for (var guess = 0; guess < 60; guess++)
        {
            var browser = _server.OpenBrowser();
            var page = await browser.GetAsync("/account");
            blocked += (await browser.SubmitAsync(page, passkey.Get(page))).Path == "/signin/blocked" ? 1 : 0;
        }

        Assert.Equal(40, blocked);
        await using var database = _server.OpenDatabase();
        Assert.Equal(20, await database.SecurityEvents.CountAsync(row => row.Kind == SecurityEventKind.PasskeyFailed));
    }

    [Fact]
    [Spec("S69")]
    [Spec("A46")]
    public async Task Sixty_wrong_passwords_are_answered_alike_for_a_person_and_for_nobody_also_after_the_unlock()
    {
        var ada = await _server.AddPersonAsync("ada");
        var sequences = new List<string>();
        foreach (var name in (string[])[ada.UserName, "nobody1"])
        {
            var answers = new List<string>();
            for (var attempt = 0; attempt < 60; attempt++)
            {
                // From everywhere, so that what is seen is the account's own limit.
                var browser = _server.OpenBrowser();
                browser.Address = $"192.0.2.{attempt}";
                var page = await TryAsync(browser, name, "sbagliata");
                answers.Add($"{(int)page.Status} {page.Path} {page.Parameter("for")} {Words(page)}");
                if (attempt >= 10)
                {
                    await _server.PassAsync(TimeSpan.FromMinutes(15));
                }
            }

            // Closed at fifty: not by an hour, not by a day.
            await _server.PassAsync(TimeSpan.FromDays(1));
            answers.Add((await TryAsync(_server.OpenBrowser(), name, "sbagliata")).Path);
            sequences.Add(string.Join('\n', answers.Select(answer => answer.Replace(name, "", StringComparison.Ordinal))));
        }

        Assert.Equal(sequences[0], sequences[1]);
        Assert.EndsWith("/signin/blocked", sequences[0], StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S72")]
    [Spec("A9")]
    public async Task Of_two_hundred_wrong_passwords_at_once_on_two_nodes_at_most_five_are_hashed()
    {
        await using var second = await _server.StartSecondNodeAsync();
        var ada = await _server.AddPersonAsync("ada");
        var open = new List<(Browser Browser, Page Page)>();
        for (var browsers = 0; browsers < 200; browsers++)
        {
            var browser = (browsers % 2 == 0 ? _server : second).OpenBrowser();
            browser.Address = $"198.51.100.{browsers}";
            open.Add((browser, await browser.GetAsync("/account")));
        }

        await Task.WhenAll(open.Select(visit => Journey.PasswordAsync(visit.Browser, visit.Page, ada, "sbagliata")));
        await using var database = _server.OpenDatabase();
        Assert.InRange(await database.SecurityEvents.CountAsync(row => row.Kind == SecurityEventKind.PasswordFailed), 1, 5);
        var right = _server.OpenBrowser();
        Assert.Equal("/signin/blocked", (await Journey.PasswordAsync(right, await right.GetAsync("/account"), ada)).Path);
    }

    [Fact]
    [Spec("S72")]
    [Spec("A9")]
    public async Task Of_a_hundred_wrong_codes_at_once_on_two_nodes_at_most_five_are_compared()
    {
        await using var second = await _server.StartSecondNodeAsync();
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = _server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), ada);
        var other = second.OpenBrowser();
        foreach (var name in (string[])["__Host-sso-session", "__Host-sso-browser", "__Host-sso-antiforgery"])
        {
            other.SetCookie(name, browser.Cookie(name)!);
        }

        await Task.WhenAll(
            Enumerable.Range(0, 100)
                .Select(guess => (guess % 2 == 0 ? browser : other).SubmitAsync(page, ("Input.Code", $"{guess:000000}"))));
        // The sixth voids the challenge, which the fifth may still be on its way through.
        Assert.InRange(await CountAsync(ada, SecurityEventKind.SecondFactorFailed), 1, 5);
        Assert.Single(await ada.MailsAsync(), mail => mail.Subject.Contains("non riuscito", StringComparison.Ordinal));
    }

    [Fact]
    [Spec("S74")]
    public async Task An_ipv6_network_is_one_address_another_is_free_and_the_answer_says_when()
    {
        for (var person = 0; person < 10; person++)
        {
            var browser = _server.OpenBrowser();
            browser.Address = $"2001:db8:1:1::{person + 1:x}";
            Assert.Equal("/signin", (await TryAsync(browser, $"nobody{person}", "sbagliata")).Path);
        }

        var limited = _server.OpenBrowser();
        limited.Address = "2001:db8:1:1:ffff::1";
        var page = await TryAsync(limited, "nobody11", "sbagliata");
        Assert.Equal((HttpStatusCode.TooManyRequests, "/signin/blocked"), (page.Status, page.Path));
        Assert.InRange(int.Parse(page.Headers["Retry-After"], null), 1, 600);

        var elsewhere = _server.OpenBrowser();
        elsewhere.Address = "2001:db8:1:2::1";
        Assert.Equal("/signin", (await TryAsync(elsewhere, "nobody12", "sbagliata")).Path);
    }

    private static async Task<Page> GuessAsync(Browser browser, Customer customer, string path, string code)
    {
        var page = await AtStepAsync(browser, customer, path);
        return page.Document.QuerySelector("[name='Input.Code']") is null ? page : await browser.SubmitAsync(page, ("Input.Code", code));
    }

    /// <summary>To the page of this way, through the password where it is asked (again).</summary>
    private static async Task<Page> AtStepAsync(Browser browser, Customer customer, string path)
    {
        var page = await browser.GetAsync("/account");
        page = page.Path == "/signin" ? await Journey.PasswordAsync(browser, page, customer) : page;
        return page.Path == path ? page : await browser.GetAsync(path + page.Url.Query);
    }

    private async Task<Customer> WithPasskeyAsync(SoftwarePasskey passkey)
    {
        var cy = await _server.AddPersonAsync("cy");
        var browser = _server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), cy);
        page = await browser.GetAsync("/account/mfa/passkey" + page.Url.Query);
        await browser.SubmitAsync(page, passkey.Create(page));
        await using var database = _server.OpenDatabase();
        (await database.Users.SingleAsync(person => person.Id == cy.Id)).RecoveryCodesSaved(_server.Clock.GetUtcNow());
        await database.SaveChangesAsync();
        return cy;
    }

    private async Task<int> CountAsync(Customer customer, SecurityEventKind kind)
    {
        await using var database = _server.OpenDatabase();
        return await database.SecurityEvents.CountAsync(row => row.PersonId == customer.Id && row.Kind == kind);
    }

    private static async Task<Page> TryAsync(Browser browser, string name, string password) =>
        await browser.SubmitAsync(await browser.GetAsync("/account"), ("Input.UserName", name), ("Input.Password", password));

    private static string Words(Page page) => page.Document.QuerySelector("main")!.TextContent;
}
