using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Mails;

/// <summary>What owners hear of their sign-ins, and what such a mail holds.</summary>
[Spec("S12")]
public sealed class SignInNoticesTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Fact]
    public async Task A_sign_in_after_five_failures_is_told_once_with_their_number()
    {
        var ada = await FailedAsync(5);
        var browser = accounts.OpenBrowser();
        await SignInAsync(ada, browser);
        await SignInAsync(ada, browser);
        var (name, mail) = Assert.Single(await accounts.MailsToAsync(ada.Email));
        Assert.Equal("SignedInAfterFailures", name);
        Assert.Contains("dopo 5 tentativi", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Four_failures_are_forgotten()
    {
        var ada = await FailedAsync(4);
        await SignInAsync(ada, accounts.OpenBrowser());
        Assert.Empty(await ada.ToldAsync());
    }

    [Fact]
    public async Task Wrong_passwords_and_wrong_codes_count_together()
    {
        var ada = await FailedAsync(3);
        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(ada);
        for (var wrong = 0; wrong < 2; wrong++)
        {
            Assert.IsType<CodeOutcome.Wrong>(await browser.AppCodeAsync(request, await ada.WrongAppCodeAsync()));
        }

        Assert.IsType<CodeOutcome.Accepted>(await browser.AppCodeAsync(request, await ada.AppCodeAsync()));
        await browser.CompleteAsync();
        Assert.Equal(["SignedInAfterFailures"], await ada.ToldAsync());
    }

    [Fact]
    [Spec("S35")]
    public async Task A_new_browser_is_told_and_neither_the_very_first_nor_a_known_one()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var home = accounts.OpenBrowser();
        await SignInAsync(ada, home);
        await SignInAsync(ada, home);
        Assert.Empty(await ada.ToldAsync());
        await SignInAsync(ada, accounts.OpenBrowser());
        Assert.Equal(["NewBrowser"], await ada.ToldAsync());
    }

    [Fact]
    public async Task A_notice_tells_when_where_and_by_which_device_and_how_to_say_that_it_was_somebody_else()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        await SignInAsync(ada, accounts.OpenBrowser());
        var other = accounts.OpenBrowser();
        await SignInAsync(ada, other);
        var text = Assert.Single(await accounts.MailsToAsync(ada.Email)).Mail.Text;
        foreach (var fact in (string[])
            [ada.UserName, "Quando: 23 novembre 2026 alle ", $"Indirizzo IP: {other.Address}", "Dispositivo: Firefox"])
        {
            Assert.Contains(fact, text, StringComparison.Ordinal);
        }

        var link = Assert.Single(text.Split('\n'), line => line.StartsWith("https://", StringComparison.Ordinal));
        Assert.StartsWith(AccountsDatabase.Issuer + "/not-me?link=", link, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("U52")]
    public async Task It_is_in_the_language_of_the_person()
    {
        var ada = await accounts.AddPersonAsync("ada", person => person.Locale = "en-GB");
        var browser = accounts.OpenBrowser();
        await browser.ForgetPasswordAsync(ada.UserName);
        var (name, mail) = Assert.Single(await accounts.MailsToAsync(ada.Email));
        Assert.Equal("Reset", name);
        Assert.Contains("When: 23 November 2026 at ", mail.Text, StringComparison.Ordinal);
    }

    private async Task<Customer> FailedAsync(int passwords)
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        for (var wrong = 0; wrong < passwords; wrong++)
        {
            await accounts.OpenBrowser().PasswordAsync(ada, AccountsDatabase.WrongPassword);
        }

        accounts.Clock.Advance(TimeSpan.FromMinutes(1));
        return ada;
    }

    private static async Task SignInAsync(Customer ada, Browser browser)
    {
        browser.Session = null;
        await browser.SignedInAsync(ada);
        await browser.CompleteAsync();
    }
}
