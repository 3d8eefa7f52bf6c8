using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>Giving roles and taking them away in the console: the operations of the command line.</summary>
public sealed class AdministratorsTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    private const string Form = "/console/administrators/role";

    public async ValueTask InitializeAsync()
    {
        await server.ForgetAttemptsAsync();
        await using var database = server.OpenDatabase();
        await database.Administrators.ExecuteDeleteAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    [Spec("S113")]
    public async Task An_owner_gives_a_role_changes_it_and_takes_it_away()
    {
        var owner = await server.AddAdministratorAsync(AdministratorRole.Owner);
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var shop = await server.RegisterAsync("negozio");
        var browser = server.OpenBrowser();
        var page = await browser.SubmitAsync(
            await browser.OpenAsync(owner, Form), form: "role-form", ("Input.Who", ada.Email), ("Input.Role", "AppManager"),
            ("Input.Applications", shop.Id));
        Assert.Equal("/console/administrators?done=given", page.Url.PathAndQuery);
        Assert.Contains(
            $"il ruolo di {ada.UserName}", page.Document.QuerySelector(".notice.success")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.Document.QuerySelector($"#administrators a[href='/console/person?sub={ada.Subject}']"));
        var line = page.Document.QuerySelectorAll("#administrators li")
            .Single(item => item.TextContent.Contains(ada.UserName, StringComparison.Ordinal));
        Assert.Contains("gestore di applicazioni", line.TextContent, StringComparison.Ordinal);
        Assert.Contains(shop.Id, line.TextContent, StringComparison.Ordinal);
        Assert.Contains("amministratore " + owner.UserName, line.TextContent, StringComparison.Ordinal);

        page = await browser.SubmitAsync(
            await browser.GetAsync($"{Form}?sub={ada.Subject}"), form: "role-form", ("Input.Role", "Auditor"));
        Assert.Equal("/console/administrators", page.Path);
        page = await browser.SubmitAsync(await browser.GetAsync($"{Form}?sub={ada.Subject}"), form: "removing");
        Assert.Equal("/console/administrators?done=removed", page.Url.PathAndQuery);
        Assert.Contains(
            $"da ora {ada.UserName} non può", page.Document.QuerySelector(".notice.success")!.TextContent, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        Assert.False(await database.Administrators.AnyAsync(row => row.PersonId == ada.Id));
        Assert.False(await database.ManagedClients.AnyAsync(row => row.PersonId == ada.Id));
        Assert.Equal(
            ["role given", "role given", "role taken away"],
            await database.SecurityEvents.Where(item => item.PersonId == ada.Id && item.Actor == $"administrator:{owner.Subject}")
                // By their words: within a millisecond keys have no order.
                .OrderBy(item => item.Detail).Select(item => item.Detail!).ToListAsync());
    }

    [Fact]
    [Spec("S116")]
    public async Task Somebody_without_a_passkey_or_an_app_is_given_no_role_and_the_page_says_why()
    {
        var (owner, ada) = (await server.AddAdministratorAsync(AdministratorRole.Owner), await server.AddPersonAsync("ada"));
        var browser = server.OpenBrowser();
        var page = await browser.SubmitAsync(
            await browser.OpenAsync(owner, Form), form: "role-form", ("Input.Who", ada.UserName), ("Input.Role", "Auditor"));
        Assert.Contains("né un’app di autenticazione", page.Document.QuerySelector("#who-error")!.TextContent, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        Assert.False(await database.Administrators.AnyAsync(row => row.PersonId == ada.Id));
    }

    [Fact]
    public async Task The_only_owner_keeps_the_role_and_the_page_says_why()
    {
        var owner = await server.AddAdministratorAsync(AdministratorRole.Owner);
        var browser = server.OpenBrowser();
        var page = await browser.OpenAsync(owner, $"{Form}?sub={owner.Subject}");
        foreach (var form in (string[])["removing", "role-form"])
        {
            var answer = await browser.SubmitAsync(page, form: form, ("Input.Role", "Auditor"));
            Assert.Contains("unico proprietario", answer.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        }

        await using var database = server.OpenDatabase();
        Assert.Equal(AdministratorRole.Owner, (await database.Administrators.SingleAsync(row => row.PersonId == owner.Id)).Role);
    }

    [Theory]
    [InlineData("nessuno", "Auditor", "", "Nessun account si chiama")]
    [InlineData("", "", "", "Scegli un ruolo")]
    [InlineData("", "", "", "Scrivi il nome utente")]
    [InlineData(null, "AppManager", "non-esiste", "“non-esiste” non esiste")]
    public async Task A_mistake_is_said_beside_its_field_and_what_was_typed_stays(
        string? who, string role, string applications, string said)
    {
        var (owner, ada) = (await server.AddAdministratorAsync(AdministratorRole.Owner), await server.AddPersonAsync("ada"));
        var browser = server.OpenBrowser();
        var page = await browser.SubmitAsync(
            await browser.OpenAsync(owner, Form), form: "role-form", ("Input.Who", who ?? ada.UserName), ("Input.Role", role),
            ("Input.Applications", applications));
        Assert.Equal(Form, page.Path);
        Assert.Contains(said, page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(who ?? ada.UserName, page.Document.QuerySelector("[name='Input.Who']")!.GetAttribute("value") ?? "");
    }

    [Fact]
    public async Task Somebody_who_has_a_role_already_is_not_given_another_as_a_first_one()
    {
        var owner = await server.AddAdministratorAsync(AdministratorRole.Owner);
        await server.AddAdministratorAsync(AdministratorRole.Owner);
        var browser = server.OpenBrowser();
        var page = await browser.SubmitAsync(
            await browser.OpenAsync(owner, Form), form: "role-form", ("Input.Who", owner.UserName), ("Input.Role", "Security"));
        Assert.Contains("ha già un ruolo: proprietario", page.Document.QuerySelector("#who-error")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(AdministratorRole.Owner, await RoleOfAsync(owner));
    }

    [Fact]
    public async Task A_form_that_was_filled_before_another_owner_changed_the_role_overwrites_nothing()
    {
        var owner = await server.AddAdministratorAsync(AdministratorRole.Owner);
        var (ada, browser) = (await server.AddAdministratorAsync(AdministratorRole.Auditor), server.OpenBrowser());
        var (first, second) = (
            await browser.OpenAsync(owner, $"{Form}?sub={ada.Subject}"), await browser.GetAsync($"{Form}?sub={ada.Subject}"));
        await browser.SubmitAsync(second, form: "role-form", ("Input.Role", "Security"));
        var page = await browser.SubmitAsync(first, form: "role-form", ("Input.Role", "HelpDesk"));
        Assert.Contains("Ora è: sicurezza", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(AdministratorRole.Security, await RoleOfAsync(ada));

        await browser.SubmitAsync(page, form: "role-form", ("Input.Role", "HelpDesk"));
        Assert.Equal(AdministratorRole.HelpDesk, await RoleOfAsync(ada));
    }

    [Fact]
    public async Task There_is_no_page_of_the_role_of_somebody_who_has_none()
    {
        var (owner, browser) = (await server.AddAdministratorAsync(AdministratorRole.Owner), server.OpenBrowser());
        Assert.Equal(HttpStatusCode.NotFound, (await browser.OpenAsync(owner, Form + "?sub=zzz")).Status);
    }

    [Fact]
    [Spec("S114")]
    public async Task Security_sees_the_list_and_changes_nobody()
    {
        var (security, ada) = (await server.AddAdministratorAsync(AdministratorRole.Security), await server.AddPersonAsync("ada"));
        var browser = server.OpenBrowser();
        var page = await browser.OpenAsync(security, "/console/administrators");
        Assert.Null(page.Document.QuerySelector($"a[href^='{Form}']"));
        var answer = await browser.PostAsync(
            Form, [new("__RequestVerificationToken", page.Token()), new("Input.Who", ada.UserName), new("Input.Role", "Owner")]);
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }

    private async Task<AdministratorRole> RoleOfAsync(Customer customer)
    {
        await using var database = server.OpenDatabase();
        return (await database.Administrators.AsNoTracking().SingleAsync(row => row.PersonId == customer.Id)).Role;
    }
}
