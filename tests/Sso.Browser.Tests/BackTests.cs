using Microsoft.Playwright;
using Sso.Testing;
using Xunit;

namespace Sso.Browser.Tests;

/// <summary>The buttons that no page has: Back, reload, and a second tab.</summary>
public sealed class BackTests : IAsyncLifetime
{
    private readonly SsoServer _server = new() { Url = $"http://localhost:{FreePorts.Take()}" };
    private readonly List<string> _posted = [];
    private IPage _page = null!;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _page = await Chromium.OpenPageAsync(new() { Locale = "it" });
        _page.Request += (_, request) =>
        {
            if (request.Method == "POST")
            {
                _posted.Add(request.Url);
            }
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _page.Context.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task After_wrong_entries_reload_and_Back_ask_nothing_and_send_nothing_again()
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        await _page.GotoAsync(_server.Url + "/password/sent");
        await _page.GotoAsync(_server.Url + "/account");
        for (var wrong = 0; wrong < 2; wrong++)
        {
            await TypeAsync(ada.UserName, "sbagliata", "#error-summary");
        }

        await BackToAsync("/password/sent");
        await _page.GotoAsync(_server.Url + "/account");
        await TypeAsync(ada.UserName, SsoServer.Password, "[name='Input.Code']");
        await _page.FillAsync("[name='Input.Code']", "000000");
        await _page.ClickAsync("main button.primary");
        await _page.WaitForSelectorAsync("#error-summary");
        await ReloadAsync();
        Assert.EndsWith("/signin/verify/app", Path, StringComparison.Ordinal);
        Assert.Equal(0, await _page.Locator("#error-summary").CountAsync());
        await BackToAsync("/password/sent");
    }

    [Fact]
    [Spec("S28")]
    public async Task Recovery_codes_that_were_printed_outlive_reload_Back_and_a_mistyped_one()
    {
        var ada = await _server.AddPersonAsync("ada");
        await _page.GotoAsync(_server.Url + "/signin");
        await TypeAsync(ada.UserName, SsoServer.Password, "main form");
        await _page.GotoAsync(_page.Url.Replace("/signin/enrol", "/account/mfa/app", StringComparison.Ordinal));
        await _page.FillAsync("[name='Input.Code']", await _server.AppCodeAsync(ada.Id));
        await _page.ClickAsync("main button.primary");
        await _page.WaitForSelectorAsync("ol.codes");
        var printed = await CodesAsync();
        Assert.Equal(10, printed.Count);

        await ReloadAsync();
        Assert.Equal(printed, await CodesAsync());
        await _page.FillAsync("[name='Input.Code']", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA");
        await _page.ClickAsync("main button.primary");
        await _page.WaitForSelectorAsync("#error-summary");
        Assert.Equal(printed, await CodesAsync());
        await ReloadAsync();
        Assert.Equal(printed, await CodesAsync());
        await _page.GotoAsync(_server.Url + "/password/sent");
        await _page.GoBackAsync();
        Assert.Equal(printed, await CodesAsync());
        // The phone closed the tab, and opens it again.
        await _page.GotoAsync(_server.Url + "/account");
        Assert.Equal(printed, await CodesAsync());

        await _page.FillAsync("[name='Input.Code']", printed[0]);
        await _page.ClickAsync("main button.primary");
        await _page.ArriveAsync(at => at.AbsolutePath == "/account");
        await _page.GoBackAsync();
        Assert.Empty(await CodesAsync());
    }

    [Fact]
    public async Task A_second_tab_whose_sign_in_was_done_in_the_first_goes_where_it_wanted_to_go()
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var second = await _page.Context.NewPageAsync();
        await _page.GotoAsync(_server.Url + "/account");
        await second.GotoAsync(_server.Url + "/account/contacts");
        await TypeAsync(ada.UserName, SsoServer.Password, "[name='Input.Code']");
        await _page.FillAsync("[name='Input.Code']", await _server.AppCodeAsync(ada.Id));
        await _page.ClickAsync("main button.primary");
        await _page.ArriveAsync(at => at.AbsolutePath == "/account");

        await second.FillAsync("[name='Input.UserName']", ada.UserName);
        await second.FillAsync("[name='Input.Password']", SsoServer.Password);
        await second.ClickAsync("main button.primary");

        await second.ArriveAsync(at => at.AbsolutePath == "/account/contacts");
    }

    [Fact]
    public async Task Back_from_the_application_shows_a_signed_in_person_no_error()
    {
        await using var anna = await Visitor.ArriveAsync("it", secondFactor: "when-enrolled");
        await anna.Page.GotoAsync(anna.Demo.ClientArea);
        await anna.FollowAsync("Accedi");
        await anna.SignInAsync();
        Assert.Equal(anna.Demo.ClientArea + "/", anna.Page.Url);

        await anna.Page.GoBackAsync();

        Assert.Equal(anna.Demo.ClientArea + "/", anna.Page.Url);
        Assert.StartsWith("Dashboard", await anna.Page.TitleAsync(), StringComparison.Ordinal);
    }

    private string Path => new Uri(_page.Url).AbsolutePath;

    private async Task TypeAsync(string userName, string password, string next)
    {
        await _page.FillAsync("[name='Input.UserName']", userName);
        await _page.FillAsync("[name='Input.Password']", password);
        await _page.ClickAsync("main button.primary");
        await _page.WaitForFunctionAsync(
            "next => document.readyState === 'complete' && document.querySelector(next)"
                + " && !document.querySelector('[name=\"Input.Password\"]')?.value",
            next);
    }

    /// <summary>Chromium shows a page of its own where it would have to send a form again.</summary>
    private async Task BackToAsync(string path)
    {
        _posted.Clear();
        for (var steps = 0; steps < 6 && Path != path; steps++)
        {
            await _page.GoBackAsync();
            Assert.StartsWith(_server.Url!, _page.Url, StringComparison.Ordinal);
            Assert.Equal(1, await _page.Locator("main h1").CountAsync());
        }

        Assert.Equal(path, Path);
        Assert.Empty(_posted);
    }

    private async Task ReloadAsync()
    {
        _posted.Clear();
        await _page.ReloadAsync();
        Assert.Empty(_posted);
    }

    private async Task<IReadOnlyList<string>> CodesAsync() =>
        [.. (await _page.Locator("ol.codes li").AllInnerTextsAsync()).Select(code => code.Trim())];
}
