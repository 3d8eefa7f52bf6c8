using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.People;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Delivery.Mail;
using Sso.Protocol;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

/// <summary>A changed number can be undone for 72 hours (S23).</summary>
[Spec("S23")]
public sealed class NumberChangeTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private static int _numbers;

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task With_the_password_alone_no_page_of_it_opens()
    {
        var (bo, _) = await WithNumberAsync();
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account/contacts/change"), bo);
        Assert.Equal("/signin/verify/sms", page.Path);
        foreach (var path in (string[])["/account/contacts", "/account/contacts/change", "/account/contacts/code", "/account/contacts/add"])
        {
            Assert.StartsWith("/signin/verify/", (await browser.GetAsync(path)).Path, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Spec("S12")]
    public async Task The_old_number_serves_until_the_code_of_the_new_one_came_back_and_then_both_channels_tell()
    {
        var (bo, old) = await WithNumberAsync();
        var browser = await SignInAsync(bo);
        var (page, number) = await BeginAsync(browser);
        Assert.Equal([old], await NumbersAsync(bo));

        page = await browser.SubmitAsync(page, ("Input.Code", await server.LatestTextCodeAsync(bo.Id)));

        Assert.Equal("/account/contacts", page.Path);
        Assert.Equal([number], await NumbersAsync(bo));
        Assert.Contains(
            "numero di telefono del tuo account è cambiato", Assert.Single(await NoticesToAsync(old)), StringComparison.Ordinal);
        var mail = Assert.Single(await bo.MailsAsync(), mail => mail.Subject.Contains("numero di telefono", StringComparison.Ordinal));
        Assert.Contains("72 ore", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(number[3..], mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(old[3..], mail.Text, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        Assert.True(await database.SecurityEvents.AnyAsync(row => row.PersonId == bo.Id && row.Kind == SecurityEventKind.NumberChanged));
        var change = await database.ContactChanges.AsNoTracking().SingleAsync(row => row.PersonId == bo.Id);
        Assert.DoesNotContain(old, System.Text.Encoding.UTF8.GetString(change.OldNumber!), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S82")]
    public async Task The_link_restores_the_old_number_and_ends_everything_with_one_button()
    {
        var (bo, old) = await WithNumberAsync();
        var shop = await server.RegisterAsync("shop");
        var browser = await SignInAsync(bo);
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, bo, ("scope", "openid offline_access"))).Code);
        await ChangeAsync(browser, bo);
        var link = UndoLinkIn(await bo.MailsAsync());
        var mailbox = server.OpenBrowser();

        // Opening it does nothing: mail scanners open links.
        var opened = await mailbox.GetAsync(link);
        var page = await mailbox.GetAsync(link);
        Assert.NotEqual([old], await NumbersAsync(bo));
        Assert.Equal("no-store", page.Headers["Cache-Control"].Split(',')[0]);
        page = await mailbox.SubmitAsync(page);

        Assert.Contains("annullata", page.Document.Title, StringComparison.Ordinal);
        Assert.Equal([old], await NumbersAsync(bo));
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Contains(await bo.MailsAsync(), mail => mail.Text.Contains("/password/reset?link=", StringComparison.Ordinal));
        Assert.Equal("/signin", (await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), bo)).Path);
        await using var database = server.OpenDatabase();
        Assert.True(await database.SecurityEvents.AnyAsync(row => row.PersonId == bo.Id && row.Kind == SecurityEventKind.ContactsRestored));
        Assert.Contains("Il link non è più valido", (await mailbox.GetAsync(link)).Document.Title, StringComparison.Ordinal);
        Assert.Contains("Il link non è più valido", (await mailbox.SubmitAsync(opened)).Document.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_owner_is_found_by_the_number_of_today()
    {
        var (bo, old) = await WithNumberAsync();
        var number = await ChangeAsync(await SignInAsync(bo), bo);
        Assert.Equal((false, true), (await IsFoundAsync(old), await IsFoundAsync(number)));

        var mailbox = server.OpenBrowser();
        await mailbox.SubmitAsync(await mailbox.GetAsync(UndoLinkIn(await bo.MailsAsync())));
        Assert.Equal((true, false), (await IsFoundAsync(old), await IsFoundAsync(number)));

        async Task<bool> IsFoundAsync(string typed)
        {
            await using var scope = server.App.Services.CreateAsyncScope();
            var outcome = await scope.ServiceProvider.GetRequiredService<FindByNumber>()
                .ExecuteAsync(typed, after: null, 50, CancellationToken.None);
            Assert.False(outcome.Failed(out _, out var page));
            return page!.People.Any(person => person.Sub == bo.Subject);
        }
    }

    [Fact]
    public async Task After_72_hours_the_link_is_dead()
    {
        var (bo, _) = await WithNumberAsync();
        var number = await ChangeAsync(await SignInAsync(bo), bo);
        var link = UndoLinkIn(await bo.MailsAsync());
        await server.PassAsync(TimeSpan.FromHours(72) - TimeSpan.FromSeconds(1));
        var browser = server.OpenBrowser();
        var page = await browser.GetAsync(link);
        Assert.NotNull(page.Document.QuerySelector("main form button"));
        await server.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Contains("non è più valido", (await browser.SubmitAsync(page)).Document.Title, StringComparison.Ordinal);
        Assert.Equal([number], await NumbersAsync(bo));
    }

    [Fact]
    public async Task The_first_of_two_undoes_both_and_voids_the_link_of_the_second()
    {
        var (bo, old) = await WithNumberAsync();
        var thief = await SignInAsync(bo);
        await ChangeAsync(thief, bo);
        var first = UndoLinkIn(await bo.MailsAsync());
        await server.PassAsync(TimeSpan.FromMinutes(2));
        await ChangeAsync(thief, bo);
        var second = UndoLinksIn(await bo.MailsAsync()).Single(link => link != first);

        var mailbox = server.OpenBrowser();
        await mailbox.SubmitAsync(await mailbox.GetAsync(first));

        Assert.Equal([old], await NumbersAsync(bo));
        Assert.Contains("non è più valido", (await mailbox.GetAsync(second)).Document.Title, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_alone_undoes_only_itself_and_leaves_the_first_its_link()
    {
        var (bo, old) = await WithNumberAsync();
        var browser = await SignInAsync(bo);
        var between = await ChangeAsync(browser, bo);
        var first = UndoLinkIn(await bo.MailsAsync());
        await server.PassAsync(TimeSpan.FromMinutes(2));
        await ChangeAsync(browser, bo);
        var second = UndoLinksIn(await bo.MailsAsync()).Single(link => link != first);

        var mailbox = server.OpenBrowser();
        await mailbox.SubmitAsync(await mailbox.GetAsync(second));
        Assert.Equal([between], await NumbersAsync(bo));
        await mailbox.SubmitAsync(await mailbox.GetAsync(first));
        Assert.Equal([old], await NumbersAsync(bo));
    }

    [Fact]
    public async Task Methods_and_recovery_codes_that_came_after_the_change_go_with_it()
    {
        var (bo, old) = await WithNumberAsync();
        var browser = await SignInAsync(bo);
        await ChangeAsync(browser, bo);
        await server.PassAsync(TimeSpan.FromMinutes(1));
        await bo.WithAppAsync();
        var mailbox = server.OpenBrowser();
        await mailbox.SubmitAsync(await mailbox.GetAsync(UndoLinkIn(await bo.MailsAsync())));

        Assert.Equal([old], await NumbersAsync(bo));
        await using var database = server.OpenDatabase();
        Assert.Equal(ProofMethod.TextMessage, (await database.ActiveFactors(bo.Id).SingleAsync()).Method);
        Assert.Null((await database.Users.SingleAsync(person => person.Id == bo.Id)).RecoveryCodesSavedAt);
    }

    [Fact]
    public async Task A_removed_number_comes_back_as_it_was()
    {
        var (bo, old) = await WithNumberAsync();
        await bo.WithAppAsync();
        var browser = server.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), bo);
        await Journey.AppAsync(browser, await browser.SubmitAsync(page, ("Input.Method", "app")), bo);
        var id = (await FactorsAsync(bo)).Single().Id;
        await browser.SubmitAsync(await browser.GetAsync($"/account/contacts/remove?id={id}"));
        Assert.Empty(await NumbersAsync(bo));

        var mailbox = server.OpenBrowser();
        await mailbox.SubmitAsync(await mailbox.GetAsync(UndoLinkIn(await bo.MailsAsync())));

        Assert.Equal([old], await NumbersAsync(bo));
        var back = (await FactorsAsync(bo)).Single();
        Assert.Equal((id, true, true), (back.Id, back.UsedForSignIn, back.UsedForNotices));
    }

    [Fact]
    public async Task Two_clicks_at_once_undo_once_on_two_nodes()
    {
        await using var second = await server.StartSecondNodeAsync();
        var (bo, old) = await WithNumberAsync();
        await ChangeAsync(await SignInAsync(bo), bo);
        var link = UndoLinkIn(await bo.MailsAsync());
        var (here, there) = (server.OpenBrowser(), server.OpenBrowser());
        there.MoveTo(second);
        var (page, other) = (await here.GetAsync(link), await there.GetAsync(link));
        var answers = await Task.WhenAll(here.SubmitAsync(page), there.SubmitAsync(other));
        Assert.Single(answers, answer => answer.Document.Title!.Contains("annullata", StringComparison.Ordinal));
        Assert.Equal([old], await NumbersAsync(bo));
    }

    [Fact]
    public async Task Without_a_confirmed_address_nobody_gets_a_link_and_an_operator_undoes_it()
    {
        var (bo, old) = await WithNumberAsync(hasAddress: false);
        var browser = await SignInAsync(bo);
        Assert.DoesNotContain("72 ore", (await browser.GetAsync("/account/contacts/change")).Text, StringComparison.Ordinal);
        await ChangeAsync(browser, bo);
        Assert.Empty(await bo.MailsAsync());
        Assert.Single(await NoticesToAsync(old));
        await server.PassAsync(TimeSpan.FromDays(10));

        var result = await UndoByOperatorAsync(bo);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal([old], await NumbersAsync(bo));
        Assert.Equal("/signin", (await browser.GetAsync("/account")).Path);
        result = await UndoByOperatorAsync(bo);
        Assert.Contains("can be undone", result.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, result.Code);
    }

    [Fact]
    public async Task What_was_before_is_forgotten_after_30_days()
    {
        var (bo, _) = await WithNumberAsync();
        await ChangeAsync(await SignInAsync(bo), bo);
        await server.PassAsync(ContactChange.Kept + TimeSpan.FromMinutes(1));
        await server.KeepHouseAsync();
        await using var database = server.OpenDatabase();
        Assert.False(await database.ContactChanges.AnyAsync(row => row.PersonId == bo.Id));
    }

    private Task<CommandResult> UndoByOperatorAsync(Customer customer) => CommandLine.RunOnAsync(
        [
            $"--Database:Provider={server.Database.Provider}",
            $"--Database:ConnectionString={server.Database.ConnectionString}",
            $"--Secrets:PassphraseFile={Path.Combine(server.Database.Folder, "passphrase")}",
            "--Sso:Issuer=https://sso.test",
        ],
        "",
        "user", "undo-contacts", customer.UserName);

    private async Task<(Customer Bo, string Number)> WithNumberAsync(bool hasAddress = true)
    {
        var bo = await server.AddPersonAsync("bo", person => person.EmailConfirmed = hasAddress);
        var number = NewNumber();
        await server.EnrolPhoneAsync(bo.Id, number);
        return (bo, number);
    }

    private async Task<Browser> SignInAsync(Customer customer)
    {
        var browser = server.OpenBrowser();
        Assert.Equal("/account", (await Journey.SignInAsync(browser, customer, "/account")).Path);
        return browser;
    }

    private async Task<(Page Page, string Number)> BeginAsync(Browser browser)
    {
        // Later than the code of the sign-in.
        await server.PassAsync(TimeSpan.FromSeconds(1));
        var number = NewNumber();
        var page = await browser.SubmitAsync(await browser.GetAsync("/account/contacts/change"), ("Input.Number", number));
        Assert.Equal("/account/contacts/code", page.Path);
        return (page, number);
    }

    private async Task<string> ChangeAsync(Browser browser, Customer customer)
    {
        var (page, number) = await BeginAsync(browser);
        Assert.Equal(
            "/account/contacts", (await browser.SubmitAsync(page, ("Input.Code", await server.LatestTextCodeAsync(customer.Id)))).Path);
        return number;
    }

    private async Task<List<SecondFactor>> FactorsAsync(Customer customer)
    {
        await using var database = server.OpenDatabase();
        return await database.VerifiedNumbers(customer.Id).AsNoTracking().ToListAsync();
    }

    private async Task<IEnumerable<string>> NumbersAsync(Customer customer)
    {
        var sealer = server.App.Services.GetRequiredService<Sealer>();
        return (await FactorsAsync(customer)).Select(factor => sealer.UnprotectText(factor.Context, factor.Protected));
    }

    /// <summary>Texts without a code.</summary>
    private async Task<IEnumerable<string>> NoticesToAsync(string number) =>
        (await server.TextsToAsync(number)).Where(text => !text.Contains('#', StringComparison.Ordinal));

    private static string UndoLinkIn(IEnumerable<MailMessage> mails) => UndoLinksIn(mails).First();

    private static IEnumerable<string> UndoLinksIn(IEnumerable<MailMessage> mails) =>
        mails.SelectMany(mail => mail.Text.Split('\n')).Where(line => line.Contains("/undo?link=", StringComparison.Ordinal));

    private static string NewNumber() =>
        string.Create(CultureInfo.InvariantCulture, $"+3934766{Interlocked.Increment(ref _numbers):00000}");
}
