using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Factors;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Account;

/// <summary>The page of verified contacts.</summary>
public sealed class ContactsTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    /// <summary>Each customer has a number of their own.</summary>
    private static int _numbers;

    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("O8")]
    [Spec("V25")]
    public async Task Says_that_there_is_no_number_and_whether_the_address_is_confirmed()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var page = await (await SignInAsync(ada)).GetAsync("/account/contacts");
        Assert.Contains(
            "Al momento non è presente alcun contatto SMS verificato.", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Aggiungi un nuovo contatto", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("Confermato", page.Document.QuerySelector("ul.rows")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/account/contacts", page.Document.QuerySelector("[aria-current=page]")!.GetAttribute("href"));

        var bea = await (await server.AddPersonAsync("bea", person => person.EmailConfirmed = false)).WithAppAsync();
        page = await (await SignInAsync(bea)).GetAsync("/account/contacts");
        Assert.Contains("Non confermato", page.Document.QuerySelector("ul.rows")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("O9")]
    [Spec("O10")]
    [Spec("S19")]
    public async Task A_number_is_there_once_its_code_came_back_and_serves_both()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = await SignInAsync(ada);
        var number = NewNumber();
        var page = await browser.SubmitAsync(await browser.GetAsync("/account/contacts/add"), ("Input.Number", number));
        Assert.Equal("/account/contacts/code", page.Path);
        Assert.Empty(await NumbersAsync(ada));
        page = await browser.SubmitAsync(page, ("Input.Code", Wrong(await server.LatestTextCodeAsync(ada.Id))));
        Assert.Contains("error-summary", page.Text, StringComparison.Ordinal);
        Assert.Empty(await NumbersAsync(ada));

        page = await browser.SubmitAsync(page, ("Input.Code", await server.LatestTextCodeAsync(ada.Id)));

        Assert.Equal("/account/contacts", page.Path);
        Assert.Contains("••" + number[^2..], page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain(number[3..], page.Text, StringComparison.Ordinal);
        var factor = Assert.Single(await NumbersAsync(ada));
        Assert.Equal((true, true), (factor.UsedForSignIn, factor.UsedForNotices));
        Assert.Contains(await ada.MailsAsync(), mail => mail.Subject.StartsWith("Nuovo metodo", StringComparison.Ordinal)
            && mail.Text.Contains("\nMetodo: SMS Verificato\n", StringComparison.Ordinal));
    }

    [Fact]
    [Spec("V25")]
    public async Task A_number_for_notices_only_is_no_second_factor_and_proves_nothing()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = await SignInAsync(ada);
        await AddNumberAsync(browser, ada, forSignIn: false);

        var factor = Assert.Single(await NumbersAsync(ada));
        Assert.Equal((false, true), (factor.UsedForSignIn, factor.UsedForNotices));
        Assert.Contains(await ada.MailsAsync(), mail => mail.Subject.Contains("riceve i tuoi avvisi", StringComparison.Ordinal));
        Assert.DoesNotContain(
            "SMS Verificato", (await browser.GetAsync("/account/mfa")).Document.QuerySelector("ul.rows")!.TextContent,
            StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        var session = await database.Sessions.SingleAsync(row => row.PersonId == ada.Id);
        Assert.DoesNotContain(session.Proofs, proof => proof.Method == Protocol.ProofMethod.TextMessage);
        var other = server.OpenBrowser();
        // One method: no choice, and the page of texts sends the browser on.
        var page = await Journey.PasswordAsync(other, await other.GetAsync("/account"), ada);
        Assert.Equal("/signin/verify/app", page.Path);
        Assert.Equal("/signin/verify/app", (await other.GetAsync("/signin/verify/sms" + page.Url.Query)).Path);
    }

    [Fact]
    [Spec("S12")]
    [Spec("V25")]
    public async Task The_purposes_are_switched_apart_and_each_that_goes_is_told_to_the_number()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = await SignInAsync(ada);
        var number = await AddNumberAsync(browser, ada);
        var id = (await NumbersAsync(ada)).Single().Id.ToString();

        var page = await UseAsync(browser, signIn: null, notices: id);
        Assert.Equal("/account/contacts", page.Path);
        Assert.Contains(await server.TextsToAsync(number), text => text.Contains("non serve più per accedere", StringComparison.Ordinal));
        Assert.Contains(await ada.MailsAsync(), mail => mail.Subject.Contains("non serve più per accedere", StringComparison.Ordinal));
        page = await UseAsync(browser, signIn: id, notices: null);
        Assert.Equal("/account/contacts", page.Path);
        var factor = Assert.Single(await NumbersAsync(ada));
        Assert.Equal((true, false), (factor.UsedForSignIn, factor.UsedForNotices));
        Assert.Contains(
            await server.TextsToAsync(number), text => text.Contains("non riceverà più i nostri avvisi", StringComparison.Ordinal));
        page = await UseAsync(browser, signIn: null, notices: null);
        Assert.Contains("Scegli almeno un uso", page.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    [Spec("S12")]
    [Spec("V25")]
    public async Task A_new_password_is_told_to_numbers_for_notices_and_to_no_other()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = await SignInAsync(ada);
        var told = await AddNumberAsync(browser, ada);
        await server.PassAsync(TimeSpan.FromSeconds(1));
        var silent = await AddNumberAsync(browser, ada);
        await using (var database = server.OpenDatabase())
        {
            (await database.VerifiedNumbers(ada.Id).OrderByDescending(number => number.ActivatedAt).FirstAsync())
                .UseFor(signIn: true, notices: false);
            await database.SaveChangesAsync();
        }

        await browser.SubmitAsync(
            await browser.GetAsync("/account/password"), ("Input.Current", SsoServer.Password),
            ("Input.Password", "tutt’altra frase lunghissima"));

        Assert.Contains(
            await server.TextsToAsync(told), text => text.Contains("la password del tuo account è cambiata", StringComparison.Ordinal));
        Assert.DoesNotContain(await server.TextsToAsync(silent), text => text.Contains("password", StringComparison.Ordinal));
    }

    [Fact]
    [Spec("S34")]
    [Spec("V25")]
    public async Task The_last_method_can_neither_be_removed_nor_switched_off_and_the_page_says_why()
    {
        var ada = await server.AddPersonAsync("ada");
        await server.EnrolPhoneAsync(ada.Id, NewNumber());
        var browser = await SignInAsync(ada);
        var id = (await NumbersAsync(ada)).Single().Id.ToString();

        var page = await browser.SubmitAsync(await browser.GetAsync("/account/contacts/remove?id=" + id));
        Assert.Equal(HttpStatusCode.Conflict, page.Status);
        Assert.Contains("l’unico metodo", WebUtility.HtmlDecode(page.Text), StringComparison.OrdinalIgnoreCase);
        page = await UseAsync(browser, signIn: null, notices: id);
        Assert.Equal(HttpStatusCode.Conflict, page.Status);
        Assert.Contains("l’unico metodo", WebUtility.HtmlDecode(page.Text), StringComparison.OrdinalIgnoreCase);
        Assert.True((await NumbersAsync(ada)).Single().UsedForSignIn);
    }

    [Fact]
    [Spec("V25")]
    public async Task A_number_for_notices_is_removed_even_where_the_sign_in_has_one_method_left()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = await SignInAsync(ada);
        var number = await AddNumberAsync(browser, ada, forSignIn: false);
        var id = (await NumbersAsync(ada)).Single().Id;
        var page = await browser.SubmitAsync(await browser.GetAsync($"/account/contacts/remove?id={id}"));
        Assert.Equal("/account/contacts", page.Path);
        Assert.Empty(await NumbersAsync(ada));
        Assert.Contains(await server.TextsToAsync(number), text => text.Contains("questo numero è stato tolto", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_number_is_not_added_twice_and_one_for_notices_becomes_one_for_both()
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = await SignInAsync(ada);
        var number = await AddNumberAsync(browser, ada, forSignIn: false);
        await server.PassAsync(TimeSpan.FromSeconds(1));
        // The method page asks for a number to sign in with: the one for notices, proved again, serves both.
        var page = await browser.SubmitAsync(await browser.GetAsync("/account/mfa/sms"), ("Input.Number", number));
        await browser.SubmitAsync(page, ("Input.Code", await server.LatestTextCodeAsync(ada.Id)));
        var factor = Assert.Single(await NumbersAsync(ada));
        Assert.Equal((true, true), (factor.UsedForSignIn, factor.UsedForNotices));

        page = await browser.SubmitAsync(await browser.GetAsync("/account/contacts/add"), ("Input.Number", number));
        Assert.Contains("già tra i tuoi contatti", page.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [Spec("U27")]
    [Spec("U28")]
    [InlineData("312 345 67 89", null)]
    [InlineData("+39 312-345-6789", null)]
    [InlineData("\u202A0039 3123456789\u202C", null)]
    [InlineData("06 1234 5678", "Serve un numero di cellulare")]
    [InlineData("+44 7400 123456", "Non possiamo inviare SMS")]
    [InlineData("312 345", "Controlla il numero")]
    [InlineData("", "Inserisci il numero")]
    public async Task Numbers_are_read_and_refused_as_at_the_enrolment(string typed, string? error)
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = await SignInAsync(ada);
        var page = await browser.SubmitAsync(await browser.GetAsync("/account/contacts/add"), ("Input.Number", typed));
        Assert.Equal(error is null ? "/account/contacts/code" : "/account/contacts/add", page.Path);
        Assert.Contains(error ?? "+39 312 345 6789", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [Spec("S23")]
    [Spec("S34")]
    [InlineData("/account/contacts/add")]
    [InlineData("/account/contacts/change")]
    [InlineData("/account/contacts/uses")]
    [InlineData("/account/contacts/remove")]
    [InlineData("/account/contacts/email")]
    [InlineData("/account/contacts/code")]
    public async Task A_change_asks_for_a_proof_of_at_most_five_minutes(string path)
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = await SignInAsync(ada);
        await server.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal("/account/contacts", (await browser.GetAsync("/account/contacts")).Path);
        Assert.Equal("/signin", (await browser.GetAsync(path)).Path);
    }

    [Fact]
    [Spec("S19")]
    [Spec("V25")]
    public async Task Where_texts_are_no_factor_a_number_can_still_get_the_notices()
    {
        await using var quiet = new SsoServer();
        quiet.Settings.Add("--SignIn:TextMessages=false");
        await quiet.InitializeAsync();
        var ada = await (await quiet.AddPersonAsync("ada")).WithAppAsync();
        var browser = quiet.OpenBrowser();
        await Journey.SignInAsync(browser, ada, "/account");
        var page = await browser.GetAsync("/account/contacts/add");
        Assert.Null(page.Document.QuerySelector("[name='Input.SignIn']"));
        var token = page.Document.QuerySelector("main form [name=__RequestVerificationToken]")!.GetAttribute("value")!;

        // Whoever sends the field all the same gets no more.
        page = await browser.PostAsync(
            "/account/contacts/add",
            [
                new("__RequestVerificationToken", token), new("Input.Number", NewNumber()),
                new("Input.SignIn", "true"), new("Input.Notices", "true"),
            ]);
        await browser.SubmitAsync(page, ("Input.Code", await quiet.LatestTextCodeAsync(ada.Id)));

        await using var database = quiet.OpenDatabase();
        var factor = await database.VerifiedNumbers(ada.Id).SingleAsync();
        Assert.Equal((false, true), (factor.UsedForSignIn, factor.UsedForNotices));
    }

    private async Task<Browser> SignInAsync(Customer customer)
    {
        var browser = server.OpenBrowser();
        Assert.Equal("/account", (await Journey.SignInAsync(browser, customer, "/account")).Path);
        return browser;
    }

    private async Task<string> AddNumberAsync(Browser browser, Customer customer, bool forSignIn = true)
    {
        var number = NewNumber();
        var page = await browser.GetAsync("/account/contacts/add");
        if (!forSignIn)
        {
            page.Document.QuerySelector("[name='Input.SignIn']")!.RemoveAttribute("checked");
        }

        page = await browser.SubmitAsync(page, ("Input.Number", number));
        Assert.Equal(
            "/account/contacts", (await browser.SubmitAsync(page, ("Input.Code", await server.LatestTextCodeAsync(customer.Id)))).Path);
        return number;
    }

    private static async Task<Page> UseAsync(Browser browser, string? signIn, string? notices)
    {
        var page = await browser.GetAsync("/account/contacts/uses");
        var token = page.Document.QuerySelector("main form [name=__RequestVerificationToken]")!.GetAttribute("value")!;
        return await browser.PostAsync(
            "/account/contacts/uses",
            new[] { ("__RequestVerificationToken", token), ("Input.SignIn", signIn), ("Input.Notices", notices) }
                .Where(field => field.Item2 is not null).Select(field => KeyValuePair.Create(field.Item1, field.Item2!)));
    }

    private async Task<List<SecondFactor>> NumbersAsync(Customer customer)
    {
        await using var database = server.OpenDatabase();
        return await database.VerifiedNumbers(customer.Id).AsNoTracking().ToListAsync();
    }

    private static string NewNumber() =>
        string.Create(CultureInfo.InvariantCulture, $"+3934755{Interlocked.Increment(ref _numbers):00000}");

    private static string Wrong(string code) => code == "000000" ? "111111" : "000000";
}
