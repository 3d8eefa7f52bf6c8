using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Server.Tests.Administration;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

public sealed class FactorRemovalTests : IAsyncLifetime
{
    private readonly SsoServer _server = new();

    public async ValueTask InitializeAsync()
    {
        _server.Settings.Add("--SignIn:AccountPolicy=when-enrolled");
        await _server.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    [Spec("S34")]
    [Spec("S12")]
    public async Task One_of_two_methods_is_removed_and_the_owner_is_told()
    {
        var ada = await (await (await _server.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync();
        var browser = await SignInByAppAsync(ada);
        var page = await browser.GetAsync("/account/mfa");
        page = await browser.GetAsync(page.Document.QuerySelector("main a[href='/account/mfa/remove']")!.GetAttribute("href")!);
        var number = page.Document.QuerySelectorAll("label.choice")
            .First(choice => choice.TextContent.Contains("SMS", StringComparison.Ordinal));

        page = await browser.SubmitAsync(page, ("id", number.QuerySelector("[name=id]")!.GetAttribute("value")!));

        Assert.Equal("/account/mfa", page.Path);
        Assert.Contains("Il metodo è stato rimosso", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("SMS Verificato", page.Document.QuerySelector("ul.rows")!.TextContent, StringComparison.Ordinal);
        Assert.Contains(
            await ada.MailsAsync(), mail => mail.Subject.Contains("numero di telefono è stato rimosso", StringComparison.Ordinal));
        // The number itself hears of it too (S23).
        Assert.Contains(
            await _server.TextsToAsync("+393331234567"), text => text.Contains("questo numero è stato tolto", StringComparison.Ordinal));
    }

    [Fact]
    [Spec("S34")]
    [Spec("U51")]
    public async Task Six_minutes_after_the_proof_it_is_asked_again()
    {
        var ada = await (await (await _server.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync();
        var browser = await SignInByAppAsync(ada);
        var page = await browser.GetAsync("/account/mfa/remove");
        await _server.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal("/signin", (await browser.GetAsync("/account/mfa/remove")).Path);
        Assert.Equal(
            "/signin", (await browser.SubmitAsync(page, ("id", page.Document.QuerySelector("[name=id]")!.GetAttribute("value")!))).Path);
        Assert.Equal(2, await FactorsAsync(ada));
    }

    [Fact]
    [Spec("U50")]
    public async Task Where_the_policy_leaves_it_open_everything_is_turned_off_by_name()
    {
        var ada = await (await _server.AddPersonAsync("ada")).WithAppAsync();
        var browser = await SignInByAppAsync(ada);
        Assert.Null((await browser.GetAsync("/account/mfa/remove")).Document.QuerySelector("[name=id]"));

        var page = await browser.SubmitAsync(await browser.GetAsync("/account/mfa/disable"));

        Assert.Contains("NON È ABILITATA", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal(0, await FactorsAsync(ada));
        Assert.Contains(await ada.MailsAsync(), mail => mail.Subject.Contains("disattivata", StringComparison.Ordinal));
        var other = _server.OpenBrowser();
        Assert.Equal("/account", (await Journey.PasswordAsync(other, await other.GetAsync("/account"), ada)).Path);
    }

    [Fact]
    [Spec("U50")]
    [Spec("S34")]
    public async Task Where_the_policy_demands_a_second_factor_the_last_one_stays_with_the_reason()
    {
        await using var server = new SsoServer();
        await server.InitializeAsync();
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");

        var page = await browser.GetAsync("/account/mfa/remove");
        Assert.Contains("l’unico metodo rimasto", page.Document.Body!.TextContent, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("/account/mfa/disable", (await browser.GetAsync("/account/mfa")).Text, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        var id = await database.SecondFactors.Where(factor => factor.PersonId == ada.Id).Select(factor => factor.Id).SingleAsync();
        var token = (await browser.GetAsync("/account/mfa/enable")).Document.QuerySelector("[name=__RequestVerificationToken]")!
            .GetAttribute("value")!;
        KeyValuePair<string, string>[] form = [new("__RequestVerificationToken", token), new("id", id.ToString())];
        Assert.Equal(HttpStatusCode.Conflict, (await browser.PostAsync("/account/mfa/remove", form)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await browser.PostAsync("/account/mfa/disable", form)).Status);
        Assert.Equal(1, await database.SecondFactors.CountAsync(factor => factor.PersonId == ada.Id));
    }

    [Fact]
    [Spec("S116")]
    public async Task Somebody_with_a_role_reads_why_it_stays_on()
    {
        var ada = await _server.AddAdministratorAsync(AdministratorRole.HelpDesk);
        var browser = await SignInByAppAsync(ada);
        Assert.DoesNotContain("/account/mfa/disable", (await browser.GetAsync("/account/mfa")).Text, StringComparison.Ordinal);
        var page = await browser.GetAsync("/account/mfa/remove");
        Assert.Contains("ruolo nella console", page.Document.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        page = await browser.GetAsync("/account/mfa/disable");
        Assert.Contains("ruolo nella console", page.Document.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        var token = (await browser.GetAsync("/signout")).Token();
        page = await browser.PostAsync("/account/mfa/disable", [new("__RequestVerificationToken", token)]);
        Assert.Equal(HttpStatusCode.Conflict, page.Status);

        await ada.WithPhoneAsync();
        page = await browser.GetAsync("/account/mfa/remove");
        var app = page.Document.QuerySelectorAll("label.choice")
            .First(choice => !choice.TextContent.Contains("SMS", StringComparison.Ordinal));
        page = await browser.SubmitAsync(page, ("id", app.QuerySelector("[name=id]")!.GetAttribute("value")!));
        Assert.Contains("ruolo nella console", page.Document.QuerySelector("#id-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, await FactorsAsync(ada));
    }

    private async Task<Browser> SignInByAppAsync(Customer customer)
    {
        var browser = _server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), customer);
        page = page.Path == "/signin/verify/choose" ? await browser.SubmitAsync(page, ("Input.Method", "app")) : page;
        Assert.Equal("/account", (await Journey.AppAsync(browser, page, customer)).Path);
        return browser;
    }

    private async Task<int> FactorsAsync(Customer customer)
    {
        await using var database = _server.OpenDatabase();
        return await database.SecondFactors.CountAsync(factor => factor.PersonId == customer.Id);
    }
}
