using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>The first sign-in of a customer, from the client area and back, in a real Chromium on the demo of the README.</summary>
public sealed class SignInTests
{
    [Theory]
    [Spec("U53")]
    [Spec("U67")]
    [InlineData("app", true, "otp")]
    [InlineData("sms", false, "sms")]
    public async Task A_customer_enrols_on_the_way_to_the_client_area_and_signs_out(string way, bool script, string factor)
    {
        await using var anna = await Visitor.ArriveAsync(await DemoProcess.StartAsync("required"), "it", script);
        await anna.Page.GotoAsync(anna.Demo.ClientArea);
        await anna.PressAsync("main a[href='/signin']");
        await anna.SignInAsync();
        anna.IsAt("/signin/enrol");
        await anna.SubmitAsync();
        await anna.ChooseAsync(way);
        await (way == "app" ? ProveAppAsync(anna) : ProveNumberAsync(anna));
        anna.IsAt("/account/mfa/recovery-codes");
        var codes = await anna.RecoveryCodesAsync();
        Assert.Equal(10, codes.Length);
        await anna.TypeCodeAsync(codes[3]);

        Assert.Equal(anna.Demo.ClientArea + "/", anna.Page.Url);
        var amr = await anna.ClaimAsync("amr");
        Assert.Contains("pwd", amr, StringComparison.Ordinal);
        Assert.Contains(factor, amr, StringComparison.Ordinal);
        Assert.Contains("mfa", amr, StringComparison.Ordinal);

        await anna.PressAsync("header form button");
        Assert.StartsWith(anna.Demo.ClientArea + "/signedout?", anna.Page.Url, StringComparison.Ordinal);
        Assert.Equal("everywhere", await anna.Page.GetAttributeAsync("[data-signed-out]", "data-signed-out"));
        await anna.Page.GotoAsync(anna.Demo.Sso + "/account");
        anna.IsAt("/signin");
        Assert.Empty(anna.CspViolations);
    }

    [Fact]
    [Spec("U67")]
    public async Task A_script_that_is_not_ours_is_stopped_and_the_console_tells()
    {
        await using var anna = await Visitor.ArriveAsync("en");
        var answer = await anna.Page.GotoAsync(anna.Demo.ClientArea + "/signin");
        anna.IsAt("/signin");
        Assert.Contains("script-src 'nonce-", await answer!.HeaderValueAsync("content-security-policy"), StringComparison.Ordinal);
        var told = anna.Page.WaitForConsoleMessageAsync();

        await anna.Page.EvaluateAsync(
            "document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = \"foreign\"' }))");

        await told;
        Assert.NotEmpty(anna.CspViolations);
        Assert.NotEqual("foreign", await anna.Page.TitleAsync());
    }

    private static async Task ProveAppAsync(Visitor anna)
    {
        anna.IsAt("/account/mfa/app");
        await anna.TypeCodeAsync(await anna.AppCodeAsync());
    }

    private static async Task ProveNumberAsync(Visitor anna)
    {
        await anna.TypeNumberAsync("312 345 6789");
        anna.IsAt("/account/mfa/sms/code");
        await anna.TypeCodeAsync(await anna.TextCodeAsync());
    }
}
