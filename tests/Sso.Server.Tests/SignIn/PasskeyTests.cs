using System.Buffers.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>Passkeys over HTTP, with an authenticator of our own that can lie (WebAuthn Level 3 §7.1, §7.2).</summary>
public sealed class PasskeyTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("S31")]
    [Spec("S38")]
    public async Task A_passkey_alone_signs_in_and_the_tokens_tell_what_was_proved()
    {
        var shop = await server.RegisterAsync("shop");
        using var passkey = new SoftwarePasskey();
        await AddAsync(passkey);
        var (browser, page) = await AtSignInAsync(shop.AuthorizeUrl());
        var answer = await browser.SubmitAsync(page, passkey.Get(page));
        Assert.True(answer.LeftSso, answer.Path);
        var tokens = await shop.RedeemAsync(answer.Code);
        Assert.Equal("phr", tokens.IdToken.GetClaim("acr").Value);
        Assert.Equal(["pop", "mfa"], tokens.Amr);
    }

    [Fact]
    public async Task As_the_second_step_it_follows_the_password()
    {
        using var passkey = new SoftwarePasskey();
        var cy = await AddAsync(passkey);
        var (browser, page) = await AtSignInAsync();
        page = await Journey.PasswordAsync(browser, page, cy);
        Assert.Equal("/signin/verify/passkey", page.Path);
        Assert.Equal("/account", (await browser.SubmitAsync(page, passkey.Get(page))).Path);
    }

    [Fact]
    [Spec("S30")]
    public async Task Somebody_elses_passkey_is_not_the_second_step()
    {
        using var cys = new SoftwarePasskey();
        using var evils = new SoftwarePasskey();
        var cy = await AddAsync(cys);
        await AddAsync(evils);
        var (browser, page) = await AtSignInAsync();
        page = await Journey.PasswordAsync(browser, page, cy);
        AssertRefused("/signin/verify/passkey", await browser.SubmitAsync(page, evils.Get(page)));
    }

    [Fact]
    [Spec("S29")]
    public async Task The_challenge_is_32_bytes_and_new_each_time()
    {
        var (browser, first) = await AtSignInAsync();
        var second = await browser.GetAsync(first.Url.PathAndQuery);
        var challenges = new[] { first, second }.Select(page => (string)SoftwarePasskey.OptionsOf(page)["challenge"]!).ToList();
        Assert.All(challenges, challenge => Assert.Equal(32, Base64Url.DecodeFromChars(challenge).Length));
        Assert.NotEqual(challenges[0], challenges[1]);
    }

    [Fact]
    [Spec("S29")]
    public async Task An_answer_is_taken_once()
    {
        using var passkey = new SoftwarePasskey();
        await AddAsync(passkey);
        var (browser, page) = await AtSignInAsync();
        var fields = passkey.Get(page);
        Assert.Equal("/account", (await browser.SubmitAsync(page, fields)).Path);
        // The session is given up; browser and flow are the same.
        browser.SetCookie("__Host-sso-session", "gone");
        var again = await browser.GetAsync(page.Url.PathAndQuery);
        AssertRefused("/signin", await browser.SubmitAsync(again, fields));
    }

    [Fact]
    [Spec("S29")]
    public async Task A_challenge_answered_wrongly_is_spent()
    {
        using var passkey = new SoftwarePasskey();
        await AddAsync(passkey);
        var (browser, page) = await AtSignInAsync();
        passkey.EmptySignature = true;
        AssertRefused("/signin", await browser.SubmitAsync(page, passkey.Get(page)));
        passkey.EmptySignature = false;
        AssertRefused("/signin", await browser.SubmitAsync(page, passkey.Get(page)));
    }

    [Fact]
    [Spec("S29")]
    public async Task After_five_minutes_the_challenge_is_dead()
    {
        using var passkey = new SoftwarePasskey();
        await AddAsync(passkey);
        var (browser, page) = await AtSignInAsync();
        await server.PassAsync(TimeSpan.FromSeconds(301));
        AssertRefused("/signin", await browser.SubmitAsync(page, passkey.Get(page)));
    }

    [Fact]
    [Spec("S29")]
    public async Task The_challenge_of_another_flow_is_refused()
    {
        using var passkey = new SoftwarePasskey();
        await AddAsync(passkey);
        var (_, others) = await AtSignInAsync();
        var (browser, page) = await AtSignInAsync();
        AssertRefused("/signin", await browser.SubmitAsync(page, passkey.Get(others)));
    }

    [Fact]
    [Spec("S29")]
    public async Task A_challenge_for_making_a_passkey_signs_nobody_in()
    {
        using var passkey = new SoftwarePasskey();
        var cy = await AddAsync(passkey);
        var owner = server.OpenBrowser();
        var page = await Journey.PasswordAsync(owner, await owner.GetAsync("/account"), cy);
        await owner.SubmitAsync(page, passkey.Get(page));
        var creation = await owner.GetAsync("/account/mfa/passkey");
        var (browser, signIn) = await AtSignInAsync();
        AssertRefused("/signin", await browser.SubmitAsync(signIn, passkey.Get(creation)));
    }

    [Theory]
    [Spec("S30")]
    [Spec("S31")]
    [Spec("A40")]
    [InlineData("origin")]
    [InlineData("domain")]
    [InlineData("type")]
    [InlineData("cross-origin")]
    [InlineData("user not present")]
    [InlineData("user not verified")]
    [InlineData("backed up but not eligible")]
    [InlineData("empty signature")]
    [InlineData("id is not rawId")]
    [InlineData("counter goes back")]
    public async Task An_answer_with_one_thing_wrong_is_refused(string wrong)
    {
        using var passkey = new SoftwarePasskey { SignCount = 9 };
        await AddAsync(passkey);
        Bend(passkey, wrong);
        var (browser, page) = await AtSignInAsync();
        AssertRefused("/signin", await browser.SubmitAsync(page, passkey.Get(page)));
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
    }

    [Theory]
    [Spec("S30")]
    [InlineData("origin")]
    [InlineData("domain")]
    [InlineData("type")]
    [InlineData("cross-origin")]
    [InlineData("user not present")]
    [InlineData("user not verified")]
    [InlineData("backed up but not eligible")]
    [InlineData("algorithm")]
    [InlineData("id is not rawId")]
    public async Task A_new_passkey_with_one_thing_wrong_is_not_taken(string wrong)
    {
        using var passkey = new SoftwarePasskey();
        Bend(passkey, wrong);
        var di = await server.AddPersonAsync("di");
        var (browser, page) = await AtCreationAsync(di);
        AssertRefused("/account/mfa/passkey", await browser.SubmitAsync(page, passkey.Create(page)));
        await using var database = server.OpenDatabase();
        Assert.False(await database.SecondFactors.AnyAsync(row => row.PersonId == di.Id));
    }

    [Fact]
    [Spec("S67")]
    public async Task The_sign_in_page_asks_the_same_of_everybody()
    {
        var (_, page) = await AtSignInAsync();
        var options = SoftwarePasskey.OptionsOf(page);
        Assert.Empty(options["allowCredentials"]?.AsArray() ?? []);
        Assert.Equal("required", (string?)options["userVerification"]);
        Assert.Equal("sso.test", (string?)options["rpId"]);
    }

    [Fact]
    [Spec("S71")]
    public async Task While_the_password_waits_the_passkey_signs_in()
    {
        using var passkey = new SoftwarePasskey();
        var cy = await AddAsync(passkey);
        var stranger = server.OpenBrowser();
        var page = await stranger.GetAsync("/account");
        for (var failure = 0; failure < 6; failure++)
        {
            await Journey.PasswordAsync(stranger, page, cy, "not the password");
        }

        var (browser, signIn) = await AtSignInAsync();
        Assert.Equal("/signin/blocked", (await Journey.PasswordAsync(browser, signIn, cy)).Path);
        var again = await browser.GetAsync(signIn.Url.PathAndQuery);
        Assert.Equal("/account", (await browser.SubmitAsync(again, passkey.Get(again))).Path);
    }

    [Fact]
    public async Task A_disabled_person_hears_so_only_with_the_right_passkey()
    {
        using var passkey = new SoftwarePasskey();
        var ed = await AddAsync(passkey);
        await using (var database = server.OpenDatabase())
        {
            await database.Users.Where(person => person.Id == ed.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(person => person.DisabledAt, server.Clock.GetUtcNow()));
        }

        var (browser, page) = await AtSignInAsync();
        var answer = await browser.SubmitAsync(page, passkey.Get(page));
        Assert.Contains("assistenza", answer.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S34")]
    public async Task The_last_passkey_stays_where_a_second_factor_is_demanded()
    {
        using var passkey = new SoftwarePasskey();
        var cy = await AddAsync(passkey);
        var (browser, page) = await AtSignInAsync();
        await browser.SubmitAsync(page, passkey.Get(page));
        await using var database = server.OpenDatabase();
        var id = (await database.SecondFactors.SingleAsync(row => row.PersonId == cy.Id)).Id;
        var refused = await browser.GetAsync($"/account/mfa/remove?id={id}");
        Assert.Contains("Passkey", refused.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Null(refused.Document.QuerySelector("input[name=id]"));
    }

    [Fact]
    [Spec("U38")]
    public async Task Its_owner_names_it()
    {
        using var passkey = new SoftwarePasskey();
        var cy = await AddAsync(passkey);
        var (browser, page) = await AtSignInAsync();
        await browser.SubmitAsync(page, passkey.Get(page));
        await using var database = server.OpenDatabase();
        var id = (await database.SecondFactors.SingleAsync(row => row.PersonId == cy.Id)).Id;
        var rename = await browser.GetAsync($"/account/mfa/rename?id={id}");
        Assert.Equal("/account/mfa", (await browser.SubmitAsync(rename, ("Input.Name", "Chiave di casa"))).Path);
        Assert.Contains("Chiave di casa", (await browser.GetAsync("/account/passkeys")).Text, StringComparison.Ordinal);
    }

    private static void Bend(SoftwarePasskey passkey, string wrong)
    {
        switch (wrong)
        {
            case "origin":
                passkey.Origin = "https://sso.test.evil";
                break;
            case "domain":
                passkey.Domain = "evil";
                break;
            case "type":
                passkey.Type = "webauthn.other";
                break;
            case "cross-origin":
                passkey.CrossOrigin = true;
                break;
            case "user not present":
                passkey.UserPresent = false;
                break;
            case "user not verified":
                passkey.UserVerified = false;
                break;
            case "backed up but not eligible":
                passkey.BackedUp = true;
                break;
            case "empty signature":
                passkey.EmptySignature = true;
                break;
            case "id is not rawId":
                passkey.OtherId = Base64Url.EncodeToString(new byte[32]);
                break;
            case "counter goes back":
                passkey.SignCount = 3;
                break;
            case "algorithm":
                passkey.Algorithm = -20;
                break;
        }
    }

    /// <summary>A person whose only second factor is this passkey, made on the page.</summary>
    private async Task<Customer> AddAsync(SoftwarePasskey passkey)
    {
        var person = await server.AddPersonAsync("cy");
        var (browser, page) = await AtCreationAsync(person);
        page = await browser.SubmitAsync(page, passkey.Create(page));
        Assert.Equal("/account/mfa/recovery-codes", page.Path);
        var code = page.Document.QuerySelector("ol.codes li")!.TextContent.Trim();
        Assert.Equal("/account", (await browser.SubmitAsync(page, ("Input.Code", code))).Path);
        await using var database = server.OpenDatabase();
        Assert.Equal(ProofMethod.Passkey, (await database.SecondFactors.SingleAsync(row => row.PersonId == person.Id)).Method);
        return person;
    }

    private async Task<(Browser Browser, Page Page)> AtCreationAsync(Customer person)
    {
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), person);
        Assert.Equal("/signin/enrol", page.Path);
        return (browser, await browser.GetAsync("/account/mfa/passkey" + page.Url.Query));
    }

    private async Task<(Browser Browser, Page Page)> AtSignInAsync(string url = "/account")
    {
        var browser = server.OpenBrowser();
        return (browser, await browser.GetAsync(url));
    }

    private static void AssertRefused(string path, Page answer)
    {
        Assert.Equal(path, answer.Path);
        Assert.Contains(
            "Non è stato possibile usare questa passkey",
            answer.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
    }
}
