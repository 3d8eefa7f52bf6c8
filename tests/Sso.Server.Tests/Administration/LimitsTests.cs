using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.Limits;
using Sso.Data.Administrators;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>The limits as the console shows them, and who is stopped by one.</summary>
public sealed class LimitsTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("it")]
    [InlineData("en")]
    public async Task Every_limit_has_a_line_in_words(string language)
    {
        var (browser, auditor) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Auditor));
        var page = await browser.OpenAsync(auditor, "/console/limits");
        page = await browser.PostAsync(
            "/language",
            [new("__RequestVerificationToken", page.Token()), new("to", language), new("back", "/console/limits")]);
        var lines = page.Document.QuerySelectorAll("#limits > li").Select(line => line.TextContent).ToList();
        var limits = server.App.Services.GetRequiredService<LimitTable>().All;
        Assert.Equal(limits.Count, lines.Count);
        // A text that is missing is shown as its key.
        Assert.All(limits, limit => Assert.All(
            (string[])[limit.Counts, limit.Per, limit.Told],
            text => Assert.DoesNotContain(
                lines, line => text.Contains(' ', StringComparison.Ordinal)
                    && line.Contains(Sso.Server.Pages.Console.Limits.Index.WordsOf(text), StringComparison.Ordinal))));
    }

    [Fact]
    [Spec("S79")]
    public async Task A_person_and_an_address_that_are_stopped_are_named_and_the_person_can_be_let_go_on()
    {
        var (ada, bo) = (await server.AddPersonAsync("ada"), await server.AddPersonAsync("bo"));
        var stranger = server.OpenBrowser();
        stranger.Address = "192.0.2.66";
        for (var wrong = 0; wrong < 6; wrong++)
        {
            await Journey.PasswordAsync(stranger, await stranger.GetAsync("/signin"), ada, "non è questa");
        }

        for (var name = 0; name < 12; name++)
        {
            var nobody = await server.AddPersonAsync($"altro{name}");
            await Journey.PasswordAsync(stranger, await stranger.GetAsync("/signin"), nobody, "non è questa");
        }

        var (browser, help) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.HelpDesk));
        browser.Address = "192.0.2.77";
        var page = await browser.OpenAsync(help, "/console/limits");
        var stopped = page.Document.QuerySelector("#stopped")!.TextContent;
        Assert.Contains(ada.UserName, stopped, StringComparison.Ordinal);
        Assert.Contains("192.0.2.66", stopped, StringComparison.Ordinal);
        Assert.DoesNotContain(bo.UserName, stopped, StringComparison.Ordinal);

        page = await browser.SubmitAsync(page, form: "unlock-" + ada.Subject);
        Assert.NotNull(page.Document.QuerySelector(".notice.success"));
        Assert.DoesNotContain(ada.UserName, page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        Assert.True(await database.SecurityEvents.AnyAsync(
            item => item.PersonId == ada.Id && item.Actor == $"administrator:{help.Subject}" && item.Detail == "unlocked"));
    }

    [Fact]
    public async Task An_auditor_sees_who_is_stopped_and_ends_nothing()
    {
        var ada = await server.AddPersonAsync("ada");
        var stranger = server.OpenBrowser();
        stranger.Address = "192.0.2.68";
        for (var wrong = 0; wrong < 6; wrong++)
        {
            await Journey.PasswordAsync(stranger, await stranger.GetAsync("/signin"), ada, "non è questa");
        }

        var (browser, auditor) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.Auditor));
        browser.Address = "192.0.2.78";
        var page = await browser.OpenAsync(auditor, "/console/limits");
        Assert.Contains(ada.UserName, page.Document.QuerySelector("#stopped")!.TextContent, StringComparison.Ordinal);
        Assert.Null(page.Document.QuerySelector("#stopped form"));
        var answer = await browser.PostAsync(
            $"/console/limits?sub={ada.Subject}&handler=Unlock", [new("__RequestVerificationToken", page.Token())]);
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
    }
}
