using Microsoft.AspNetCore.WebUtilities;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>Signing in with each second factor, and with none left.</summary>
internal static class ChallengeWalk
{
    /// <summary>RFC 7636, appendix B.</summary>
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    public static async Task ChallengeAsync(Visitor anna, Gallery gallery, string recoveryCode)
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
        await anna.PressAsync("main a[href*='/verify/recovery']");
        await gallery.LookAsync(anna.Page, "recovery-empty");
        await anna.TypeCodeAsync("aaaa");
        await gallery.LookAsync(anna.Page, "recovery-wrong");
        await anna.PressAsync("main a[href*='/verify/passkey']");
        await gallery.LookAsync(anna.Page, "challengepasskey");
        await anna.PressAsync("main a[href*='/verify/app']");
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

    public static async Task AskedAgainAsync(Visitor anna, Gallery gallery)
    {
        await anna.Page.GotoAsync(Request("consent"));
        anna.IsAt("/consent");
        await gallery.LookAsync(anna.Page, "consent-asked");
        await anna.Page.GotoAsync(Request("consent") + "&authorization_details="
            + Uri.EscapeDataString(
                """[{"type":"domain_transfer","domain":"example.it","to":{"provider":"Altro Provider","code":"ABCD-1234"}}]"""));
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
}
