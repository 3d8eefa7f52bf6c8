using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Server.Tests.Administration;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>The same budget for the console, of which one person at a time asks: nothing grows with what is shown.</summary>
public sealed class ConsoleBudgetTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task The_record_of_events()
    {
        var ada = await server.AddPersonAsync("ada");
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        await browser.OpenAsync(owner, "/console/audit/check");
        await CostsAsync("console: events searched", () => browser.GetAsync("/console/audit?kind=SignedIn"));
        await CostsAsync("console: events of one person", () => browser.GetAsync($"/console/audit?person={ada.UserName}"));
        await using var database = server.OpenDatabase();
        var item = await database.SecurityEvents.Where(item => item.PersonId == owner.Id).Select(item => item.Id).FirstAsync();
        await CostsAsync("console: one event", () => browser.GetAsync($"/console/event?event={item:N}"));
        var page = await browser.GetAsync("/console/audit/check");
        await CostsAsync("console: record checked", () => browser.SubmitAsync(page, form: "check"));
    }

    [Fact]
    public async Task Who_is_stopped()
    {
        var ada = await server.AddPersonAsync("ada");
        var stranger = server.OpenBrowser();
        for (var wrong = 0; wrong < 6; wrong++)
        {
            await Journey.PasswordAsync(stranger, await stranger.GetAsync("/signin"), ada, "non è questa");
        }

        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        await browser.OpenAsync(owner, "/console/keys");
        await CostsAsync("console: limits", () => browser.GetAsync("/console/limits"));
    }

    /// <summary>What the background then does with each chunk belongs to no request.</summary>
    [Fact]
    public async Task Importing_people()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, "/console/people/import");
        await CostsAsync("console: imports", () => browser.GetAsync("/console/people/import"));
        var file = System.Text.Encoding.UTF8.GetBytes(string.Join(
            '\n', Enumerable.Range(0, 30).Select(number => $$"""{"user_name":"p{{number}}","email":"p{{number}}@example.com"}""")));
        await CostsAsync("console: file checked", async () => page = await browser.UploadAsync(page, "upload", "Input.File", file));
        await CostsAsync("console: import shown", () => browser.GetAsync(page.Url.PathAndQuery));
    }

    [Fact]
    public async Task Administrators()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        await browser.OpenAsync(owner, "/console/keys");
        await CostsAsync("console: administrators", () => browser.GetAsync("/console/administrators"));
    }

    [Fact]
    public async Task Brands()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        (string, string)[] typed = [("Input.Name", "Alba"), ("Input.Accent", "#1f6f8b"), ("Input.Hosts", "")];
        await browser.SubmitAsync(await browser.OpenAsync(owner, "/console/brands/add"), form: "add", [("Input.Id", "alba"), .. typed]);
        await CostsAsync("console: brands", () => browser.GetAsync("/console/brands"));
        await CostsAsync("console: one brand", () => browser.GetAsync("/console/brand?brand=alba"));
        var page = await browser.GetAsync("/console/brand/change?brand=alba");
        Page preview = null!;
        await CostsAsync(
            "console: brand previewed",
            async () => preview = await browser.PostAsync(
                "/console/brands/preview?brand=alba",
                [
                    new("__RequestVerificationToken", page.Token()),
                    .. typed.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2)),
                ]));
        await CostsAsync("console: style sheet of a preview", () => browser.GetAsync(preview.Url.PathAndQuery + "&handler=Style"));
        await CostsAsync("console: mail of a preview", () => browser.GetAsync(preview.Url.PathAndQuery + "&handler=Mail"));
        await CostsAsync("console: brand changed", () => browser.SubmitAsync(page, form: "change", ("Input.Name", "Alba nuova")));
    }

    [Fact]
    public async Task The_settings()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        await browser.OpenAsync(owner, "/console/keys");
        await CostsAsync("console: settings", () => browser.GetAsync("/console/settings"));
    }

    /// <summary>Days that are over are added up at the first look after a start, and remembered.</summary>
    [Fact]
    public async Task Texts_and_mails()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        await browser.OpenAsync(owner, "/console/texts");
        await CostsAsync("console: texts", () => browser.GetAsync("/console/texts"));
        await CostsAsync("console: texts searched", () => browser.GetAsync("/console/texts/log?digits=67"));
        await CostsAsync("console: mails", () => browser.GetAsync("/console/texts/mails"));
        var page = await browser.GetAsync("/console/texts");
        await CostsAsync("console: test mail sent", () => browser.SubmitAsync(page, form: "test-mail"));
    }

    [Fact]
    public async Task Webhooks()
    {
        var (browser, owner) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Owner));
        await server.KeepWebhookAsync("wh_costs");
        await browser.OpenAsync(owner, "/console/keys");
        await CostsAsync("console: webhooks", () => browser.GetAsync("/console/webhooks"));
        await CostsAsync("console: one webhook", () => browser.GetAsync("/console/webhook?webhook=wh_costs"));
    }

    private Task CostsAsync(string name, Func<Task<Page>> request) =>
        RequestCosts.MeasureAsync(server, name, RequestCosts.Documented()[name], async () =>
        {
            var page = await request();
            Assert.Equal(HttpStatusCode.OK, page.Status);
            return page;
        });
}
