using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.Administrators;
using Sso.Data.Administrators;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>What has to be proved to enter the console, and for how long that is good.</summary>
[OneDatabase]
[Spec("S116")]
public sealed class ConsoleSignInTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_text_message_is_not_enough()
    {
        var person = await server.AddAdministratorAsync(AdministratorRole.Owner);
        await using (var database = server.OpenDatabase())
        {
            await database.SecondFactors.Where(factor => factor.PersonId == person.Id).ExecuteDeleteAsync();
        }

        await person.WithPhoneAsync();
        var browser = server.OpenBrowser();
        Assert.Equal("/account", (await Journey.SignInAsync(browser, person, "/account")).Path);
        var page = await browser.GetAsync("/console");
        // Whoever proved the number a moment ago may add something stronger, and nothing else.
        Assert.Equal("/signin/enrol", page.Path);
        page = await browser.SubmitAsync(page);
        Assert.Null(page.Document.QuerySelector("input[value=sms]"));
        Assert.NotNull(page.Document.QuerySelector("input[value=app]"));
    }

    [Fact]
    public async Task A_quarter_of_an_hour_of_silence_and_eight_hours_of_work_both_end_it()
    {
        await server.RegisterAsync("shop");
        var person = await server.AddAdministratorAsync(AdministratorRole.Owner);
        var browser = server.OpenBrowser();
        Assert.Equal("/console", (await browser.OpenAsync(person, "/console")).Path);
        for (var minutes = 0; minutes < 7 * 60; minutes += 14)
        {
            await server.PassAsync(TimeSpan.FromMinutes(14));
            Assert.Equal("/console/applications", (await browser.GetAsync("/console/applications")).Path);
        }

        await server.PassAsync(TimeSpan.FromMinutes(16));
        Assert.Equal("/signin", (await browser.GetAsync("/console")).Path);
        Assert.Equal("/console", (await browser.OpenAsync(person, "/console")).Path);
        for (var minutes = 0; minutes < 8 * 60; minutes += 14)
        {
            await server.PassAsync(TimeSpan.FromMinutes(14));
            await browser.GetAsync("/console");
        }

        Assert.Equal("/signin", (await browser.GetAsync("/console")).Path);
    }

    [Fact]
    public async Task A_session_of_the_account_area_opens_the_console_only_while_its_proof_is_young()
    {
        var person = await server.AddAdministratorAsync(AdministratorRole.Owner);
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, person, "/account");
        await server.PassAsync(TimeSpan.FromMinutes(20));
        Assert.Equal("/signin", (await browser.GetAsync("/console")).Path);
    }

    [Fact]
    public async Task The_sign_in_leads_back_to_the_page_that_was_asked_for()
    {
        var shop = await server.RegisterAsync("negozio");
        var person = await server.AddAdministratorAsync(AdministratorRole.Owner);
        var page = await server.OpenBrowser().OpenAsync(person, $"/console/application?id={shop.Id}");
        Assert.Equal(($"/console/application?id={shop.Id}", HttpStatusCode.OK), (page.Url.PathAndQuery, page.Status));
    }

    [Fact]
    public async Task Somebody_without_a_role_reads_what_to_do()
    {
        var person = await server.AddAdministratorAsync(role: null);
        var browser = server.OpenBrowser();
        await Journey.SignInAsync(browser, person, "/account");
        var page = await browser.GetAsync("/console");
        Assert.Equal(HttpStatusCode.Forbidden, page.Status);
        Assert.Contains("chiedi a un proprietario", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector("a[href='/account']"));
    }

    [Theory]
    [InlineData("/console/application/secrets", "Add")]
    [InlineData("/console/application/danger", "Disable")]
    [InlineData("/console/application/change", "")]
    public async Task What_is_dangerous_needs_a_proof_of_five_minutes(string path, string handler)
    {
        var shop = await server.RegisterAsync("negozio");
        var person = await server.AddAdministratorAsync(AdministratorRole.Owner);
        var browser = server.OpenBrowser();
        var page = await browser.OpenAsync(person, $"/console/application?id={shop.Id}");
        await server.PassAsync(TimeSpan.FromMinutes(6));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync($"/console/application?id={shop.Id}")).Status);
        var answer = await browser.PostAsync(
            $"{path}?id={shop.Id}&handler={handler}", [new("__RequestVerificationToken", page.Token())]);
        Assert.Equal("/signin", answer.Path);
        await using var database = server.OpenDatabase();
        Assert.True(await database.Clients.AnyAsync(
            client => client.Id == shop.Id && client.DisabledAt == null && client.OtherSecretHash == null));
    }

    [Fact]
    public async Task A_form_without_its_value_does_nothing()
    {
        var shop = await server.RegisterAsync("negozio");
        var person = await server.AddAdministratorAsync(AdministratorRole.Owner);
        var browser = server.OpenBrowser();
        await browser.OpenAsync(person, "/console");
        var answer = await browser.PostAsync($"/console/application/danger?id={shop.Id}&handler=Disable", []);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        await using var database = server.OpenDatabase();
        Assert.True(await database.Clients.AnyAsync(client => client.Id == shop.Id && client.DisabledAt == null));
    }
}

/// <summary>The first administrator, from the link to the console.</summary>
public sealed class FirstAdministratorTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    [Spec("S9")]
    public async Task The_link_of_the_terminal_leads_to_the_console()
    {
        var (first, second) = (await AnnouncedAsync(), await AnnouncedAsync());
        var browser = server.OpenBrowser();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/console/setup?link=wrong")).Status);

        var page = await browser.GetAsync(first);
        Assert.Null(page.Document.QuerySelector("input[value='password']"));
        page = await browser.SubmitAsync(
            page, ("Input.Email", "marco@example.it"), ("Input.UserName", "marco"), ("Input.Name", "Marco Rossi"),
            ("Input.Password", "corta"));
        Assert.Equal(("/console/setup", "marco"), (page.Path, page.Document.QuerySelector("#username")!.GetAttribute("value")));
        page = await browser.SubmitAsync(page, ("Input.Password", SsoServer.Password));
        Assert.Equal("/signin/enrol", page.Path);

        page = await browser.SubmitAsync(await browser.SubmitAsync(page), ("Input.Method", "app"));
        var marco = new Customer(server, await IdAsync(), "marco");
        page = await browser.SubmitAsync(page, ("Input.Code", await server.AppCodeAsync(marco.Id)));
        Assert.Equal("/account/mfa/recovery-codes", page.Path);
        var code = page.Document.QuerySelector("#codes li")!.TextContent;
        page = await browser.SubmitAsync(page, ("Input.Code", code));
        Assert.Equal(("/console", HttpStatusCode.OK), (page.Path, page.Status));

        // Until the link of the mail was used, no mail goes to the first owner.
        Assert.Equal("/account/contacts/email", page.Document.QuerySelector("#unconfirmed a")!.GetAttribute("href"));
        var mail = (await server.MailsToAsync("marco@example.it"))[0];
        Assert.Contains("https://sso.test/", mail.Text, StringComparison.Ordinal);
        await using (var database = server.OpenDatabase())
        {
            await database.Users.Where(person => person.Id == marco.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(person => person.EmailConfirmed, true));
        }

        Assert.Null((await browser.GetAsync("/console")).Document.QuerySelector("#unconfirmed"));

        // Neither that link nor the other leads anywhere any more, and nothing is printed.
        Assert.Equal(HttpStatusCode.NotFound, (await server.OpenBrowser().GetAsync(first)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await server.OpenBrowser().GetAsync(second)).Status);
        Assert.Equal("", await AnnouncedAsync());
        Assert.DoesNotContain(new Uri(first).Query["?link=".Length..], string.Join('\n', server.Log.Lines), StringComparison.Ordinal);
    }

    /// <summary>Two pages, one after the other, each said that it was the first of two.</summary>
    [Theory]
    [InlineData("it", "app", "Passo 1 di 3", "Passo 2 di 3", "Ultimo passo")]
    [InlineData("it", "passkey", "Passo 1 di 3", "Passo 2 di 3", "Ultimo passo")]
    [InlineData("en", "app", "Step 1 of 3", "Step 2 of 3", "Last step")]
    [InlineData("en", "passkey", "Step 1 of 3", "Step 2 of 3", "Last step")]
    public async Task The_steps_of_the_set_up_are_counted_from_the_account_to_the_recovery_codes(
        string language, string method, string first, string second, string third)
    {
        await using var fresh = new SsoServer();
        await fresh.InitializeAsync();
        var browser = fresh.OpenBrowser();
        browser.AcceptLanguage = language;

        var page = await browser.GetAsync(await AnnouncedAsync(fresh));
        Assert.Equal(first, StepOf(page));
        page = await browser.SubmitAsync(
            page, ("Input.Email", "marco@example.it"), ("Input.UserName", "marco"), ("Input.Password", SsoServer.Password));
        Assert.Equal(("/signin/enrol", null), (page.Path, StepOf(page)));
        page = await browser.SubmitAsync(await browser.SubmitAsync(page), ("Input.Method", method));
        Assert.Equal(($"/account/mfa/{method}", second), (page.Path, StepOf(page)));

        // A mistake, and another visit of the page, are no further step.
        page = method == "app" ? await browser.SubmitAsync(page, ("Input.Code", "000000")) : await browser.GetAsync(page.Url.PathAndQuery);
        Assert.Equal(($"/account/mfa/{method}", second), (page.Path, StepOf(page)));
        using var passkey = new SoftwarePasskey();
        page = method == "app"
            ? await browser.SubmitAsync(page, ("Input.Code", await fresh.AppCodeAsync(await IdAsync(fresh))))
            : await browser.SubmitAsync(page, passkey.Create(page));
        Assert.Equal(("/account/mfa/recovery-codes", third), (page.Path, StepOf(page)));
        page = await browser.SubmitAsync(page, ("Input.Code", page.Document.QuerySelector("#codes li")!.TextContent));
        Assert.Equal(("/console", HttpStatusCode.OK), (page.Path, page.Status));
    }

    /// <summary>Whoever got the role later made no account on the way.</summary>
    [Fact]
    public async Task Another_owner_who_enrols_counts_two_steps()
    {
        await using var fresh = new SsoServer();
        await fresh.InitializeAsync();
        var owner = await fresh.AddAdministratorAsync(AdministratorRole.Owner);
        await using (var database = fresh.OpenDatabase())
        {
            await database.SecondFactors.Where(factor => factor.PersonId == owner.Id).ExecuteDeleteAsync(
                TestContext.Current.CancellationToken);
            await database.Users.Where(person => person.Id == owner.Id).ExecuteUpdateAsync(
                set => set.SetProperty(person => person.RecoveryCodesSavedAt, (DateTimeOffset?)null),
                TestContext.Current.CancellationToken);
        }

        var browser = fresh.OpenBrowser();
        var page = await Journey.PasswordAsync(browser, await browser.GetAsync("/console"), owner);
        Assert.Equal("/signin/enrol", page.Path);
        page = await browser.SubmitAsync(await browser.SubmitAsync(page), ("Input.Method", "app"));

        Assert.Equal("Passo 1 di 2", StepOf(page));
    }

    private static string? StepOf(Page page) => page.Document.QuerySelector(".step")?.TextContent;

    /// <summary>A journal or the log of a container keeps it, and others read that.</summary>
    [Fact]
    [Spec("S9")]
    public async Task Where_what_is_printed_goes_into_a_file_there_is_no_link_in_it()
    {
        await using var fresh = new SsoServer();
        await fresh.InitializeAsync();
        await using var journal = new StringWriter();
        await Sso.Server.Operations.FirstLink.AnnounceAsync(fresh.App.Services, journal, isRedirected: true, CancellationToken.None);
        Assert.Contains("sso admin link", journal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("link=", journal.ToString(), StringComparison.Ordinal);
        await using var database = fresh.OpenDatabase();
        Assert.Empty(await database.MailedLinks.ToListAsync());
    }

    private Task<string> AnnouncedAsync() => AnnouncedAsync(server);

    private static async Task<string> AnnouncedAsync(SsoServer server)
    {
        await using var terminal = new StringWriter();
        await Sso.Server.Operations.FirstLink.AnnounceAsync(
            server.App.Services, terminal, isRedirected: false, CancellationToken.None);
        return terminal.ToString().Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault(word => word.StartsWith("https://", StringComparison.Ordinal)) ?? "";
    }

    private Task<Guid> IdAsync() => IdAsync(server);

    private static async Task<Guid> IdAsync(SsoServer server)
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        return Guid.Parse((await scope.ServiceProvider.GetRequiredService<ListAdministrators>().ExecuteAsync(CancellationToken.None))
            .Single().Sub);
    }
}
