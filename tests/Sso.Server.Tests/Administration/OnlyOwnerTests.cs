using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>What the account area says to the only owner, who cannot go.</summary>
public sealed class OnlyOwnerTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task Asking_for_the_account_to_be_deleted_is_refused_in_a_sentence()
    {
        var (owner, browser) = (await server.AddAdministratorAsync(AdministratorRole.Owner), server.OpenBrowser());
        await Journey.SignInAsync(browser, owner, "/account");
        var page = await browser.SubmitAsync(await browser.GetAsync("/account/data/delete"), ("Input.UserName", owner.UserName));
        Assert.Equal("/account/data/delete", page.Path);
        Assert.Contains("ruolo di proprietario", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await using (var database = server.OpenDatabase())
        {
            Assert.Empty(await database.AccountDeletions.ToListAsync());
        }

        await server.AddAdministratorAsync(AdministratorRole.Owner);
        page = await browser.SubmitAsync(page, ("Input.UserName", owner.UserName));
        Assert.Equal("/account/data", page.Path);
    }
}
