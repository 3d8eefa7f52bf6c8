using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

public sealed class NotMeTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private const string Path = "/account/not-me";
    private const string NewPassword = "tutta un'altra frase";

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("S6")]
    [Spec("S46")]
    public async Task One_form_changes_the_password_ends_everything_else_takes_strange_methods_away_and_says_so()
    {
        var (shop, ada) = (await server.RegisterAsync("shop"), await AddAsync("ada"));
        var (here, elsewhere) = (server.OpenBrowser(), server.OpenBrowser());
        await SignInAsync(elsewhere, ada);
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(elsewhere, ada, ("scope", "openid offline_access"))).Code);
        await server.PassAsync(TimeSpan.FromSeconds(30));
        await SignInAsync(here, ada);
        await TrustAsync(ada);
        var copy = server.OpenBrowser();
        copy.SetCookie("__Host-sso-session", here.Cookie("__Host-sso-session")!);
        var (phone, sent) = (await IdAsync(ada, ProofMethod.TextMessage), (await ada.MailsAsync()).Count);

        var page = await SendAsync(here, await here.GetAsync(Path), ("Input.Strangers", phone));

        Assert.Equal((Path, HttpStatusCode.OK), (page.Path, page.Status));
        Assert.Equal(
            ["Password cambiata", "Altre sessioni terminate", "SMS Verificato: metodo tolto"],
            page.Document.QuerySelectorAll("section[aria-labelledby=done] li b").Select(line => line.TextContent));
        Assert.Null(page.Document.QuerySelector("input[type=password]"));
        Assert.Equal("/account", (await here.GetAsync("/account")).Path);
        Assert.Equal("/signin", (await copy.GetAsync("/account")).Path);
        Assert.Equal("/signin", (await elsewhere.GetAsync("/account")).Path);
        Assert.Equal("invalid_grant", (await shop.RefreshAsync(tokens.RefreshToken)).Error);
        await using var database = server.OpenDatabase();
        Assert.Equal(0, await database.TrustedDevices.CountAsync(device => device.PersonId == ada.Id));
        var other = server.OpenBrowser();
        page = await Journey.PasswordAsync(other, await other.GetAsync("/account"), ada);
        Assert.Equal("/signin", page.Path);
        Assert.Equal("/signin/verify/app", (await Journey.PasswordAsync(other, page, ada, NewPassword)).Path);

        // Each as by its own page: one event and one mail.
        Assert.Equal(
            [SecurityEventKind.AccountSecured, SecurityEventKind.PasswordChanged, SecurityEventKind.SecondFactorRemoved],
            (await EventsAsync(ada)).Where(kind => kind is SecurityEventKind.PasswordChanged or SecurityEventKind.AccountSecured
                or SecurityEventKind.SecondFactorRemoved).OrderBy(kind => kind.ToString(), StringComparer.Ordinal));
        var mails = (await ada.MailsAsync()).Select(mail => mail.Subject).ToList();
        Assert.Equal(sent + 2, mails.Count);
        Assert.Contains(mails, subject => subject.StartsWith("La tua password è stata cambiata", StringComparison.Ordinal));
        Assert.Contains(mails, subject => subject.Contains("numero", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task New_recovery_codes_are_saved_before_the_page_says_what_was_done()
    {
        var ada = await AddAsync("ada");
        var here = server.OpenBrowser();
        await SignInAsync(here, ada);
        var page = await here.SubmitAsync(await here.GetAsync("/account/mfa/recovery-codes"));
        var former = CodeOn(page);
        await here.SubmitAsync(page, ("Input.Code", former));

        page = await SendAsync(here, await here.GetAsync(Path), ("Input.NewCodes", "true"));

        Assert.Equal("/account/mfa/recovery-codes", page.Path);
        Assert.NotEqual(former, CodeOn(page));
        page = await here.SubmitAsync(page, ("Input.Code", CodeOn(page)));
        Assert.Equal(Path, page.Path);
        Assert.Contains("Nuovi codici di recupero creati", Words(page), StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S6")]
    public async Task An_older_sign_in_is_told_what_will_happen_and_proves_itself_before_the_form()
    {
        var ada = await AddAsync("ada");
        var here = server.OpenBrowser();
        await SignInAsync(here, ada);
        var form = await here.GetAsync(Path);
        await server.PassAsync(TimeSpan.FromMinutes(6));

        var page = await here.GetAsync(Path);
        Assert.Equal(Path, page.Path);
        Assert.Null(page.Document.QuerySelector("#protect"));
        // Neither the form from before nor a handler's name in another spelling goes around the proof.
        Assert.Equal("/signin", (await SendAsync(here, form)).Path);
        foreach (var query in (string[])["?handler=close", "?handler=Close&handler=x", "?handler=x"])
        {
            page = await here.PostAsync(Path + query, form.Document.QuerySelectorAll("#protect input[type=hidden]")
                .Select(input => KeyValuePair.Create(input.GetAttribute("name")!, input.GetAttribute("value") ?? ""))
                .Append(new("Input.Current", SsoServer.Password)).Append(new("Input.Password", NewPassword)));
            Assert.Equal((query, "/signin"), (query, page.Path));
        }

        Assert.DoesNotContain(SecurityEventKind.AccountSecured, await EventsAsync(ada));
        page = await here.GetAsync(Path);
        page = await here.GetAsync(page.Document.QuerySelector("main a.primary")!.GetAttribute("href")!);
        Assert.Equal("/signin", page.Path);
        page = await Journey.PasswordAsync(here, page, ada);
        page = await Journey.AppAsync(here, await here.GetAsync("/signin/verify/app" + page.Url.Query), ada);
        Assert.Equal(Path, page.Path);
        Assert.NotNull(page.Document.QuerySelector("#protect"));
    }

    [Fact]
    public async Task Bad_input_does_nothing_and_loses_no_tick()
    {
        var ada = await AddAsync("ada");
        var here = server.OpenBrowser();
        await SignInAsync(here, ada);
        var phone = await IdAsync(ada, ProofMethod.TextMessage);
        var page = await here.GetAsync(Path);
        foreach (var (present, password, problem) in ((string, string, string)[])
            [
                ("", "", "Inserisci la password attuale"), ("sbagliata", NewPassword, "non è corretta"),
                (SsoServer.Password, "corta", "almeno 8 caratteri"),
            ])
        {
            page = await here.SubmitAsync(page, ("Input.Current", present), ("Input.Password", password), ("Input.Strangers", phone));
            Assert.Contains(problem, page.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
            Assert.Equal(
                [phone], page.Document.QuerySelectorAll("[name='Input.Strangers']:checked").Select(box => box.GetAttribute("value")!));
            Assert.DoesNotContain(page.Document.QuerySelectorAll("input[type=password]"), field => field.HasAttribute("value"));
        }

        Assert.DoesNotContain(SecurityEventKind.AccountSecured, await EventsAsync(ada));
        Assert.Equal(phone, await IdAsync(ada, ProofMethod.TextMessage));
    }

    [Fact]
    [Spec("S34")]
    public async Task Where_no_method_would_be_left_nothing_at_all_is_done()
    {
        var ada = await AddAsync("ada");
        var (here, elsewhere) = (server.OpenBrowser(), server.OpenBrowser());
        await SignInAsync(here, ada);
        await server.PassAsync(TimeSpan.FromSeconds(30));
        await SignInAsync(elsewhere, ada);
        var sent = (await ada.MailsAsync()).Count;

        var page = await SendAsync(
            here, await here.GetAsync(Path),
            ("Input.Strangers", await IdAsync(ada, ProofMethod.TextMessage)),
            ("Input.Strangers", await IdAsync(ada, ProofMethod.AuthenticatorApp)));

        Assert.Contains(
            "Deve restare almeno un metodo", page.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(2, page.Document.QuerySelectorAll("[name='Input.Strangers']:checked").Length);
        Assert.Equal("/account", (await elsewhere.GetAsync("/account")).Path);
        Assert.Equal(sent, (await ada.MailsAsync()).Count);
        Assert.DoesNotContain(SecurityEventKind.PasswordChanged, await EventsAsync(ada));
    }

    [Fact]
    [Spec("S114")]
    public async Task Nobody_takes_the_method_of_somebody_else_away()
    {
        var (ada, bob) = (await AddAsync("ada"), await AddAsync("bob"));
        var here = server.OpenBrowser();
        await SignInAsync(here, ada);
        var hers = await IdAsync(bob, ProofMethod.AuthenticatorApp);

        var page = await SendAsync(here, await here.GetAsync(Path), ("Input.Strangers", hers));

        Assert.Contains("Account protetto", Words(page), StringComparison.Ordinal);
        Assert.DoesNotContain("metodo tolto", Words(page), StringComparison.Ordinal);
        Assert.Equal(hers, await IdAsync(bob, ProofMethod.AuthenticatorApp));
    }

    [Fact]
    public async Task Sent_twice_or_from_another_tab_it_is_done_once_and_whoever_comes_back_reads_what_was_done()
    {
        var ada = await AddAsync("ada");
        var here = server.OpenBrowser();
        await SignInAsync(here, ada);
        var form = await here.GetAsync(Path);

        var answers = await Task.WhenAll(SendAsync(here, form), SendAsync(here, form));
        var again = await SendAsync(here, form, ("Input.Strangers", await IdAsync(ada, ProofMethod.TextMessage)));

        Assert.Contains(answers, page => page.Text.Contains("Password cambiata", StringComparison.Ordinal));
        Assert.Contains("Password cambiata", again.Text, StringComparison.Ordinal);
        Assert.Contains("Password cambiata", (await here.GetAsync(Path)).Text, StringComparison.Ordinal);
        var events = await EventsAsync(ada);
        Assert.Single(events, SecurityEventKind.PasswordChanged);
        Assert.DoesNotContain(SecurityEventKind.PasswordFailed, events);
        Assert.DoesNotContain(SecurityEventKind.SecondFactorRemoved, events);

        // The form is one click away, for another session the page says nothing of it, and after a while it is forgotten.
        var page = await here.GetAsync(again.Document.QuerySelector("main a[href*='again']")!.GetAttribute("href")!);
        page = await here.SubmitAsync(page, ("Input.Current", NewPassword), ("Input.Password", SsoServer.Password));
        Assert.Contains("Password cambiata", page.Text, StringComparison.Ordinal);
        Assert.Equal(2, (await EventsAsync(ada)).Count(kind => kind == SecurityEventKind.PasswordChanged));
        var other = server.OpenBrowser();
        await server.PassAsync(TimeSpan.FromSeconds(30));
        await SignInAsync(other, ada);
        Assert.NotNull((await other.GetAsync(Path)).Document.QuerySelector("#protect"));
        await server.PassAsync(TimeSpan.FromMinutes(15));
        Assert.DoesNotContain("Password cambiata", (await here.GetAsync(Path)).Text, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S12")]
    public async Task The_link_in_a_mail_leads_its_owner_who_is_signed_in_here_to_the_same_page_and_is_not_used()
    {
        var (ada, bob) = (await AddAsync("ada"), await AddAsync("bob"));
        var (hers, his) = (server.OpenBrowser(), server.OpenBrowser());
        await SignInAsync(hers, ada);
        await SignInAsync(his, bob);
        await SendAsync(hers, await hers.GetAsync(Path));
        var link = (await ada.MailsAsync()).SelectMany(mail => mail.Text.Split('\n', ' '))
            .Last(word => word.StartsWith(SsoServer.Issuer + "/not-me?link=", StringComparison.Ordinal)).Trim();

        var page = await hers.GetAsync(link);

        Assert.Equal((Path, ""), (page.Path, page.Url.Query));
        Assert.Equal("/not-me", (await his.GetAsync(link)).Path);
        page = await server.OpenBrowser().GetAsync(link);
        Assert.Equal("/not-me", page.Path);
        Assert.NotNull(page.Document.QuerySelector("main form"));
    }

    [Fact]
    public async Task The_list_of_sessions_leads_here_once()
    {
        var ada = await AddAsync("ada");
        var (here, elsewhere) = (server.OpenBrowser(), server.OpenBrowser());
        await SignInAsync(elsewhere, ada);
        await server.PassAsync(TimeSpan.FromSeconds(30));
        await SignInAsync(here, ada);
        Assert.Single((await here.GetAsync("/account/sessions")).Document.QuerySelectorAll($"main a[href='{Path}']"));
    }

    [Fact]
    [Spec("S46")]
    public async Task Nothing_opens_any_more_on_either_node_from_the_click_on()
    {
        await using var second = await server.StartSecondNodeAsync();
        var (shop, ada) = (await server.RegisterAsync("shop"), await (await server.AddPersonAsync("ada")).WithAppAsync());
        var (here, elsewhere) = (server.OpenBrowser(), server.OpenBrowser());
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(elsewhere, ada, ("scope", "openid offline_access"))).Code);
        await SignInAsync(here, ada);
        elsewhere.MoveTo(second);
        await second.ReloadAsync();
        // Who cannot prove more closes at once.
        await server.PassAsync(TimeSpan.FromMinutes(6));

        var page = await here.SubmitAsync(await here.GetAsync(Path), "close");

        // No time passes on the clock: the limit of five seconds is not needed.
        Assert.Equal("/password/sent", page.Path);
        Assert.Equal("/signin", (await here.GetAsync("/account")).Path);
        Assert.Equal("/signin", (await elsewhere.GetAsync("/account")).Path);
        Assert.Equal("invalid_grant", (await shop.On(second).RefreshAsync(tokens.RefreshToken)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await shop.On(second).UserInfoAsync(tokens.AccessToken)).Status);
        Assert.Equal("/signin", (await Journey.PasswordAsync(here, await here.GetAsync("/account"), ada)).Path);
        Assert.Contains(await ada.MailsAsync(), mail => mail.Text.Contains("password/reset?link=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_confirmed_address_the_owner_is_not_shut_out()
    {
        var ada = await (await server.AddPersonAsync("ada", person => person.EmailConfirmed = false)).WithAppAsync();
        var (here, elsewhere) = (server.OpenBrowser(), server.OpenBrowser());
        await SignInAsync(elsewhere, ada);
        await SignInAsync(here, ada);

        var page = await here.SubmitAsync(await here.GetAsync(Path), "close");

        Assert.NotNull(page.Document.QuerySelector("#protect"));
        Assert.Equal("/signin", (await elsewhere.GetAsync("/account")).Path);
        Assert.Contains("Password cambiata", (await SendAsync(here, page)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_no_password_is_offered_the_closing_alone()
    {
        var ada = await AddAsync("ada");
        var here = server.OpenBrowser();
        await SignInAsync(here, ada);
        await using var database = server.OpenDatabase();
        await database.Users.Where(row => row.Id == ada.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.PasswordHash, (string?)null));

        var page = await here.GetAsync(Path);

        Assert.Null(page.Document.QuerySelector("input[type=password]"));
        Assert.Equal("/password/sent", (await here.SubmitAsync(page)).Path);
    }

    private static Task<Page> SendAsync(Browser browser, Page page, params (string Name, string Value)[] ticks) => browser.SubmitAsync(
        page, "protect", [("Input.Current", SsoServer.Password), ("Input.Password", NewPassword), .. ticks]);

    /// <summary>By the app, whatever else there is to choose.</summary>
    private static async Task SignInAsync(Browser browser, Customer customer)
    {
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/account"), customer);
        page = await Journey.AppAsync(browser, await browser.GetAsync("/signin/verify/app" + page.Url.Query), customer);
        Assert.Equal("/account", page.Path);
    }

    private static string CodeOn(Page page) => page.Document.QuerySelector("ol.codes li")!.TextContent.Trim();

    private static string Words(Page page) => page.Document.QuerySelector("main")!.TextContent;

    private async Task<Customer> AddAsync(string name) => await (await (await server.AddPersonAsync(name)).WithAppAsync()).WithPhoneAsync();

    private async Task<string> IdAsync(Customer customer, ProofMethod method)
    {
        await using var database = server.OpenDatabase();
        return (await database.SecondFactors.SingleAsync(row => row.PersonId == customer.Id && row.Method == method)).Id.ToString();
    }

    private async Task<IReadOnlyList<SecurityEventKind>> EventsAsync(Customer customer)
    {
        await using var database = server.OpenDatabase();
        return await database.SecurityEvents.Where(row => row.PersonId == customer.Id).Select(row => row.Kind).ToListAsync();
    }

    private async Task TrustAsync(Customer customer)
    {
        await using var database = server.OpenDatabase();
        var now = server.Clock.GetUtcNow();
        database.TrustedDevices.Add(new TrustedDevice
        {
            Id = Guid.CreateVersion7(now),
            PersonId = customer.Id,
            SecretHash = new byte[32],
            CreatedAt = now,
            ExpiresAt = now.AddDays(30),
            LastUsedAt = now,
        });
        await database.SaveChangesAsync();
    }
}
