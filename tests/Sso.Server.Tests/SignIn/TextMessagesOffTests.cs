using Microsoft.EntityFrameworkCore;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>
/// Text messages are the weakest second factor: said so, proved first, and to be switched off for one application or for all.
/// </summary>
[Spec("S19")]
public sealed class TextMessagesOffTests(
    TextMessagesOffTests.Off off, SsoServer on) : IClassFixture<TextMessagesOffTests.Off>, IClassFixture<SsoServer>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        await on.ForgetAttemptsAsync();
        await off.Server.ForgetAttemptsAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task The_choice_offers_the_stronger_ways_first_and_says_that_texts_are_weaker()
    {
        var (_, _, page) = await FloAtTheChoiceAsync(on);
        var ways = page.Document.QuerySelectorAll("input[name='Input.Method']").Select(input => input.GetAttribute("value"));
        Assert.Equal(["passkey", "app", "sms"], ways);
        Assert.Contains(
            "metodo meno sicuro", page.Document.QuerySelector("input[value=sms]")!.ParentElement!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_that_was_not_proved_is_no_factor()
    {
        var (flo, browser, page) = await FloAtTheChoiceAsync(on);
        page = await browser.SubmitAsync(page, ("Input.Method", "sms"));
        page = await browser.SubmitAsync(page, ("Input.Number", "3471230001"));
        Assert.Equal("/account/mfa/sms/code", page.Path);
        Assert.Equal("/account/mfa/sms/code", (await browser.SubmitAsync(page, ("Input.Code", "000000"))).Path);
        Assert.Equal("/signin/enrol", (await browser.GetAsync("/account")).Path);

        // Another sign-in of the same person is not asked for a code to that number either.
        var again = on.OpenBrowser();
        page = await Journey.PasswordAsync(again, await again.GetAsync("/account"), flo);
        Assert.Equal("/signin/enrol", page.Path);
    }

    [Fact]
    public async Task An_application_that_takes_no_texts_has_another_way_enrolled_after_the_text_was_proved()
    {
        var shop = await on.RegisterAsync("shop", client => client.AcceptsTextMessages = false);
        var bo = await (await on.AddPersonAsync("bo")).WithPhoneAsync();
        var browser = on.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync(shop.AuthorizeUrl()), bo);
        Assert.Equal("/signin/verify/sms", page.Path);
        page = await Journey.TextAsync(browser, page, bo);
        Assert.Equal("/signin/enrol", page.Path);
        page = await browser.SubmitAsync(page);
        Assert.Equal(
            ["passkey", "app"], page.Document.QuerySelectorAll("input[name='Input.Method']").Select(input => input.GetAttribute("value")));
        // Not by typing the address either.
        Assert.NotEqual("/account/mfa/sms", (await browser.GetAsync("/account/mfa/sms" + page.Url.Query)).Path);
        page = await browser.SubmitAsync(page, ("Input.Method", "app"));
        page = await browser.SubmitAsync(page, ("Input.Code", await on.AppCodeAsync(bo.Id)));
        var tokens = await shop.RedeemAsync(page.Code);
        Assert.Contains("otp", tokens.Amr);
    }

    [Fact]
    [Spec("A23")]
    public async Task What_was_given_after_a_text_ends_at_the_next_refresh_when_the_application_stops_taking_them()
    {
        var bo = await (await on.AddPersonAsync("bo")).WithPhoneAsync();
        var shop = await on.RegisterAsync("shop");
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(on.OpenBrowser(), bo, ("scope", "openid offline_access"))).Code);
        tokens = await shop.RefreshAsync(tokens.RefreshToken);
        Assert.NotNull(tokens.RefreshToken);
        await TakeTextsAsync(shop.Id, false);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);

        // It was refused for the policy and for nothing else: when that is taken back, the same token is the one of today.
        await on.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        await on.PassAsync(TimeSpan.FromMinutes(2));
        await TakeTextsAsync(shop.Id, true);
        tokens = await shop.RefreshAsync(tokens.RefreshToken);
        Assert.NotNull(tokens.RefreshToken);
        Assert.NotNull((await shop.RefreshAsync(tokens.RefreshToken)).RefreshToken);
    }

    private async Task TakeTextsAsync(string clientId, bool taken)
    {
        await using (var database = on.OpenDatabase())
        {
            await database.Clients.Where(client => client.Id == clientId)
                .ExecuteUpdateAsync(set => set.SetProperty(client => client.AcceptsTextMessages, taken));
            await Sso.Data.ConfigurationChanges.RaiseClientsVersionAsync(database, CancellationToken.None);
        }

        await on.ReloadAsync();
    }

    [Fact]
    public async Task Switched_off_for_all_it_is_not_offered_to_enrol_not_even_by_its_address()
    {
        var (_, browser, page) = await FloAtTheChoiceAsync(off.Server);
        Assert.Equal(
            ["passkey", "app"], page.Document.QuerySelectorAll("input[name='Input.Method']").Select(input => input.GetAttribute("value")));
        Assert.NotEqual("/account/mfa/sms", (await browser.GetAsync("/account/mfa/sms" + page.Url.Query)).Path);

        var ada = await (await off.Server.AddPersonAsync("ada")).WithAppAsync();
        browser = off.Server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        Assert.Equal("/account", (await browser.GetAsync("/account/mfa/sms")).Path);
        Assert.Equal(["passkey", "app"], (await browser.GetAsync("/account/mfa/method")).Document
            .QuerySelectorAll("input[name='Input.Method']").Select(input => input.GetAttribute("value")));
    }

    [Fact]
    public async Task Switched_off_for_all_whoever_has_only_a_number_shows_a_recovery_code_and_enrols_another_way()
    {
        var bo = await (await off.Server.AddPersonAsync("bo")).WithPhoneAsync();
        var browser = off.Server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), bo);
        // Not to the enrolment: the password alone must not bind a new factor to an account that has one.
        Assert.Equal("/signin/verify/recovery", page.Path);
        foreach (var path in (string[])["/signin/verify/sms", "/account/mfa/app", "/account/mfa/method", "/signin/enrol", "/account"])
        {
            Assert.Equal("/signin/verify/recovery", (await browser.GetAsync(path + page.Url.Query)).Path);
        }

        await using (var database = off.Server.OpenDatabase())
        {
            database.RecoveryCodes.Add(new()
            {
                PersonId = bo.Id,
                Hash = System.Security.Cryptography.SHA256.HashData(
                    [.. bo.Id.ToByteArray(bigEndian: true), .. "ABCDEFGHIJKLMNOPQRSTUVWX"u8]),
                CreatedAt = off.Server.Clock.GetUtcNow(),
            });
            await database.SaveChangesAsync();
        }

        page = await browser.SubmitAsync(page, ("Input.Code", "ABCD-EFGH-IJKL-MNOP-QRST-UVWX"));
        Assert.Equal("/account", page.Path);
        Assert.Equal("/account/mfa/app", (await browser.GetAsync("/account/mfa/app")).Path);
        await using var rows = off.Server.OpenDatabase();
        Assert.False(await rows.MessageChallenges.AnyAsync());
    }

    private static async Task<(Customer Flo, Browser Browser, Page Page)> FloAtTheChoiceAsync(SsoServer server)
    {
        var flo = await server.AddPersonAsync("flo");
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), flo);
        return (flo, browser, await browser.SubmitAsync(page));
    }

    /// <summary>A server whose operator does not want texts at all.</summary>
    public sealed class Off : IAsyncLifetime
    {
        public SsoServer Server { get; } = new() { Settings = { "--SignIn:TextMessages=false" } };

        public ValueTask InitializeAsync() => Server.InitializeAsync();

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
