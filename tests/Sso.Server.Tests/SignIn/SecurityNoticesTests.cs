using Sso.Delivery.Mail;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.SignIn;

/// <summary>What owners are told by mail; further triggers are proved where they belong.</summary>
[Spec("S12")]
[OneDatabase]
public sealed class SecurityNoticesTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private const string AfterFailures = "Accesso dopo tentativi non riusciti";

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_sign_in_after_five_wrong_passwords_is_told_once()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = await FailedAsync(ada, passwords: 5);
        await server.PassAsync(TimeSpan.FromMinutes(1));

        await Journey.SignInAsync(browser, ada, "/account");
        browser.ForgetCookies();
        await Journey.SignInAsync(browser, ada, "/account");

        var mail = Assert.Single(await MailsAsync(ada, AfterFailures));
        Assert.Contains("dopo 5 tentativi", mail.Text, StringComparison.Ordinal);
        IsANotice(mail, ada);
    }

    [Fact]
    public async Task A_used_recovery_code_is_told_and_so_are_new_ones()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        var codes = await browser.SubmitAsync(await browser.GetAsync("/account/mfa/recovery-codes"));
        var done = await browser.SubmitAsync(codes, ("Input.Code", codes.Document.QuerySelector("ol.codes li")!.TextContent.Trim()));
        Assert.Equal("/account/mfa/done", done.Path);
        IsANotice(Assert.Single(await MailsAsync(ada, "Nuovi codici di recupero")), ada);

        var elsewhere = server.OpenBrowser();
        var page = await Journey.PasswordAsync(elsewhere, await elsewhere.GetAsync("/account"), ada);
        page = await elsewhere.GetAsync("/signin/verify/recovery" + page.Url.Query);
        var used = codes.Document.QuerySelectorAll("ol li")[1].TextContent.Trim();
        Assert.Equal("/account", (await elsewhere.SubmitAsync(page, ("Input.Code", used))).Path);

        var mail = Assert.Single(await MailsAsync(ada, "È stato usato un codice di recupero"));
        IsANotice(mail, ada);
        Assert.DoesNotContain(used, mail.Text + mail.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_password_is_told()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        await browser.SubmitAsync(
            await browser.GetAsync("/account/password"), ("Input.Current", SsoServer.Password),
            ("Input.Password", "un'altra frase, più lunga"));
        IsANotice(Assert.Single(await MailsAsync(ada, "La tua password è stata cambiata")), ada);
    }

    private async Task<Browser> FailedAsync(Customer customer, int passwords)
    {
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync("/account");
        for (var wrong = 0; wrong < passwords; wrong++)
        {
            page = await Journey.PasswordAsync(browser, page, customer, "questa non è la password");
        }

        return browser;
    }

    private static async Task<IEnumerable<MailMessage>> MailsAsync(Customer customer, string subject) =>
        (await customer.MailsAsync()).Where(mail => mail.Subject.StartsWith(subject, StringComparison.Ordinal));

    /// <summary>When, where and by which device; a way to say "not me", and nothing that signs in.</summary>
    private static void IsANotice(MailMessage mail, Customer customer)
    {
        Assert.Contains(customer.UserName, mail.Text, StringComparison.Ordinal);
        foreach (var fact in (string[])["Quando: 23 novembre 2026 alle ", "Indirizzo IP: ", "Dispositivo: "])
        {
            Assert.Contains(fact, mail.Text, StringComparison.Ordinal);
        }

        var link = Assert.Single(mail.Text.Split('\n'), line => line.StartsWith("https://", StringComparison.Ordinal));
        Assert.StartsWith(SsoServer.Issuer + "/not-me?link=", link, StringComparison.Ordinal);
    }
}
