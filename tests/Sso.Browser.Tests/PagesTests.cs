using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Playwright;
using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>One walk through every page in the states that a person can bring it to.</summary>
public sealed class PagesTests
{
    private static readonly string[] Languages = ["it", "en"];

    /// <summary>RFC 7636, appendix B.</summary>
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    [Fact]
    [Spec("U01")]
    [Spec("U02")]
    [Spec("U04")]
    [Spec("U06")]
    [Spec("U15")]
    [Spec("U17")]
    [Spec("U19")]
    [Spec("U20")]
    [Spec("U58")]
    [Spec("U66")]
    [Spec("U72")]
    [Spec("S63")]
    public async Task Nothing_is_found_by_axe_by_html_validate_and_by_our_own_checks_in_either_language()
    {
        var flaws = await Task.WhenAll(Languages.Select(language => Task.Run(() => WalkAsync(language))));
        Assert.True(flaws.All(found => found.Count == 0), string.Join('\n', flaws.SelectMany(found => found)));
    }

    [Fact]
    public async Task A_page_with_flaws_does_not_pass()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var chromium = await Visitor.LaunchAsync(playwright);
        var page = await chromium.NewPageAsync();
        await page.SetContentAsync("<html lang='en'><title>x</title><main><h1>x</h1><h3>x</h3><img src='x.png'><p style='width:400px'>x</p><input style='font-size:12px;height:20px' class='input'></main>");
        var gallery = new Gallery("it");

        await gallery.LookAsync(page, "flawed");

        foreach (var flaw in (string[])["image-alt", "pixels wide", "is in en and not in it", "heading 3 after 1", "letters under 16", "×20:", "color-scheme"])
        {
            Assert.Contains(gallery.Flaws, found => found.Contains(flaw, StringComparison.Ordinal));
        }
    }

    private static async Task<IReadOnlyCollection<string>> WalkAsync(string language)
    {
        await using var anna = await Visitor.ArriveAsync(language);
        var gallery = new Gallery(language);
        var sources = new HtmlSources(anna.Page, anna.Phone);

        await gallery.LookAsync(await OpenAsync(anna.Phone, anna.Demo.Sso + "/dev/ui"), "ui");
        var codes = await EnrolByTextAsync(anna, gallery);
        await AccountAsync(anna, gallery);
        await AddAppAsync(anna, gallery);
        await AddPasskeyAsync(anna, gallery);
        await AskedAgainAsync(anna, gallery);
        await ChallengeAsync(anna, gallery, codes[0]);
        await LastAccessAsync(anna, gallery);
        await DeviceWalk.WalkAsync(anna, gallery);
        await ContactsAsync(anna, gallery);
        await SignOutAsync(anna, gallery);
        await PasswordAsync(anna, gallery);
        await ErrorsAsync(anna, gallery);

        var (pages, invalid) = await sources.ValidateAsync();
        Assert.True(pages > 100, $"Only {pages} pages were read.");
        // OtherStatesTests look at these; the choice of a language shows nothing.
        var unseen = gallery.Unseen("/signin/verify/mail", "/account/requests", "/account/requests/answer", "/language");
        return [.. gallery.Flaws, .. unseen, .. invalid, .. sources.StrangersTo(anna.Demo.Sso, anna.Demo.ClientArea), .. await FirstView.WeighAsync(anna)];
    }

    private static async Task<IPage> OpenAsync(IPage page, string url)
    {
        await page.GotoAsync(url);
        return page;
    }

    private static async Task<string[]> EnrolByTextAsync(Visitor anna, Gallery gallery)
    {
        await anna.Phone.GotoAsync(anna.Demo.Phone);
        await gallery.LookAsync(anna.Phone, "devphone-empty");
        await anna.Page.GotoAsync(anna.Demo.ClientArea);
        await gallery.LookAsync(anna.Page, "client-welcome");
        await anna.PressAsync("main a[href='/signin']");
        await gallery.LookAsync(anna.Page, "signin-empty");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "signin-nothing-typed");
        await anna.SignInAsync(password: "sbagliata");
        await gallery.LookAsync(anna.Page, "signin-wrong");
        await anna.SignInAsync();
        await gallery.LookAsync(anna.Page, "enrol-asked");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "method-empty");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "method-nothing-chosen");
        await anna.ChooseAsync("sms");
        await gallery.LookAsync(anna.Page, "sms-empty");
        await anna.TypeNumberAsync("06 1234 5678");
        await gallery.LookAsync(anna.Page, "sms-landline");
        await anna.TypeNumberAsync("312 345 6789");
        await gallery.LookAsync(anna.Page, "smscode-empty");
        var code = await anna.TextCodeAsync();
        await gallery.LookAsync(anna.Phone, "devphone-message");
        await anna.TypeCodeAsync(Visitor.WrongFor(code));
        await gallery.LookAsync(anna.Page, "smscode-wrong");
        await anna.TypeCodeAsync(code);
        await gallery.LookAsync(anna.Page, "recoverycodes-shown");
        await anna.TypeCodeAsync("aaaa");
        await gallery.LookAsync(anna.Page, "recoverycodes-wrong");
        await anna.PressAsync("main form[action*='Create' i] button");
        var codes = await anna.RecoveryCodesAsync();
        await anna.TypeCodeAsync(codes[^1]);
        Assert.Equal(anna.Demo.ClientArea + "/", anna.Page.Url);
        await gallery.LookAsync(anna.Page, "client-claims");
        return codes;
    }

    private static async Task AccountAsync(Visitor anna, Gallery gallery)
    {
        await VisitAsync("/account", "account-home");
        await VisitAsync("/account/password", "password-change");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "password-nothing-typed");
        await VisitAsync("/account/mfa", "mfa-one-way");
        await VisitAsync("/account/mfa/enable", "enable-asked");
        await VisitAsync("/account/mfa/recovery-codes", "recoverycodes-new");

        async Task VisitAsync(string path, string name)
        {
            await anna.Page.GotoAsync(anna.Demo.Sso + path);
            anna.IsAt(path);
            await gallery.LookAsync(anna.Page, name);
        }
    }

    private static async Task AddAppAsync(Visitor anna, Gallery gallery)
    {
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/mfa/method");
        await gallery.LookAsync(anna.Page, "method-account");
        await anna.ChooseAsync("app");
        await gallery.LookAsync(anna.Page, "app-empty");
        await anna.TypeCodeAsync(Visitor.WrongFor(await anna.AppCodeAsync()));
        await gallery.LookAsync(anna.Page, "app-wrong");
        await anna.TypeCodeAsync(await anna.AppCodeAsync());
        anna.IsAt("/account/mfa/done");
        await gallery.LookAsync(anna.Page, "done-app");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/mfa");
        await gallery.LookAsync(anna.Page, "mfa-two-ways");
        await anna.PressAsync("main dl a[href*='/remove']");
        await gallery.LookAsync(anna.Page, "remove-chosen");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/mfa/remove");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "remove-nothing-chosen");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/mfa/disable");
        await gallery.LookAsync(anna.Page, "disable-required");
    }

    private static async Task AddPasskeyAsync(Visitor anna, Gallery gallery)
    {
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/passkeys");
        await gallery.LookAsync(anna.Page, "passkeys-none");
        var finger = await VirtualAuthenticator.PlugInAsync(anna.Page);
        await anna.PressAsync("main .actions a");
        await gallery.LookAsync(anna.Page, "passkey-create");
        await finger.TouchAsync(isThere: true);
        await anna.SubmitAsync();
        anna.IsAt("/account/mfa/done");
        await finger.TouchAsync(isThere: false);
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/passkeys");
        await gallery.LookAsync(anna.Page, "passkeys-one");
        await anna.PressAsync("dd.action a[href*='rename']");
        await gallery.LookAsync(anna.Page, "passkey-rename");
        await anna.Page.FillAsync("[name='Input.Name']", "");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "passkey-rename-empty");
    }

    private static async Task AskedAgainAsync(Visitor anna, Gallery gallery)
    {
        await anna.Page.GotoAsync(Request("consent"));
        anna.IsAt("/consent");
        await gallery.LookAsync(anna.Page, "consent-asked");
        await anna.Page.GotoAsync(Request("consent") + "&authorization_details="
            + Uri.EscapeDataString("""[{"type":"domain_transfer","domain":"example.it","to":{"provider":"Altro Provider","code":"ABCD-1234"}}]"""));
        await gallery.LookAsync(anna.Page, "consent-in-detail");
        await anna.Page.GotoAsync(Request("login"));
        anna.IsAt("/signin");
        await gallery.LookAsync(anna.Page, "signin-again");

        string Request(string prompt) => QueryHelpers.AddQueryString(anna.Demo.Sso + "/connect/authorize", new Dictionary<string, string?>
        {
            ["client_id"] = "area-clienti",
            ["redirect_uri"] = anna.Demo.ClientArea + "/callback",
            ["response_type"] = "code",
            ["scope"] = "openid profile email address phone",
            ["state"] = "state-1",
            ["nonce"] = "nonce-1",
            ["code_challenge"] = Challenge,
            ["code_challenge_method"] = "S256",
            ["prompt"] = prompt,
        });
    }

    private static async Task ChallengeAsync(Visitor anna, Gallery gallery, string recoveryCode)
    {
        await anna.Page.GotoAsync(anna.Demo.ClientArea);
        await anna.PressAsync("header form button");
        await gallery.LookAsync(anna.Page, "client-signedout");
        await anna.PressAsync("main a[href='/signin']");
        await anna.SignInAsync();
        await gallery.LookAsync(anna.Page, "choose-empty");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "choose-nothing-chosen");
        await anna.ChooseAsync("sms");
        await gallery.LookAsync(anna.Page, "challengesms-empty");
        await anna.TypeCodeAsync(Visitor.WrongFor(await anna.TextCodeAsync()));
        await gallery.LookAsync(anna.Page, "challengesms-wrong");
        await anna.PressAsync("main a[href*='/choose']");
        await anna.ChooseAsync("recovery");
        await gallery.LookAsync(anna.Page, "recovery-empty");
        await anna.TypeCodeAsync("aaaa");
        await gallery.LookAsync(anna.Page, "recovery-wrong");
        await anna.PressAsync("main a[href*='/choose']");
        await anna.ChooseAsync("passkey");
        await gallery.LookAsync(anna.Page, "challengepasskey");
        await anna.PressAsync("main a[href*='/choose']");
        await anna.ChooseAsync("app");
        await gallery.LookAsync(anna.Page, "challengeapp-empty");
        await anna.TypeCodeAsync("000000");
        await gallery.LookAsync(anna.Page, "challengeapp-wrong");
        for (var more = 0; more < 4 && anna.Path != "/signin"; more++)
        {
            await anna.TypeCodeAsync("000000");
        }

        anna.IsAt("/signin");
        await gallery.LookAsync(anna.Page, "signin-codes-failed");
        await anna.SignInAsync();
        await LostAsync(anna, gallery);
        await anna.ChooseAsync("recovery");
        await anna.TypeCodeAsync(recoveryCode);
        Assert.Equal(anna.Demo.ClientArea + "/", anna.Page.Url);
    }

    /// <summary>Every way is lost, until one is found again.</summary>
    private static async Task LostAsync(Visitor anna, Gallery gallery)
    {
        await anna.PressAsync("main a[href*='/lost']");
        await gallery.LookAsync(anna.Page, "lost-may-ask");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "lost-waiting");
        var challenge = anna.Page.Url.Replace("/lost", "/choose", StringComparison.Ordinal);
        await anna.Page.GotoAsync(await anna.MailedLinkAsync("/signin/recover/stop"));
        await gallery.LookAsync(anna.Page, "recoverstop-asked");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/signin/recover/stop");
        await gallery.LookAsync(anna.Page, "recoverstop-dead-link");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/signin/recover");
        await gallery.LookAsync(anna.Page, "recover-dead-link");
        await anna.Page.GotoAsync(challenge);
        await gallery.LookAsync(anna.Page, "choose-pending");
    }

    /// <summary>Somebody else asks, while the owner is in.</summary>
    private static async Task StopAsync(Visitor anna, Gallery gallery)
    {
        await using var context = await anna.Page.Context.Browser!.NewContextAsync(new() { Locale = gallery.Language });
        var other = await context.NewPageAsync();
        await other.GotoAsync(anna.Demo.Sso + "/account");
        await other.FillAsync("[name='Input.UserName']", anna.Demo.UserName);
        await other.FillAsync("[name='Input.Password']", anna.Demo.Password);
        await other.ClickAsync("main button.primary");
        await other.ClickAsync("main a[href*='/lost']");
        await other.ClickAsync("main button.primary");
        await other.WaitForSelectorAsync("main .card:not(:has(button.primary))");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account");
        await gallery.LookAsync(anna.Page, "account-pending");
        await anna.PressAsync("main a[href*='/mfa/lost']");
        await gallery.LookAsync(anna.Page, "lost-account");
        await anna.SubmitAsync();
        anna.IsAt("/account/mfa");
    }

    private static async Task DataAsync(Visitor anna, Gallery gallery)
    {
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/data");
        await gallery.LookAsync(anna.Page, "data-home");
        await anna.PressAsync("main a[href*='/delete']");
        await gallery.LookAsync(anna.Page, "delete-asked");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "delete-nothing-typed");
        await anna.Page.FillAsync("[name='Input.UserName']", anna.Demo.UserName);
        await anna.SubmitAsync();
        anna.IsAt("/account/data");
        await gallery.LookAsync(anna.Page, "data-pending");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account");
        await gallery.LookAsync(anna.Page, "account-deletion-pending");
        var link = await anna.MailedLinkAsync("/account/keep");
        await anna.Page.GotoAsync(link);
        await gallery.LookAsync(anna.Page, "keep-asked");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "keep-done");
        await anna.Page.GotoAsync(link);
        await gallery.LookAsync(anna.Page, "keep-dead-link");
    }

    private static async Task LastAccessAsync(Visitor anna, Gallery gallery)
    {
        await gallery.LookAsync(anna.Page, "client-last-access");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account");
        var rows = await anna.Page.InnerTextAsync("dl.rows");
        Assert.Matches(@"\d\d/\d\d/\d{4} \d\d:\d\d", rows);
        Assert.Matches(@"127\.0\.0\.1|::1", rows);
        await gallery.LookAsync(anna.Page, "account-last-access");
        foreach (var (path, name) in ((string, string)[])
            [("sessions", "sessions-one"), ("activity", "activity-all"), ("activity?show=changes", "activity-changes"), ("apps", "apps-one"), ("not-me", "notme-account")])
        {
            await anna.Page.GotoAsync($"{anna.Demo.Sso}/account/{path}");
            anna.IsAt("/account/" + path.Split('?')[0]);
            await gallery.LookAsync(anna.Page, name);
        }

        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/apps");
        await anna.PressAsync("main dl button");
        await gallery.LookAsync(anna.Page, "apps-revoked");
        await StopAsync(anna, gallery);
        await DataAsync(anna, gallery);
    }

    private static async Task ContactsAsync(Visitor anna, Gallery gallery)
    {
        var contacts = anna.Demo.Sso + "/account/contacts";
        await gallery.LookAsync(await OpenAsync(anna.Page, contacts), "contacts-one");
        await gallery.LookAsync(await OpenAsync(anna.Page, contacts + "/email"), "email-empty");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "email-nothing-typed");
        await anna.Page.FillAsync("[name='Input.Email']", "anna.nuova@example.it");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "contacts-email-waits");
        await gallery.LookAsync(await OpenAsync(anna.Page, contacts + "/email"), "email-waits");
        await gallery.LookAsync(await OpenAsync(anna.Page, await anna.MailedLinkAsync("/email/confirm")), "confirmemail-asked");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "confirmemail-done");
        await gallery.LookAsync(await OpenAsync(anna.Page, anna.Demo.Sso + "/email/confirm"), "confirmemail-dead-link");
        await gallery.LookAsync(await OpenAsync(anna.Page, contacts + "/add"), "contacts-add-empty");
        await anna.Page.UncheckAsync("[name='Input.SignIn']");
        await anna.Page.UncheckAsync("[name='Input.Notices']");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "contacts-add-without-use");
        await gallery.LookAsync(await OpenAsync(anna.Page, contacts + "/change"), "contacts-change-empty");
        await anna.TypeNumberAsync("06 1234 5678");
        await gallery.LookAsync(anna.Page, "contacts-change-landline");
        await anna.TypeNumberAsync("312 345 6780");
        await gallery.LookAsync(anna.Page, "contacts-code-empty");
        var code = await anna.TextCodeAsync();
        await anna.TypeCodeAsync(Visitor.WrongFor(code));
        await gallery.LookAsync(anna.Page, "contacts-code-wrong");
        await anna.TypeCodeAsync(code);
        await gallery.LookAsync(anna.Page, "contacts-changed");
        await gallery.LookAsync(await OpenAsync(anna.Page, contacts + "/uses"), "contacts-uses");
        await anna.Page.UncheckAsync("[name='Input.SignIn']");
        await anna.Page.UncheckAsync("[name='Input.Notices']");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "contacts-uses-none");
        await gallery.LookAsync(await OpenAsync(anna.Page, contacts + "/remove"), "contacts-remove");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "contacts-remove-nothing-chosen");
        await anna.Page.CheckAsync("[name='id']");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "contacts-none");
        await gallery.LookAsync(await OpenAsync(anna.Page, await anna.MailedLinkAsync("/undo")), "undo-asked");
        await gallery.LookAsync(await OpenAsync(anna.Page, anna.Demo.Sso + "/undo"), "undo-dead-link");
    }

    private static async Task SignOutAsync(Visitor anna, Gallery gallery)
    {
        await anna.Page.GotoAsync(anna.Demo.Sso + "/signout");
        await gallery.LookAsync(anna.Page, "signout-asked");
        await anna.SubmitAsync();
        anna.IsAt("/signedout");
        await gallery.LookAsync(anna.Page, "signedout-done");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account");
        await gallery.LookAsync(anna.Page, "signin-account");
    }

    private static async Task PasswordAsync(Visitor anna, Gallery gallery)
    {
        await anna.PressAsync("main a[href^='/password/forgot']");
        await gallery.LookAsync(anna.Page, "forgot-empty");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "forgot-nothing-typed");
        await anna.Page.FillAsync("[name='Input.UserName']", anna.Demo.UserName);
        await anna.SubmitAsync();
        anna.IsAt("/password/sent");
        await gallery.LookAsync(anna.Page, "forgot-sent");
        var link = await anna.MailedLinkAsync("/password/reset");
        await gallery.LookAsync(anna.Phone, "devmail-message");
        await anna.Page.GotoAsync(link);
        await gallery.LookAsync(anna.Page, "reset-empty");
        await NewPasswordAsync("corta");
        await gallery.LookAsync(anna.Page, "reset-refused");
        await NewPasswordAsync("limone-barca-stella-2");
        anna.IsAt("/password/done");
        await gallery.LookAsync(anna.Page, "reset-done");
        await anna.Page.GotoAsync(link);
        await gallery.LookAsync(anna.Page, "reset-dead-link");
        await anna.Page.GotoAsync(await anna.MailedLinkAsync("/not-me"));
        await gallery.LookAsync(anna.Page, "notme-asked");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "notme-done");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/not-me");
        await gallery.LookAsync(anna.Page, "notme-dead-link");
        await OpenAsync(anna.Page, await anna.MailedLinkAsync("/undo"));
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "undo-done");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account");

        async Task NewPasswordAsync(string password)
        {
            await anna.Page.FillAsync("[name='Input.Password']", password);
            await anna.SubmitAsync();
        }
    }

    private static async Task ErrorsAsync(Visitor anna, Gallery gallery)
    {
        for (var wrong = 0; wrong < 8 && anna.Path != "/signin/blocked"; wrong++)
        {
            await anna.SignInAsync("nessuno", "sbagliata");
        }

        anna.IsAt("/signin/blocked");
        await gallery.LookAsync(anna.Page, "blocked-wait");
        await anna.Page.GotoAsync(anna.Demo.ClientArea + "/signin");
        await anna.PressAsync("main form[action*='Cancel' i] button");
        Assert.StartsWith(anna.Demo.ClientArea + "/problem", anna.Page.Url, StringComparison.Ordinal);
        await gallery.LookAsync(anna.Page, "client-cancelled");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/connect/authorize?client_id=nessuno");
        await gallery.LookAsync(anna.Page, "error-unknown-client");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/no-such-page");
        await gallery.LookAsync(anna.Page, "error-not-found", bilingual: true);
        await anna.Page.GotoAsync(anna.Demo.ClientArea + "/signin");
        await anna.Page.Context.ClearCookiesAsync();
        await anna.SignInAsync();
        await gallery.LookAsync(anna.Page, "error-stale-form", bilingual: true);
        foreach (var (about, name) in ((string, string)[])
            [("WrongRedirectUri", "wrong-redirect"), ("MalformedRequest", "malformed"), ("ExpiredFlow", "expired"), ("RequestTooLarge", "too-large"), ("", "failure")])
        {
            await anna.Page.GotoAsync($"{anna.Demo.Sso}/error?about={about}");
            await gallery.LookAsync(anna.Page, "error-" + name);
        }

        await anna.Page.GotoAsync(anna.Demo.Sso + "/errors");
        await gallery.LookAsync(anna.Page, "errors-all");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/errors/challenge-missing");
        await gallery.LookAsync(anna.Page, "errors-one");
    }
}
