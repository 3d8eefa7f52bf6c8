using Xunit;

namespace Sso.Browser.Tests;

/// <summary>Out, back by a mailed link, and every error on the way.</summary>
internal static class WayBackWalk
{
    public static async Task SignOutAsync(Visitor anna, Gallery gallery)
    {
        await anna.Page.GotoAsync(anna.Demo.Sso + "/signout");
        await gallery.LookAsync(anna.Page, "signout-asked");
        await anna.SubmitAsync();
        anna.IsAt("/signedout");
        await gallery.LookAsync(anna.Page, "signedout-done");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account");
        await gallery.LookAsync(anna.Page, "signin-account");
    }

    public static async Task PasswordAsync(Visitor anna, Gallery gallery)
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
        await Visitor.OpenAsync(anna.Page, await anna.MailedLinkAsync("/undo"));
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "undo-done");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account");

        async Task NewPasswordAsync(string password)
        {
            await anna.Page.FillAsync("[name='Input.Password']", password);
            await anna.SubmitAsync();
        }
    }

    public static async Task ErrorsAsync(Visitor anna, Gallery gallery)
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
        await gallery.LookAsync(anna.Page, "error-not-found");
        await anna.Page.GotoAsync(anna.Demo.ClientArea + "/signin");
        await anna.Page.Context.ClearCookiesAsync();
        await anna.SignInAsync();
        await gallery.LookAsync(anna.Page, "error-stale-form");
        foreach (var (about, name) in ((string, string)[])
        [
            ("WrongRedirectUri", "wrong-redirect"), ("DraftClient", "draft"), ("MalformedRequest", "malformed"), ("ExpiredFlow", "expired"),
            ("RequestTooLarge", "too-large"), ("TooManyRequests", "too-many"), ("", "failure")
        ])
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
