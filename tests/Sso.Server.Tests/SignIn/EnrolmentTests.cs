using Microsoft.EntityFrameworkCore;
using Sso.Data.Factors;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>
/// Binding a second factor to an account (NIST SP 800-63B §4.1.2): by a fresh proof, with a seed of this session, each session for itself.
/// </summary>
[Spec("S34")]
[OneDatabase]
public sealed class EnrolmentTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task In_the_flow_of_another_application_a_password_of_three_hours_ago_is_asked_again()
    {
        var (loose, strict) = (await LooseAsync(), await server.RegisterAsync("strict"));
        var ada = await server.AddPersonAsync("ada");
        var browser = server.OpenBrowser();
        Assert.True((await loose.SignInAsync(browser, ada)).LeftSso);
        for (var hour = 0; hour < 6; hour++)
        {
            await server.PassAsync(TimeSpan.FromMinutes(30));
            await browser.GetAsync(loose.AuthorizeUrl());
        }

        var page = await browser.GetAsync(strict.AuthorizeUrl());
        Assert.Equal("/signin", page.Path);
        Assert.Equal("/signin", (await browser.GetAsync("/account/mfa/app" + page.Url.Query)).Path);
        page = await Journey.PasswordAsync(browser, page, ada);
        Assert.Equal("/signin/enrol", page.Path);
        Assert.Equal("/account/mfa/app", (await browser.GetAsync("/account/mfa/app" + page.Url.Query)).Path);
    }

    [Fact]
    public async Task Within_five_minutes_of_the_password_it_is_not_asked_again_and_within_the_flow_it_lasts_as_long_as_that()
    {
        var (loose, strict) = (await LooseAsync(), await server.RegisterAsync("strict"));
        var ada = await server.AddPersonAsync("ada");
        var browser = server.OpenBrowser();
        await loose.SignInAsync(browser, ada);
        await server.PassAsync(TimeSpan.FromMinutes(4));
        var page = await browser.GetAsync(strict.AuthorizeUrl());
        Assert.Equal("/signin/enrol", page.Path);
        await server.PassAsync(TimeSpan.FromMinutes(12));
        page = await browser.GetAsync("/account/mfa/app" + page.Url.Query);
        Assert.Equal(
            "/account/mfa/recovery-codes",
            (await browser.SubmitAsync(page, ("Input.Code", await server.AppCodeAsync(ada.Id)))).Path);
    }

    [Fact]
    public async Task Two_owners_of_an_app_who_add_another_at_once_both_succeed()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var (one, other) = (server.OpenBrowser(), server.OpenBrowser());
        await Journey.SignInAsync(one, ada, "/account");
        await Journey.SignInAsync(other, ada, "/account");
        var (first, second) = (await one.GetAsync("/account/mfa/app"), await other.GetAsync("/account/mfa/app"));
        Assert.Equal(
            "/account/mfa/done", (await one.SubmitAsync(first, ("Input.Code", CodeOn(first)))).Path);
        Assert.Equal(
            "/account/mfa/done", (await other.SubmitAsync(second, ("Input.Code", CodeOn(second)))).Path);
        await using var database = server.OpenDatabase();
        Assert.Equal(3, await database.ActiveFactors(ada.Id).CountAsync());
    }

    [Fact]
    public async Task Two_sessions_that_enrol_a_number_at_once_do_not_end_each_others_code()
    {
        var ada = await server.AddPersonAsync("ada");
        var (one, other) = (server.OpenBrowser(), server.OpenBrowser());
        var first = await ToCodeAsync(one, ada, "3331112223");
        var code = await server.LatestTextCodeAsync(ada.Id);
        await ToCodeAsync(other, ada, "3334445556");
        Assert.Equal("/account/mfa/recovery-codes", (await one.SubmitAsync(first, ("Input.Code", code))).Path);
    }

    private Task<RelyingParty> LooseAsync() =>
        server.RegisterAsync("loose", client => client.SecondFactor = Protocol.Clients.SecondFactorPolicy.None);

    private static async Task<Page> ToCodeAsync(Browser browser, Customer customer, string number)
    {
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), customer);
        page = await browser.GetAsync("/account/mfa/sms" + page.Url.Query);
        page = await browser.SubmitAsync(page, ("Input.Number", number));
        Assert.Equal("/account/mfa/sms/code", page.Path);
        return page;
    }

    /// <summary>What an app that was set up from this page shows.</summary>
    private string CodeOn(Page page) => AuthenticatorApp.Code(Base32.TryDecode(Key(page))!, server.Clock.GetUtcNow());

    private static string Key(Page page) => page.Document.QuerySelector("#key")!.TextContent.Replace(" ", "", StringComparison.Ordinal);
}
