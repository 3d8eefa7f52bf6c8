using System.Net;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Administrators;
using Sso.Data.Webhooks;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>Messages that a program did not take are found on the console, and sent again from there.</summary>
public sealed class WebhookPagesTests : IAsyncLifetime
{
    private const string Hook = "wh_billing";
    private const string Page = $"/console/webhook?webhook={Hook}";

    private readonly SsoServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_webhook_is_listed_with_what_was_given_up_and_without_the_query_of_its_address()
    {
        await _server.KeepWebhookAsync(Hook, givenUp: 2);
        var (browser, auditor) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Auditor));
        var page = await browser.OpenAsync(auditor, "/console/webhooks");
        var line = Assert.Single(page.Document.QuerySelectorAll("#webhooks li")).TextContent;
        Assert.Contains("non arrivati: 2", line, StringComparison.Ordinal);
        var one = await browser.GetAsync(Page);
        Assert.Equal(2, one.Document.QuerySelectorAll("#messages li").Length);
        Assert.Contains("risposta 500", one.Document.QuerySelector("#messages")!.TextContent, StringComparison.Ordinal);
        Assert.All([page.Text, one.Text], text => Assert.DoesNotContain("not-for-everybody", text, StringComparison.Ordinal));
        // An auditor looks, and has nothing to press.
        Assert.Null(one.Document.QuerySelector("main form"));
    }

    [Fact]
    public async Task One_message_is_sent_again_under_its_id_and_the_others_are_not()
    {
        var dead = await _server.KeepWebhookAsync(Hook, givenUp: 3);
        var (browser, owner) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, Page);
        page = await browser.ProveAsync(
            owner,
            await browser.PostAsync(
                Page + "&handler=Replay",
                [new("__RequestVerificationToken", page.Token()), new("Input.Message", dead[1].MessageId)]));
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Contains("partono ora: 1", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal([dead[0].Id, dead[2].Id], (await GivenUpAsync()).Order());
        await using var database = _server.OpenDatabase();
        Assert.True(await database.SecurityEvents.AnyAsync(item => item.Detail == $"1 messages sent again to {Hook}"));
    }

    [Fact]
    public async Task All_that_was_given_up_is_sent_again_by_one_button()
    {
        await _server.KeepWebhookAsync(Hook, givenUp: 3);
        var (browser, owner) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.ProveAsync(owner, await browser.SubmitAsync(await browser.OpenAsync(owner, Page), form: "all"));
        Assert.Contains("partono ora: 3", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(await GivenUpAsync());
    }

    [Fact]
    public async Task A_test_is_queued_and_said()
    {
        await _server.KeepWebhookAsync(Hook);
        var (browser, owner) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Security));
        var page = await browser.ProveAsync(owner, await browser.SubmitAsync(await browser.OpenAsync(owner, Page), form: "test"));
        Assert.Contains("La prova è partita", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("messaggio di prova", page.Document.QuerySelector("#messages")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_of_another_webhook_is_not_found_by_this_one()
    {
        await _server.KeepWebhookAsync(Hook);
        var other = await _server.KeepWebhookAsync("wh_other", givenUp: 1);
        var (browser, owner) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, Page);
        page = await browser.PostAsync(
            Page + "&handler=Replay", [new("__RequestVerificationToken", page.Token()), new("Input.Message", other[0].MessageId)]);
        Assert.Equal($"{Page}&done=gone", page.Url.PathAndQuery);
        Assert.Equal([other[0].Id], await GivenUpAsync());
    }

    [Fact]
    public async Task A_webhook_that_is_off_says_how_it_is_turned_on_and_sends_nothing()
    {
        await _server.KeepWebhookAsync(Hook, givenUp: 1);
        await using var database = _server.OpenDatabase();
        await database.Webhooks.ExecuteUpdateAsync(set => set.SetProperty(row => row.DisabledAt, _server.Clock.GetUtcNow()));
        var (browser, owner) = (_server.OpenBrowser(), await _server.AddAdministratorAsync(AdministratorRole.Owner));
        var page = await browser.OpenAsync(owner, Page);
        Assert.Contains($"sso webhook enable {Hook}", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Null(page.Document.QuerySelector("main form"));
        page = await browser.PostAsync(Page + "&handler=ReplayAll", [new("__RequestVerificationToken", page.Token())]);
        Assert.Equal($"{Page}&done=disabled", page.Url.PathAndQuery);
        Assert.Single(await GivenUpAsync());
    }

    private async Task<List<Guid>> GivenUpAsync()
    {
        await using var database = _server.OpenDatabase();
        var failed = database.WebhookDeliveries.Where(row => row.Status == WebhookDeliveryStatus.Failed);
        return await failed.Select(row => row.Id).ToListAsync();
    }
}
