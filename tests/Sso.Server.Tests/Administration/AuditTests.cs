using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.Actors;
using Sso.Accounts.Audit;
using Sso.Data.Administrators;
using Sso.Data.Operations;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>The record of events as the console shows it.</summary>
public sealed class AuditTests(SsoServer server) : IClassFixture<SsoServer>, IAsyncLifetime
{
    public ValueTask InitializeAsync() => server.ForgetAttemptsAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Events_are_found_by_what_happened_to_whom_where_and_by_whom()
    {
        var (ada, bo) = (await server.AddPersonAsync("ada"), await server.AddPersonAsync("bo"));
        var auditor = await server.AddAdministratorAsync(AdministratorRole.Auditor);
        await HappenAsync(
            SecurityEvent.PasswordFailed(Now, ada.Id, "negozio", "wrong", ("Firefox", "Windows")),
            SecurityEvent.PasswordFailed(Now, bo.Id, "posta", "wrong", ("Firefox", "Windows")),
            SecurityEvent.PersonRead(Now, ada.Id, $"administrator:{bo.Subject}"),
            SecurityEvent.TwoFactorDisabled(Now, ada.Id, Guid.CreateVersion7()));
        var browser = server.OpenBrowser();
        await browser.OpenAsync(auditor, "/console/audit");

        Assert.Equal(["Password errata"], await FoundAsync(browser, $"person={ada.UserName}&kind=PasswordFailed"));
        Assert.Equal(["Password errata"], await FoundAsync(browser, $"person={ada.Email}&app=negozio"));
        Assert.Empty(await FoundAsync(browser, $"person={ada.Subject}&app=posta"));
        Assert.Equal(
            ["Dati di persone letti da un operatore"],
            await FoundAsync(browser, $"person={ada.UserName}&by={bo.UserName}"));
        foreach (var (query, said, field) in ((string, string, string)[])
            [
                ("person=nessuno", "Nessun account si chiama", "person"), ("from=ieri", "Scrivi il giorno", "from"),
                ("until=ieri", "Scrivi il giorno", "until"), ("from=2026-11-30&until=2026-11-29", "Scambiali", "from"),
                ("kind=Foo", "tipo di evento non esiste", "kind"),
            ])
        {
            var page = await browser.GetAsync("/console/audit?" + query);
            Assert.Contains(said, page.Document.GetElementById("error-summary")!.TextContent, StringComparison.Ordinal);
            Assert.StartsWith("Errore", page.Document.Title, StringComparison.Ordinal);
            Assert.Equal("true", page.Document.GetElementById(field)!.GetAttribute("aria-invalid"));
            Assert.Equal("#" + field, page.Document.QuerySelector("#error-summary a")!.GetAttribute("href"));
        }
    }

    [Fact]
    public async Task A_day_is_that_of_the_viewer_and_the_last_one_counts_to_its_end()
    {
        var ada = await server.AddPersonAsync("ada");
        var auditor = await server.AddAdministratorAsync(AdministratorRole.Auditor);
        await using (var database = server.OpenDatabase())
        {
            await database.Users.Where(person => person.Id == auditor.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(person => person.ZoneInfo, "Europe/Rome"));
        }

        // There the 10th of May begins at 22:00 UTC of the 9th.
        var midnight = new DateTimeOffset(2026, 5, 9, 22, 0, 0, TimeSpan.Zero);
        await HappenAsync(
            SecurityEvent.PasswordFailed(midnight.AddSeconds(-1), ada.Id, "a", "wrong", ("Firefox", "Windows")),
            SecurityEvent.TwoFactorDisabled(midnight, ada.Id, Guid.CreateVersion7()),
            SecurityEvent.TwoFactorDisabled(midnight.AddDays(1).AddSeconds(-1), ada.Id, Guid.CreateVersion7()),
            SecurityEvent.PasswordFailed(midnight.AddDays(1), ada.Id, "a", "wrong", ("Firefox", "Windows")));
        var browser = server.OpenBrowser();
        await browser.OpenAsync(auditor, "/console/audit");

        var found = await FoundAsync(browser, $"person={ada.UserName}&from=2026-05-10&until=2026-05-10");
        Assert.Equal(2, found.Length);
        Assert.All(found, what => Assert.Equal("Autenticazione a due fattori disattivata", what));
    }

    [Fact]
    public async Task A_long_list_goes_on_without_losing_or_repeating_an_event()
    {
        var ada = await server.AddPersonAsync("ada");
        var auditor = await server.AddAdministratorAsync(AdministratorRole.Auditor);
        await HappenAsync([.. Enumerable.Range(0, 120).Select(number => WrongPassword(ada, Now.AddTicks(number * 3000)))]);
        var browser = server.OpenBrowser();
        var page = await browser.OpenAsync(auditor, $"/console/audit?person={ada.UserName}&kind=PasswordFailed");
        var seen = new List<string>();
        for (var part = 0; ; part++)
        {
            Assert.True(part < 4);
            seen.AddRange(page.Document.QuerySelectorAll("main li .what a").Select(link => link.GetAttribute("href")!));
            if (page.Document.QuerySelector("a[rel=next]") is not { } next)
            {
                break;
            }

            page = await browser.GetAsync(next.GetAttribute("href")!);
        }

        Assert.Equal(120, seen.Count);
        Assert.Equal(120, seen.Distinct().Count());
    }

    /// <summary>However long the record is, one page looks at so many rows, and says how far back it came.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_search_for_something_rare_stops_after_so_many_events_and_goes_on_from_there(bool ofOnePerson)
    {
        var ada = await server.AddPersonAsync("ada");
        await HappenAsync([SecurityEvent.TwoFactorDisabled(Now, ada.Id, Guid.CreateVersion7())]);
        await HappenAsync([.. Enumerable.Range(1, 25).Select(number => WrongPassword(ada, Now.AddMilliseconds(number)))]);
        await using var scope = server.App.Services.CreateAsyncScope();
        var search = new EventSearch(SecurityEventKind.TwoFactorDisabled, ofOnePerson ? ada.UserName : null, From: Now.AddHours(-1));
        var by = ActingOperator.AtCommandLine("test");
        Guid? before = null;
        var (found, parts) = (0, 0);
        do
        {
            var part = (await scope.ServiceProvider.GetRequiredService<SearchEvents>()
                .ExecuteAsync(search, before, by, CancellationToken.None, most: 10)).Value!;
            found += part.Lines.Count(line => line.PersonId == ada.Id);
            before = part.Next;
            parts++;
            Assert.Equal(part.Next is null, part.LookedBackTo is null);
        }
        while (found == 0 && before is not null);

        Assert.Equal(1, found);
        Assert.True(parts >= 3, $"{parts} parts");
    }

    [Fact]
    public async Task One_event_is_shown_with_all_that_is_recorded()
    {
        var ada = await server.AddPersonAsync("ada");
        var auditor = await server.AddAdministratorAsync(AdministratorRole.Auditor);
        var item = SecurityEvent.PersonChanged(
            Now, ada.Id, "role given", Sso.Admin.RecordedChanges.Of(("role", "Auditor", "Owner")));
        item.Stamp("node-7", $"administrator:{auditor.Subject}", "request-9", "192.0.2.44");
        await HappenAsync(item);
        var browser = server.OpenBrowser();
        var page = await browser.OpenAsync(auditor, $"/console/event?event={item.Id:N}");
        var text = page.Document.QuerySelector("main")!.TextContent;
        foreach (var fact in (string[])
        [
            "Account modificato da un operatore", ada.UserName, ada.Subject, "amministratore " + auditor.UserName, "ruolo assegnato",
            "192.0.2.44", "request-9", "node-7", "Prima: Auditor", "Dopo: Owner", "non ancora sigillato", item.Id.ToString("N"),
        ])
        {
            Assert.Contains(fact, text, StringComparison.Ordinal);
        }

        // An auditor reads the record, and no accounts.
        Assert.Null(page.Document.QuerySelector("main a[href^='/console/person']"));
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync($"/console/event?event={Guid.Empty:N}")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/console/event")).Status);
    }

    [Fact]
    public async Task Our_own_areas_and_what_the_record_calls_things_have_words()
    {
        var ada = await server.AddPersonAsync("ada");
        var auditor = await server.AddAdministratorAsync(AdministratorRole.Auditor);
        var item = SecurityEvent.PasswordFailed(Now, ada.Id, "sso:console", "wrong", ("Firefox", "Windows"));
        var refused = SecurityEvent.RequestRefused(Now, "negozio-parole", "openid", "challenge-missing");
        await HappenAsync(
            item, SecurityEvent.PasswordFailed(Now, ada.Id, "sso:account", "unknown name", (null, null)), refused,
            SecurityEvent.ClientChanged(Now, "negozio-parole", "looser policy proposed", changes: null),
            SecurityEvent.RegistrationTokenChanged(Now, "partner", "added"));
        var browser = server.OpenBrowser();
        var page = await browser.OpenAsync(auditor, $"/console/audit?person={ada.UserName}");
        var list = page.Document.QuerySelector("main .rows")!.TextContent;
        Assert.Contains("Console", list, StringComparison.Ordinal);
        Assert.Contains("Area account", list, StringComparison.Ordinal);
        Assert.Contains("nome che non esiste", list, StringComparison.Ordinal);
        Assert.DoesNotContain("sso:", list, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", list, StringComparison.Ordinal);
        list = (await browser.GetAsync("/console/audit?app=negozio-parole")).Document.QuerySelector("main .rows")!.TextContent;
        Assert.Contains("accesso meno protetto: proposto", list, StringComparison.Ordinal);
        list = (await browser.GetAsync("/console/audit?kind=ClientChanged")).Document.QuerySelector("main .rows")!.TextContent;
        Assert.Contains("token di registrazione partner: aggiunto", list, StringComparison.Ordinal);

        var text = (await browser.GetAsync($"/console/event?event={item.Id:N}")).Document.QuerySelector("main")!.TextContent;
        Assert.DoesNotContain("non più registrata", text, StringComparison.Ordinal);
        Assert.Contains("sbagliato", text, StringComparison.Ordinal);
        text = (await browser.GetAsync($"/console/event?event={refused.Id:N}")).Document.QuerySelector("main")!.TextContent;
        Assert.Contains(
            Sso.Protocol.DocumentedError.All.Single(line => line.Id == "challenge-missing").Italian, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_is_recorded_with_ids_and_without_what_was_typed()
    {
        var ada = await server.AddPersonAsync("ada");
        var auditor = await server.AddAdministratorAsync(AdministratorRole.Auditor);
        await server.OpenBrowser().OpenAsync(auditor, $"/console/audit?person={ada.Email}&app=segreto-digitato");
        await using var database = server.OpenDatabase();
        var recorded = await database.SecurityEvents.SingleAsync(
            item => item.Kind == SecurityEventKind.ApiRead && item.Actor == $"administrator:{auditor.Subject}");
        Assert.Equal("events searched", recorded.Detail);
        Assert.Contains(ada.Subject, recorded.Changes, StringComparison.Ordinal);
        Assert.DoesNotContain(ada.Email, recorded.Changes, StringComparison.Ordinal);
        Assert.DoesNotContain("segreto", recorded.Changes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_part_of_a_search_is_recorded_wherever_its_address_says_that_it_begins()
    {
        var auditor = await server.AddAdministratorAsync(AdministratorRole.Auditor);
        var browser = server.OpenBrowser();
        await browser.OpenAsync(auditor, "/console/audit?by=server&before=ffffffffffffffffffffffffffffffff");
        await using var database = server.OpenDatabase();
        var recorded = await database.SecurityEvents.SingleAsync(
            item => item.Kind == SecurityEventKind.ApiRead && item.Actor == $"administrator:{auditor.Subject}");
        Assert.Contains("\"actor\"", recorded.Changes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kind_that_does_not_exist_finds_nothing_and_makes_no_file_of_everything()
    {
        var auditor = await server.AddAdministratorAsync(AdministratorRole.Auditor);
        var browser = server.OpenBrowser();
        var page = await browser.OpenAsync(auditor, "/console/audit?kind=PasswordFaild");
        Assert.Contains("tipo di evento non esiste", page.Document.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Empty(page.Document.QuerySelectorAll("a[href*='/console/event']"));
        var answer = await browser.PostAsync(
            "/console/audit?handler=File&kind=PasswordFaild", [new("__RequestVerificationToken", page.Token())]);
        Assert.DoesNotContain("jsonl", answer.Headers.GetValueOrDefault("Content-Type") ?? "", StringComparison.Ordinal);
        await using var database = server.OpenDatabase();
        Assert.False(await database.SecurityEvents.AnyAsync(
            item => item.Detail == "events exported" && item.Actor == $"administrator:{auditor.Subject}"));
    }

    [Fact]
    public async Task The_file_holds_what_was_found_byte_for_byte_as_the_command_line_writes_it()
    {
        var ada = await server.AddPersonAsync("ada");
        var auditor = await server.AddAdministratorAsync(AdministratorRole.Auditor);
        await HappenAsync(
            SecurityEvent.PasswordFailed(Now, ada.Id, "negozio", "wrong", ("Firefox", "Windows")),
            SecurityEvent.TwoFactorDisabled(Now.AddMilliseconds(2), ada.Id, Guid.CreateVersion7()),
            SecurityEvent.PasswordFailed(Now.AddMilliseconds(4), ada.Id, "posta", "wrong", ("Firefox", "Windows")));
        await server.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None);
        var browser = server.OpenBrowser();
        var page = await browser.OpenAsync(auditor, $"/console/audit?person={ada.UserName}&kind=PasswordFailed");
        var file = await browser.SubmitAsync(page, form: "export");

        Assert.Equal(["negozio", "posta"], file.Text.TrimEnd('\n').Split('\n')
            .Select(line => System.Text.Json.Nodes.JsonNode.Parse(line)!["client_id"]!.GetValue<string>()));
        var written = await CommandLine.RunOnAsync(
            server.Clock,
            [$"--Database:Provider={server.Database.Provider}", $"--Database:ConnectionString={server.Database.ConnectionString}"], "",
            "audit", "export", "--person", ada.UserName, "--kind", "password-failed");
        Assert.Equal((0, file.Text), (written.Code, written.Output));
        await using var database = server.OpenDatabase();
        Assert.True(await database.SecurityEvents.AnyAsync(
            item => item.Detail == "events exported" && item.Actor == $"administrator:{auditor.Subject}"));
    }

    [Fact]
    [Spec("S134")]
    public async Task The_check_finds_what_was_changed_in_the_newest_part()
    {
        var auditor = await server.AddAdministratorAsync(AdministratorRole.Auditor);
        var item = SecurityEvent.TwoFactorDisabled(Now, auditor.Id, Guid.CreateVersion7());
        await HappenAsync(item);
        await server.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None);
        var browser = server.OpenBrowser();
        var page = await browser.SubmitAsync(await browser.OpenAsync(auditor, "/console/audit/check"), form: "check");
        Assert.NotNull(page.Document.QuerySelector(".notice.success"));

        await using var database = server.OpenDatabase();
        await database.SecurityEvents.Where(row => row.Id == item.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Detail, "altro"));
        page = await browser.SubmitAsync(await browser.GetAsync("/console/audit/check"), form: "check");
        Assert.Contains("è stato cambiato", page.Document.QuerySelector("#findings")!.TextContent, StringComparison.Ordinal);
        await database.SecurityEvents.Where(row => row.Id == item.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Detail, (string?)null));
    }

    private static SecurityEvent WrongPassword(Customer person, DateTimeOffset at) =>
        SecurityEvent.PasswordFailed(at, person.Id, "negozio", "wrong", ("Firefox", "Windows"));

    private DateTimeOffset Now => server.Clock.GetUtcNow();

    private async Task HappenAsync(params SecurityEvent[] events)
    {
        await using var database = server.OpenDatabase();
        database.SecurityEvents.AddRange(events);
        await database.SaveChangesAsync();
    }

    private static async Task<string[]> FoundAsync(Browser browser, string query) =>
    [
        .. (await browser.GetAsync("/console/audit?" + query)).Document.QuerySelectorAll("main li .what b")
            .Select(what => what.TextContent),
    ];
}
