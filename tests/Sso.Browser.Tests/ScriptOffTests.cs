using System.Globalization;
using Microsoft.Playwright;
using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>
/// Every walk of a customer comes to its end in a browser that runs no script; enrolment, contacts and the sign-out of the client area do
/// so in <see cref="HowToTests"/> and <see cref="SignInTests"/>. Where somebody wants to look (SSO_TEST_PICTURES), each page leaves a
/// picture in artifacts/screenshots/script-off.
/// </summary>
public sealed class ScriptOffTests : IAsyncLifetime
{
    private static readonly bool TakesPictures = Environment.GetEnvironmentVariable("SSO_TEST_PICTURES") is { Length: > 0 };

    private static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "screenshots", "script-off");

    private readonly SsoServer _server = new() { Url = $"http://localhost:{FreePorts.Take()}" };
    private IPage _page = null!;
    private int _pictures;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _page = await Chromium.OpenPageAsync(
            new() { Locale = "it", JavaScriptEnabled = false, ViewportSize = new() { Width = 390, Height = 844 } });
    }

    public async ValueTask DisposeAsync()
    {
        await _page.Context.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    [Spec("U04")]
    public async Task A_code_by_text_comes_again_lets_in_and_its_owner_signs_out()
    {
        var anna = await (await _server.AddPersonAsync("anna")).WithPhoneAsync();
        await OpenAsync("/account");
        await SignInAsync(anna);
        await ArriveAsync("/signin/verify/sms");
        await TypeAsync("Input.Code", "000000");
        await ArriveAsync("/signin/verify/sms");
        Assert.Contains("tentativi rimasti", await _page.InnerTextAsync("main"), StringComparison.Ordinal);
        await PressAsync("form.resend button");
        Assert.Contains("Potrai chiedere un nuovo codice tra", await _page.InnerTextAsync("main"), StringComparison.Ordinal);
        await _server.PassAsync(TimeSpan.FromSeconds(31));
        await PressAsync("form.resend button");
        Assert.Contains("Abbiamo inviato di nuovo il codice", await _page.InnerTextAsync("main"), StringComparison.Ordinal);
        await TypeAsync("Input.Code", await _server.LatestTextCodeAsync(anna.Id));
        await ArriveAsync("/account");
        await _page.ClickAsync(".who summary");
        await PressAsync(".who form button");
        await ArriveAsync("/signedout");
        await OpenAsync("/account");
        await ArriveAsync("/signin");
    }

    [Fact]
    [Spec("U04")]
    public async Task New_recovery_codes_are_shown_and_one_of_them_lets_in_another_day()
    {
        var bo = await (await _server.AddPersonAsync("bo")).WithAppAsync();
        await OpenAsync("/account");
        await SignInAsync(bo);
        await ArriveAsync("/signin/verify/app");
        await TypeAsync("Input.Code", await _server.AppCodeAsync(bo.Id));
        await ArriveAsync("/account");
        await PressAsync("main a[href='/account/mfa/recovery-codes']");
        await SubmitAsync();
        var codes = await _page.Locator("ol.codes li").AllInnerTextsAsync();
        await TypeAsync("Input.Code", string.Concat(codes));
        await ArriveAsync("/account/mfa/done");
        await OpenAsync("/signout");
        await SubmitAsync();
        await _server.PassAsync(TimeSpan.FromDays(1));
        await OpenAsync("/account");
        await SignInAsync(bo);
        await PressAsync("main a[href*='/recovery']");
        await TypeAsync("Input.Code", codes[4]);
        await ArriveAsync("/account");
        Assert.Contains("Hai usato un codice di recupero", await _page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("U04")]
    public async Task A_forgotten_password_is_set_by_the_mailed_link()
    {
        var cy = await (await _server.AddPersonAsync("cy")).WithAppAsync();
        await OpenAsync("/account");
        await PressAsync("main a[href^='/password/forgot']");
        await TypeAsync("Input.UserName", cy.UserName);
        await ArriveAsync("/password/sent");
        await OpenMailedAsync(cy, "/password/reset?");
        await TypeAsync("Input.Password", "gelsomino-treno-luna");
        await ArriveAsync("/password/done");
        await PressAsync("main a.primary");
        await SignInAsync(cy, "gelsomino-treno-luna");
        await ArriveAsync("/signin/verify/app");
    }

    [Fact]
    [Spec("U04")]
    public async Task Whoever_lost_every_method_waits_a_day_and_sets_up_another()
    {
        var dea = await (await _server.AddPersonAsync("dea")).WithPhoneAsync();
        await OpenAsync("/account");
        await SignInAsync(dea);
        await PressAsync("main a[href*='/lost']");
        await SubmitAsync();
        await _server.PassAsync(TimeSpan.FromHours(25));
        await _server.KeepHouseAsync();
        await OpenMailedAsync(dea, "/signin/recover?");
        await SubmitAsync();
        await SignInAsync(dea);
        await SubmitAsync();
        await _page.CheckAsync("[value='app']");
        await SubmitAsync();
        await ArriveAsync("/account/mfa/app");
        await TypeAsync("Input.Code", await _server.AppCodeAsync(dea.Id));
        var codes = await _page.Locator("ol.codes li").AllInnerTextsAsync();
        await TypeAsync("Input.Code", codes[0]);
        await ArriveAsync("/account/mfa");
        Assert.Contains("App Authenticator", await _page.InnerTextAsync("main"), StringComparison.Ordinal);
    }

    private async Task OpenAsync(string path)
    {
        await _page.GotoAsync(_server.Url + path);
        await LookAsync();
    }

    private async Task OpenMailedAsync(Customer customer, string path)
    {
        var lines = (await customer.MailsAsync()).SelectMany(mail => mail.Text.Split('\n'));
        await _page.GotoAsync(lines.First(line => line.StartsWith(_server.Url + path, StringComparison.Ordinal)).Trim());
        await LookAsync();
    }

    private async Task SignInAsync(Customer customer, string password = SsoServer.Password)
    {
        await _page.FillAsync("[name='Input.UserName']", customer.UserName);
        await TypeAsync("Input.Password", password);
    }

    private async Task TypeAsync(string field, string value)
    {
        await _page.FillAsync($"[name='{field}']", value);
        await SubmitAsync();
    }

    private Task SubmitAsync() => PressAsync("main button.primary, main a.primary");

    /// <summary>Presses the first of what the selector finds and waits for the page that comes.</summary>
    private async Task PressAsync(string selector)
    {
        var loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _page.Load += Loaded;
        try
        {
            await _page.Locator(selector).First.ClickAsync();
            await loaded.Task.WaitAsync(Patience.Limit);
        }
        finally
        {
            _page.Load -= Loaded;
        }

        await LookAsync();

        void Loaded(object? sender, IPage page) => loaded.TrySetResult();
    }

    private async Task ArriveAsync(string path)
    {
        await _page.ArriveAsync(at => at.AbsolutePath == path);
        await LookAsync();
    }

    /// <summary>Nothing is offered that only a script could do.</summary>
    private async Task LookAsync()
    {
        Assert.Equal(0, await _page.Locator(".js-only:visible, [aria-pressed]:visible").CountAsync());
        if (TakesPictures)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{TestContext.Current.TestMethod!.MethodName}-{_pictures++:00}.png");
            await _page.ScreenshotAsync(new() { Path = Path.Combine(Folder, name) });
        }
    }
}
