using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Delivery.Mail;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

/// <summary>A new address is proved before it counts, and the old one can take it back for 72 hours.</summary>
public sealed class EmailChangeTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private static int _addresses;

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("A15")]
    [Spec("S12")]
    public async Task The_address_changes_only_when_its_link_was_used_and_the_old_one_is_told()
    {
        var ada = await (await (await server.AddPersonAsync("ada")).WithAppAsync()).WithPhoneAsync();
        var browser = await SignInByAppAsync(ada);
        var address = NewAddress();
        var page = await AskAsync(browser, address);
        Assert.Equal("/account/contacts", page.Path);
        Assert.Contains("In attesa di conferma", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal((ada.Email, true), await AddressAsync(ada));
        var mail = Assert.Single(await server.MailsToAsync(address));
        var mailbox = server.OpenBrowser();
        page = await mailbox.GetAsync(LinkIn(mail));
        Assert.Contains(ada.UserName, page.Document.Body!.TextContent, StringComparison.Ordinal);
        // Mail scanners open links.
        Assert.Equal((ada.Email, true), await AddressAsync(ada));

        page = await mailbox.SubmitAsync(page);

        Assert.Contains("Indirizzo confermato", page.Document.Title, StringComparison.Ordinal);
        Assert.Equal((address, true), await AddressAsync(ada));
        Assert.Equal("/account", (await browser.GetAsync("/account")).Path);
        var notice = Assert.Single(await ada.MailsAsync(), mail => mail.Subject.Contains("indirizzo e-mail", StringComparison.Ordinal));
        Assert.Contains("/undo?link=", notice.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(address, notice.Text, StringComparison.Ordinal);
        Assert.Contains(
            await server.TextsToAsync("+393331234567"),
            text => text.Contains("l'indirizzo e-mail del tuo account", StringComparison.Ordinal));
        await using var database = server.OpenDatabase();
        Assert.True(await database.SecurityEvents.AnyAsync(row => row.PersonId == ada.Id && row.Kind == SecurityEventKind.EmailChanged));
        // Used once.
        Assert.Contains("non è più valido", (await mailbox.GetAsync(LinkIn(mail))).Document.Title, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("A15")]
    public async Task An_address_that_was_never_confirmed_is_confirmed_the_same_way()
    {
        var ada = await (await server.AddPersonAsync("ada", person => person.EmailConfirmed = false)).WithAppAsync();
        var browser = await SignInAsync(ada);
        var page = await browser.GetAsync("/account/contacts/email");
        page = await browser.SubmitAsync(page, "present");
        Assert.Equal("/account/contacts", page.Path);
        Assert.Equal((ada.Email, false), await AddressAsync(ada));

        await ConfirmAsync(ada.Email);

        Assert.Equal((ada.Email, true), await AddressAsync(ada));
        // Nothing but the confirmation: there is nobody else to tell.
        Assert.Single(await ada.MailsAsync());
    }

    [Theory]
    [Spec("S65")]
    [Spec("A11")]
    [InlineData("address")]
    [InlineData("ADDRESS in capitals")]
    [InlineData("user name")]
    [InlineData("unconfirmed address")]
    [InlineData("address that an undo can bring back")]
    [InlineData("free address")]
    public async Task Whose_an_address_is_changes_what_is_mailed_and_never_the_answer(string whose)
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var address = NewAddress();
        var eve = await server.AddPersonAsync("eve", person =>
        {
            if (whose == "user name")
            {
                (person.UserName, person.NormalizedUserName) = (address, SignInName.Normalize(address));
            }

            person.EmailConfirmed = whose != "unconfirmed address";
        });
        if (whose == "address that an undo can bring back")
        {
            await AskAsync(await SignInAsync(await eve.WithAppAsync()), NewAddress());
            await ConfirmAsync($"nuovo{_addresses}@example.it");
        }

        var wanted = whose switch
        {
            "user name" or "free address" => address,
            "ADDRESS in capitals" => eve.Email.ToUpperInvariant(),
            _ => eve.Email,
        };
        var page = await AskAsync(await SignInAsync(ada), wanted);

        Assert.Equal("/account/contacts", page.Path);
        Assert.Contains("Abbiamo inviato un link al nuovo indirizzo", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains(wanted, page.Document.Body!.TextContent, StringComparison.Ordinal);
        var mails = await server.MailsToAsync(whose is "address" or "ADDRESS in capitals" ? eve.Email : wanted);
        Assert.Equal(whose == "free address", mails.Any(mail => mail.Text.Contains("/email/confirm", StringComparison.Ordinal)));
        Assert.Equal(
            whose is "address" or "ADDRESS in capitals",
            mails.Any(mail => mail.Subject.Contains("Qualcuno ha indicato", StringComparison.Ordinal)
                && !mail.Text.Contains(ada.UserName, StringComparison.Ordinal)));
        await using var database = server.OpenDatabase();
        Assert.Equal(1, await database.ContactChanges.CountAsync(change => change.PersonId == ada.Id && change.DoneAt == null));
    }

    [Fact]
    [Spec("S23")]
    public async Task The_old_address_takes_it_back_with_every_later_change_and_everything_ends()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var thief = await SignInAsync(ada);
        var (first, second) = (NewAddress(), NewAddress());
        await AskAsync(thief, first);
        await ConfirmAsync(first);
        await AskAsync(thief, second);
        await ConfirmAsync(second);
        var (mine, his) = (UndoLinkIn(await ada.MailsAsync()), UndoLinkIn(await server.MailsToAsync(first)));
        var mailbox = server.OpenBrowser();

        var page = await mailbox.SubmitAsync(await mailbox.GetAsync(mine));

        Assert.Contains("annullata", page.Document.Title, StringComparison.Ordinal);
        Assert.Equal((ada.Email, true), await AddressAsync(ada));
        Assert.Contains("non è più valido", (await mailbox.GetAsync(his)).Document.Title, StringComparison.Ordinal);
        Assert.Equal("/signin", (await thief.GetAsync("/account")).Path);
        Assert.Equal("/signin", (await Journey.PasswordAsync(thief, await thief.GetAsync("/account"), ada)).Path);
        Assert.Contains(await ada.MailsAsync(), mail => mail.Text.Contains("/password/reset?", StringComparison.Ordinal));
        Assert.DoesNotContain(await server.MailsToAsync(second), mail => mail.Text.Contains("/password/reset?", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "Inserisci l’indirizzo")]
    [InlineData("ada", "Controlla l’indirizzo")]
    [InlineData("ada@", "Controlla l’indirizzo")]
    public async Task What_is_no_address_is_said_at_the_field(string typed, string error)
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var page = await AskAsync(await SignInAsync(ada), typed);
        Assert.Contains(error, page.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S87")]
    public async Task The_fourth_request_in_an_hour_waits()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = await SignInAsync(ada);
        for (var request = 0; request < 3; request++)
        {
            Assert.Equal("/account/contacts", (await AskAsync(browser, NewAddress())).Path);
        }

        var page = await AskAsync(browser, NewAddress());
        Assert.Contains("troppi link", page.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("A15")]
    public async Task A_flag_in_the_form_confirms_nothing()
    {
        var ada = await (await server.AddPersonAsync("ada", person => person.EmailConfirmed = false)).WithAppAsync();
        var browser = await SignInAsync(ada);
        var page = await browser.GetAsync("/account/contacts/email");
        await browser.PostAsync("/account/contacts/email",
        [
            new(
                "__RequestVerificationToken",
                page.Document.QuerySelector("main form [name=__RequestVerificationToken]")!.GetAttribute("value")!),
            new("Input.Email", ada.Email), new("EmailConfirmed", "true"), new("Input.EmailConfirmed", "true"),
        ]);
        Assert.Equal((ada.Email, false), await AddressAsync(ada));
    }

    private async Task<Browser> SignInAsync(Customer customer)
    {
        var browser = server.OpenBrowser();
        Assert.Equal("/account", (await Journey.SignInAsync(browser, customer, "/account")).Path);
        return browser;
    }

    private async Task<Browser> SignInByAppAsync(Customer customer)
    {
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), customer);
        Assert.Equal(
            "/account", (await Journey.AppAsync(browser, await browser.SubmitAsync(page, ("Input.Method", "app")), customer)).Path);
        return browser;
    }

    private static async Task<Page> AskAsync(Browser browser, string address) =>
        await browser.SubmitAsync(await browser.GetAsync("/account/contacts/email"), ("Input.Email", address));

    private async Task<Page> ConfirmAsync(string address)
    {
        var mailbox = server.OpenBrowser();
        var link = LinkIn(
            (await server.MailsToAsync(address)).First(mail => mail.Text.Contains("/email/confirm?", StringComparison.Ordinal)));
        var page = await mailbox.GetAsync(link);
        return page.Document.QuerySelector("main form button") is null ? page : await mailbox.SubmitAsync(page);
    }

    private async Task<(string?, bool)> AddressAsync(Customer customer)
    {
        await using var database = server.OpenDatabase();
        var person = await database.Users.SingleAsync(row => row.Id == customer.Id);
        Assert.Equal(SignInName.Normalize(person.Email!), person.NormalizedEmail);
        return (person.Email, person.EmailConfirmed);
    }

    private static string UndoLinkIn(IEnumerable<MailMessage> mails) =>
        LinkIn(mails.First(mail => mail.Text.Contains("/undo?link=", StringComparison.Ordinal)));

    private static string LinkIn(MailMessage mail) =>
        mail.Text.Split('\n').Single(line => line.StartsWith("https://", StringComparison.Ordinal));

    private static string NewAddress() => $"nuovo{Interlocked.Increment(ref _addresses)}@example.it";
}
