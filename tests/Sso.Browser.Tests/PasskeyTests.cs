using Microsoft.Playwright;
using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>The whole life of a passkey, in a real Chromium with its virtual authenticator.</summary>
public sealed class PasskeyTests
{
    [Fact]
    [Spec("U38")]
    public async Task A_passkey_is_made_used_offered_in_the_name_field_stopped_and_removed()
    {
        await using var anna = await Visitor.ArriveAsync("it");
        var finger = await VirtualAuthenticator.PlugInAsync(anna.Page);
        await MakeAsync(anna, finger);
        await SignOutAsync(anna);
        await StopAndThenUseAsync(anna, finger);
        await SignOutAsync(anna);
        await TakeFromTheNameFieldAsync(anna, finger);
        await RemoveAsync(anna);
        Assert.Empty(anna.CspViolations);
    }

    [Fact]
    [Spec("U53")]
    public async Task Without_script_no_passkey_is_offered()
    {
        await using var anna = await Visitor.ArriveAsync("it", script: false);
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account");
        anna.IsAt("/signin");
        Assert.False(await anna.Page.IsVisibleAsync("form[data-passkey]"));
        await anna.SignInAsync();
        await anna.SubmitAsync();
        Assert.False(await anna.Page.IsVisibleAsync("[value='passkey']"));
        Assert.True(await anna.Page.IsVisibleAsync("[value='app']"));
    }

    private static async Task MakeAsync(Visitor anna, VirtualAuthenticator finger)
    {
        await anna.Page.GotoAsync(anna.Demo.ClientArea + "/signin");
        await anna.SignInAsync();
        await anna.SubmitAsync();
        await anna.ChooseAsync("passkey");
        anna.IsAt("/account/mfa/passkey");
        await finger.TouchAsync(isThere: true);
        await anna.SubmitAsync();
        anna.IsAt("/account/mfa/recovery-codes");
        await finger.TouchAsync(isThere: false);
        await anna.TypeCodeAsync((await anna.RecoveryCodesAsync())[0]);
        Assert.Equal("pwd pop mfa", await AmrAsync(anna));
    }

    /// <summary>The wrong finger first: the page stays, says so, and the next press works.</summary>
    private static async Task StopAndThenUseAsync(Visitor anna, VirtualAuthenticator finger)
    {
        await anna.Page.GotoAsync(anna.Demo.ClientArea + "/signin");
        anna.IsAt("/signin");
        await finger.RecogniseAsync(isOwner: false);
        await finger.TouchAsync(isThere: true);
        await anna.Page.ClickAsync("form[data-passkey] button");
        await anna.Page.Locator("[data-passkey-stopped]").WaitForAsync(new() { State = WaitForSelectorState.Visible });
        anna.IsAt("/signin");

        await finger.RecogniseAsync(isOwner: true);
        await anna.PressAsync("form[data-passkey] button");
        Assert.Equal("pop mfa", await AmrAsync(anna));
        await finger.TouchAsync(isThere: false);
    }

    /// <summary>Conditional mediation: nothing is pressed, the person takes the passkey that the name field offers.</summary>
    private static async Task TakeFromTheNameFieldAsync(Visitor anna, VirtualAuthenticator finger)
    {
        await finger.TouchAsync(isThere: true);
        // Chromium drops an offer whose page was not yet in front when it was made: a person then opens the page again.
        var seconds = 0;
        await Patience.UntilAsync(
            async () =>
            {
                await anna.Page.BringToFrontAsync();
                await anna.Page.GotoAsync(anna.Demo.ClientArea + "/signin");
                await anna.Page.WaitForFunctionAsync($"() => location.pathname === '/' || performance.now() > {seconds += 8} * 1000");
                return anna.Page.Url == anna.Demo.ClientArea + "/";
            },
            "the passkey is taken");
        Assert.Equal("pop mfa", await AmrAsync(anna));
    }

    private static async Task RemoveAsync(Visitor anna)
    {
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/passkeys");
        await anna.PressAsync("main a[href*='/mfa/rename']");
        await anna.PressAsync("main a[href*='/mfa/remove']");
        Assert.Contains("unico metodo", await anna.Page.InnerTextAsync("main .notice"), StringComparison.OrdinalIgnoreCase);
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/mfa/app");
        await anna.TypeCodeAsync(await anna.AppCodeAsync());
        anna.IsAt("/account/mfa/done");

        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/passkeys");
        await anna.PressAsync("main a[href*='/mfa/rename']");
        await anna.PressAsync("main a[href*='/mfa/remove']");
        await anna.SubmitAsync();
        anna.IsAt("/account/mfa");
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account/passkeys");
        Assert.Contains("Non hai ancora nessuna passkey", await anna.Page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    private static Task SignOutAsync(Visitor anna) => anna.PressAsync("header form button");

    private static async Task<string> AmrAsync(Visitor anna) =>
        string.Join(
            ' ', (await anna.ClaimAsync("amr")).Split((char[])[' ', ',', '\n', '[', ']', '"'], StringSplitOptions.RemoveEmptyEntries));
}
