using Xunit;

namespace Sso.Browser.Tests;

/// <summary>The account area: what is switched on, added, seen and taken away.</summary>
internal static class AccountWalk
{
    public static async Task AccountAsync(Visitor anna, Gallery gallery)
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

    public static async Task AddAppAsync(Visitor anna, Gallery gallery)
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
        await anna.PressAsync("main a[href*='/remove']");
        await gallery.LookAsync(anna.Page, "remove-chosen");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/mfa/remove");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "remove-nothing-chosen");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/mfa/disable");
        await gallery.LookAsync(anna.Page, "disable-required");
    }

    public static async Task AddPasskeyAsync(Visitor anna, Gallery gallery)
    {
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/passkeys");
        await gallery.LookAsync(anna.Page, "passkeys-none");
        var finger = await VirtualAuthenticator.PlugInAsync(anna.Page);
        await anna.PressAsync("main .top .button");
        await gallery.LookAsync(anna.Page, "passkey-create");
        await finger.TouchAsync(isThere: true);
        await anna.SubmitAsync();
        anna.IsAt("/account/mfa/done");
        await finger.TouchAsync(isThere: false);
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/passkeys");
        await gallery.LookAsync(anna.Page, "passkeys-one");
        await anna.PressAsync("main a[href*='rename']");
        await gallery.LookAsync(anna.Page, "passkey-rename");
        await anna.Page.FillAsync("[name='Input.Name']", "");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "passkey-rename-empty");
    }

    public static async Task LastAccessAsync(Visitor anna, Gallery gallery)
    {
        await gallery.LookAsync(anna.Page, "client-last-access");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account");
        var access = await anna.Page.InnerTextAsync("[data-last-access]");
        Assert.Matches(gallery.Language == "it" ? @"oggi alle \d\d:\d\d \(ora di Roma\)" : @"today at \d\d:\d\d \(Rome time\)", access);
        Assert.Matches(@"127\.0\.0\.1|::1", access);
        await gallery.LookAsync(anna.Page, "account-last-access");
        foreach (var (path, name) in ((string, string)[])
            [
                ("sessions", "sessions-one"), ("activity", "activity-all"),
                ("activity?show=changes", "activity-changes"), ("apps", "apps-one"), ("not-me", "notme-account"),
            ])
        {
            await anna.Page.GotoAsync($"{anna.Demo.Sso}/account/{path}");
            anna.IsAt("/account/" + path.Split('?')[0]);
            await gallery.LookAsync(anna.Page, name);
        }

        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/apps");
        await anna.PressAsync("main form.app button");
        await gallery.LookAsync(anna.Page, "apps-revoked");
        await StopAsync(anna, gallery);
        await DataAsync(anna, gallery);
    }

    /// <summary>Somebody else asks, while the owner is in.</summary>
    private static async Task StopAsync(Visitor anna, Gallery gallery)
    {
        await using var context = await Chromium.OpenAsync(new() { Locale = gallery.Language });
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

    public static async Task ContactsAsync(Visitor anna, Gallery gallery)
    {
        var contacts = anna.Demo.Sso + "/account/contacts";
        await gallery.LookAsync(await Visitor.OpenAsync(anna.Page, contacts), "contacts-one");
        await gallery.LookAsync(await Visitor.OpenAsync(anna.Page, contacts + "/email"), "email-empty");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "email-nothing-typed");
        await anna.Page.FillAsync("[name='Input.Email']", "anna.nuova@example.it");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "contacts-email-waits");
        await gallery.LookAsync(await Visitor.OpenAsync(anna.Page, contacts + "/email"), "email-waits");
        await gallery.LookAsync(await Visitor.OpenAsync(anna.Page, await anna.MailedLinkAsync("/email/confirm")), "confirmemail-asked");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "confirmemail-done");
        await gallery.LookAsync(await Visitor.OpenAsync(anna.Page, anna.Demo.Sso + "/email/confirm"), "confirmemail-dead-link");
        await gallery.LookAsync(await Visitor.OpenAsync(anna.Page, contacts + "/add"), "contacts-add-empty");
        await anna.Page.UncheckAsync("[name='Input.SignIn']");
        await anna.Page.UncheckAsync("[name='Input.Notices']");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "contacts-add-without-use");
        await gallery.LookAsync(await Visitor.OpenAsync(anna.Page, contacts + "/change"), "contacts-change-empty");
        await anna.TypeNumberAsync("06 1234 5678");
        await gallery.LookAsync(anna.Page, "contacts-change-landline");
        await anna.TypeNumberAsync("312 345 6780");
        await gallery.LookAsync(anna.Page, "contacts-code-empty");
        var code = await anna.TextCodeAsync();
        await anna.TypeCodeAsync(Visitor.WrongFor(code));
        await gallery.LookAsync(anna.Page, "contacts-code-wrong");
        await anna.TypeCodeAsync(code);
        await gallery.LookAsync(anna.Page, "contacts-changed");
        await gallery.LookAsync(await Visitor.OpenAsync(anna.Page, contacts + "/uses"), "contacts-uses");
        await anna.Page.UncheckAsync("[name='Input.SignIn']");
        await anna.Page.UncheckAsync("[name='Input.Notices']");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "contacts-uses-none");
        await gallery.LookAsync(await Visitor.OpenAsync(anna.Page, contacts + "/remove"), "contacts-remove");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "contacts-remove-nothing-chosen");
        await anna.Page.CheckAsync("[name='id']");
        await anna.SubmitAsync();
        await gallery.LookAsync(anna.Page, "contacts-none");
        await gallery.LookAsync(await Visitor.OpenAsync(anna.Page, await anna.MailedLinkAsync("/undo")), "undo-asked");
        await gallery.LookAsync(await Visitor.OpenAsync(anna.Page, anna.Demo.Sso + "/undo"), "undo-dead-link");
    }
}
