using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.Deletion;
using Sso.Accounts.Passwords;
using Sso.Accounts.People;
using Sso.Admin.Keys;
using Sso.Data;
using Sso.Data.Secrets;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Logout;

/// <summary>However a session ends, the notice for its application is written with it.</summary>
[Spec("S102")]
[OneDatabase]
public sealed class EveryEndIsToldTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public Task By_the_owner_signing_out() => AssertToldAsync((browser, _) => SubmitAsync(browser, "/signout"));

    [Fact]
    public Task By_somebody_else_signing_in_at_the_same_browser() => AssertToldAsync(async (browser, _) =>
    {
        var bo = await (await server.AddPersonAsync("bo")).WithAppAsync();
        await Journey.PasswordAsync(
            browser, await browser.GetAsync((await server.RegisterAsync("other")).AuthorizeUrl(("prompt", "login"))), bo);
    });

    [Fact]
    public Task By_the_owner_ending_it_from_another_browser() => AssertToldAsync(async (_, ada) =>
    {
        var other = server.OpenBrowser();
        await Journey.SignInAsync(other, ada, "/account");
        var page = await other.GetAsync("/account/sessions");
        await other.SubmitAsync(page, ("session", page.Document.QuerySelector("form.session input[name=session]")!.GetAttribute("value")!));
    });

    [Fact]
    public Task By_the_owner_ending_all_others() => AssertToldAsync(async (_, ada) =>
    {
        var other = server.OpenBrowser();
        await Journey.SignInAsync(other, ada, "/account");
        await other.SubmitAsync(await other.GetAsync("/account/sessions"), "others");
    });

    [Fact]
    public Task By_the_owner_saying_that_it_was_not_them() => AssertToldAsync(async (browser, _) =>
        await browser.SubmitAsync(await browser.GetAsync("/account/not-me"), "close"));

    [Fact]
    public Task By_the_owner_securing_the_account_from_another_browser() => AssertToldAsync(async (_, ada) =>
    {
        var other = server.OpenBrowser();
        await Journey.SignInAsync(other, ada, "/account");
        await other.SubmitAsync(
            await other.GetAsync("/account/not-me"), "protect",
            ("Input.Current", SsoServer.Password), ("Input.Password", "tutta un'altra frase"));
    });

    [Fact]
    [Spec("S45")]
    public Task By_an_operator_who_disables_the_person() => AssertToldByOperatorAsync((database, ada) =>
        new DisablePerson(database, server.Clock).ExecuteAsync(ada.UserName, CancellationToken.None));

    [Fact]
    public Task By_an_operator_who_deletes_the_person() => AssertToldAsync(async (_, ada) =>
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DeletePerson>().ExecuteAsync(ada.UserName, CancellationToken.None);
    });

    [Fact]
    public Task By_an_operator_who_sets_a_password() => AssertToldAsync(async (_, ada) =>
    {
        await using var scope = server.App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<SetPassword>()
            .ExecuteAsync(ada.UserName, "quattro parole messe in fila", CancellationToken.None);
    });

    [Fact]
    public Task By_an_operator_who_renews_the_secrets() => AssertToldByOperatorAsync((database, _) => new RenewSecrets(
        database, server.App.Services.GetRequiredService<DataKeyRing>(), server.Clock).ExecuteAsync(CancellationToken.None));

    private static async Task SubmitAsync(Browser browser, string path) => await browser.SubmitAsync(await browser.GetAsync(path));

    private Task AssertToldByOperatorAsync(Func<SsoDbContext, Customer, Task> end) => AssertToldAsync(async (_, ada) =>
    {
        await using var database = server.OpenDatabase();
        await end(database, ada);
    });

    private async Task AssertToldAsync(Func<Browser, Customer, Task> end)
    {
        await server.ForgetAttemptsAsync();
        var shop = await server.RegisterAsync("shop", client => client.BackchannelLogoutUri = "https://shop.example/logout");
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var browser = server.OpenBrowser();
        var tokens = await shop.RedeemAsync((await shop.SignInAsync(browser, ada)).Code);
        await end(browser, ada);
        await using var database = server.OpenDatabase();
        var notice = await database.LogoutNotices.AsNoTracking().SingleAsync(row => row.PersonId == ada.Id);
        Assert.Equal((shop.Id, tokens.IdToken.GetClaim("sid").Value), (notice.ClientId, notice.SessionId.ToString("N")));
    }
}
