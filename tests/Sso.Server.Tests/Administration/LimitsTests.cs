using System.Globalization;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Localization;
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
        var words = server.App.Services.GetRequiredService<IStringLocalizer<Sso.Server.Pages.Console.Limits.Index>>();
        CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(language);
        Assert.All(limits.SelectMany(limit => (string[])[limit.Counts, limit.Per, limit.Told]), text =>
        {
            var said = words[Sso.Server.Pages.Console.Limits.Index.WordsOf(text)];
            Assert.False(said.ResourceNotFound, text);
            Assert.Contains(lines, line => line.Contains(said.Value, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task Whoever_is_stopped_by_two_limits_has_two_lines_and_whoever_has_a_higher_role_is_let_go_on_by_others()
    {
        var chiusa = await (await server.AddPersonAsync("chiusa")).WithAppAsync();
        var higher = await server.AddAdministratorAsync(AdministratorRole.Security);
        var stranger = server.OpenBrowser();
        stranger.Address = "192.0.2.69";
        for (var wrong = 0; wrong < 6; wrong++)
        {
            await Journey.PasswordAsync(stranger, await stranger.GetAsync("/signin"), chiusa, "non è questa");
        }

        await ShutFactorsAsync(LimitTable.Factor.Most);
        var (browser, help) = (server.OpenBrowser(), await server.AddAdministratorAsync(AdministratorRole.HelpDesk));
        browser.Address = "192.0.2.79";
        var page = await browser.OpenAsync(help, "/console/limits");
        await ShutFactorsAsync(0);
        Assert.Contains(higher.UserName, page.Document.QuerySelector("#stopped")!.TextContent, StringComparison.Ordinal);
        var forms = page.Document.QuerySelectorAll("#stopped form").Select(form => form.Id!).ToList();
        Assert.Equal(forms.Distinct(), forms);
        Assert.Equal(2, forms.Count(id => id.Contains(chiusa.Subject, StringComparison.Ordinal)));
        Assert.DoesNotContain(forms, id => id.Contains(higher.Subject, StringComparison.Ordinal));

        async Task ShutFactorsAsync(int failures)
        {
            var people = new[] { chiusa, higher }.Select(person => Guid.ParseExact(person.Subject, "N")).ToList();
            await using var database = server.OpenDatabase();
            await database.SecondFactors.Where(factor => people.Contains(factor.PersonId))
                .ExecuteUpdateAsync(set => set.SetProperty(factor => factor.ConsecutiveFailures, failures));
        }
    }

    [Fact]
    public async Task Only_so_many_of_the_newest_events_are_looked_at_for_whoever_failed()
    {
        var ada = await server.AddPersonAsync("ada");
        var stranger = server.OpenBrowser();
        stranger.Address = "192.0.2.70";
        for (var wrong = 0; wrong < 6; wrong++)
        {
            await Journey.PasswordAsync(stranger, await stranger.GetAsync("/signin"), ada, "non è questa");
        }

        // Keys of one millisecond are in no order.
        await server.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Contains(await StoppedAsync(20_000), person => person.Sub == ada.Subject);
        // The reading before is itself the newest event.
        Assert.DoesNotContain(await StoppedAsync(1), person => person.Sub == ada.Subject);

        async Task<IEnumerable<StoppedPerson>> StoppedAsync(int mostLookedAt)
        {
            await using var scope = server.App.Services.CreateAsyncScope();
            var stopped = scope.ServiceProvider.GetRequiredService<ListStopped>();
            return (await stopped.ExecuteAsync(address => address, TestContext.Current.CancellationToken, mostLookedAt)).People;
        }
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

        page = await browser.SubmitAsync(page, form: $"unlock-{ada.Subject}-{LimitTable.Password.Name}");
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
