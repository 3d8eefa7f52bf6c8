using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Accounts.Actors;
using Sso.Accounts.Imports;
using Sso.Data.Administrators;
using Sso.Data.Imports;
using Sso.Data.Operations;
using Sso.Server.Imports;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>A file of people on the console: checked at once, imported in the background once confirmed, reported line by line.</summary>
[Spec("S150")]
public sealed class ImportTests : IAsyncLifetime
{
    private const string Address = "/console/people/import";
    private const string File = "Input.File";

    /// <summary>More than one chunk.</summary>
    private const int Many = 501;

    private readonly SsoServer _server = new();

    private Customer _owner = null!;
    private Browser _browser = null!;

    public async ValueTask InitializeAsync()
    {
        await _server.InitializeAsync();
        _owner = await _server.AddAdministratorAsync(AdministratorRole.Owner);
        _browser = _server.OpenBrowser();
        await _browser.OpenAsync(_owner, Address);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_file_is_checked_at_once_each_refused_line_has_its_reason_and_nobody_is_imported()
    {
        var here = await _server.AddPersonAsync("ada");
        var page = await UploadAsync(
            Line("anna"), "", Line("bruno", """ ,"locale":"è" """), """{"user_name":"carla"}""", Line("anna"),
            $$"""{"user_name":"{{here.UserName}}","email":"{{here.UserName}}@example.it"}""",
            Line("dino", """ ,"password_hash":"plain" """));

        Assert.Equal("/console/people/import/job", page.Path);
        Assert.Equal(("1", "4"), (Number(page, "good"), Number(page, "refused")));
        Assert.Equal(
            ["Riga 3, locale", "Riga 4, email", "Riga 5, user_name", "Riga 7, password_hash"],
            page.Document.QuerySelectorAll("#refusals b").Select(item => item.TextContent.Trim())
                .Select(text => text.StartsWith("Riga 6", StringComparison.Ordinal) ? "" : text).Where(text => text.Length > 0));
        await using var database = _server.OpenDatabase();
        Assert.False(await database.Users.AnyAsync(person => person.UserName == "anna"));
        Assert.False(await database.SecurityEvents.AnyAsync(item => item.Kind == SecurityEventKind.PeopleImported));
    }

    [Fact]
    public async Task An_external_id_that_is_taken_or_comes_twice_is_named_apart_from_names()
    {
        await using (var database = _server.OpenDatabase())
        {
            await database.Users.Where(person => person.Id == _owner.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(person => person.ExternalId, "crm-1"));
        }

        var page = await UploadAsync(
            Line("anna", """ ,"external_id":"crm-2" """), Line("bruno", """ ,"external_id":"crm-2" """),
            Line("carla", """ ,"external_id":"crm-1" """), Line("dino", """ ,"external_id":" " """));

        var reasons = page.Document.QuerySelector("#refusals")!.TextContent;
        Assert.Equal(("1", "3"), (Number(page, "good"), Number(page, "refused")));
        foreach (var reason in (string[])
        [
            "Una riga sopra ha lo stesso identificativo esterno", "L’identificativo esterno è già di un altro",
            "L’identificativo esterno va da 1 a 255 caratteri",
        ])
        {
            Assert.Contains(reason, reasons, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_waits_for_the_confirmation_is_encrypted_and_of_refused_lines_nothing_but_number_and_reason_is_kept()
    {
        await UploadAsync(Line("anna"), """{"user_name":"carla","secret":"carlas"}""");
        await using var database = _server.OpenDatabase();
        var chunk = await database.ImportChunks.AsNoTracking().SingleAsync();
        Assert.DoesNotContain("anna", Encoding.UTF8.GetString(chunk.Protected!), StringComparison.Ordinal);
        Assert.DoesNotContain("carla", chunk.Outcomes, StringComparison.Ordinal);
        Assert.Contains("\"l\":2", chunk.Outcomes, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Confirmed_it_is_imported_in_the_background_and_nothing_of_the_file_stays_but_the_report()
    {
        var page = await UploadAsync([.. Lines(Many), Line("x", """ ,"locale":"è" """)], ("Input.Emails", "true"));
        page = await _browser.SubmitAsync(page, form: "begin");
        Assert.Equal("/console/people/import/job", page.Path);
        await EndedAsync();

        page = await _browser.GetAsync(page.Url.PathAndQuery);
        Assert.Equal(
            ("501", "0", "1"), (Number(page, "imported"), Number(page, "already"), Number(page, "refused")));
        Assert.False(page.Headers.ContainsKey("Refresh"));
        await using var database = _server.OpenDatabase();
        Assert.Equal(Many, await database.Users.CountAsync(person => person.UserName!.StartsWith("lot-") && person.EmailConfirmed));
        Assert.False(await database.ImportChunks.AnyAsync(chunk => chunk.Protected != null || chunk.DoneAt == null));
        Assert.Equal(["begun", "ended"], await RecordedAsync());
        var actors = await database.SecurityEvents.Where(item => item.Detail == "imported").Select(item => item.Actor).Distinct()
            .ToListAsync();
        Assert.Equal([$"administrator:{_owner.Subject}"], actors);
    }

    [Fact]
    public async Task The_report_is_a_table_with_what_became_of_each_line()
    {
        var page = await UploadAsync(Line("anna"), Line("bruno", """ ,"locale":"è" """));
        page = await _browser.SubmitAsync(page, form: "begin");
        await EndedAsync();
        page = await _browser.GetAsync(page.Url.PathAndQuery);
        var table = await _browser.GetAsync(page.Document.QuerySelector("#csv")!.GetAttribute("href")!);
        Assert.StartsWith("text/csv", table.Headers["Content-Type"], StringComparison.Ordinal);
        string[] expected =
        [
                "\"riga\",\"esito\",\"campo\",\"motivo\"", "\"1\",\"importata\",\"\",\"\"",
                "\"2\",\"scartata\",\"locale\",\"La lingua non è un codice come it o en‑GB.\"", "",
        ];
        Assert.Equal(expected, table.Text.TrimStart('\ufeff').Split("\r\n"));
    }

    [Fact]
    public async Task The_same_file_again_changes_nobody_and_says_that_they_are_here()
    {
        await _browser.SubmitAsync(await UploadAsync(Line("anna")), form: "begin");
        await EndedAsync();
        var page = await UploadAsync(Line("anna"));
        Assert.Equal(("0", "1"), (Number(page, "good"), Number(page, "already")));
        Assert.Null(page.Document.QuerySelector("#begin"));
    }

    [Fact]
    public async Task A_second_confirmation_by_another_tab_or_a_reload_changes_nothing()
    {
        var page = await UploadAsync(Line("anna"));
        await _browser.SubmitAsync(page, form: "begin");
        await EndedAsync();
        var again = await _browser.SubmitAsync(page, form: "begin");
        Assert.Equal(HttpStatusCode.OK, again.Status);
        await _browser.SubmitAsync(page, form: "discard");
        Assert.Equal(["begun", "ended"], await RecordedAsync());
        Assert.Equal("1", Number(await _browser.GetAsync(page.Url.PathAndQuery), "imported"));
    }

    [Fact]
    public async Task A_file_is_confirmed_and_discarded_by_whoever_uploaded_it_and_nobody_else()
    {
        var page = await UploadAsync(Line("anna"));
        var colleague = await _server.AddAdministratorAsync(AdministratorRole.Owner);
        var other = _server.OpenBrowser();
        await other.OpenAsync(colleague, Address);

        var seen = await other.GetAsync(page.Url.PathAndQuery);

        Assert.Null(seen.Document.GetElementById("good"));
        await using var database = _server.OpenDatabase();
        var job = await database.ImportJobs.SingleAsync();
        await using var scope = _server.App.Services.CreateAsyncScope();
        var change = scope.ServiceProvider.GetRequiredService<ChangeImport>();
        var by = ActingOperator.AtConsole(colleague.Id);
        Assert.False(await change.BeginAsync(job.Id, by, default));
        await change.DiscardAsync(job.Id, by, default);
        Assert.True(await database.ImportJobs.AnyAsync());
    }

    [Fact]
    public async Task An_import_ends_with_the_role_of_whoever_confirmed_it()
    {
        await UploadAsync(Line("anna"));
        var (id, worker) = await HeldByAnotherNodeAsync();
        await using (var database = _server.OpenDatabase())
        {
            await database.Administrators.Where(row => row.PersonId == _owner.Id)
                .ExecuteUpdateAsync(set => set.SetProperty(row => row.Role, AdministratorRole.Auditor));
        }

        Assert.False(await NextAsync(id, worker));

        Assert.Equal((ImportJobStatus.GivenUp, 0), await ProgressAsync());
    }

    [Fact]
    public async Task Confirming_needs_a_proof_of_a_few_minutes_ago_and_checking_does_not()
    {
        await _server.PassAsync(TimeSpan.FromMinutes(6));
        var page = await UploadAsync(Line("anna"));
        var proof = await _browser.SubmitAsync(page, form: "begin");
        Assert.NotEqual("/console/people/import/job", proof.Path);
        Assert.Empty(await RecordedAsync());
        page = await _browser.ProveAsync(_owner, proof);
        Assert.Equal("/console/people/import/job", page.Path);
        await _browser.SubmitAsync(page, form: "begin");
        await EndedAsync();
    }

    [Fact]
    public async Task While_it_goes_on_the_page_says_how_far_it_is_and_asks_again_by_itself_unless_told_not_to()
    {
        var page = await UploadAsync([.. Lines(Many)]);
        var (id, worker) = await HeldByAnotherNodeAsync();
        Assert.True(await NextAsync(id, worker));

        page = await _browser.GetAsync(page.Url.PathAndQuery);
        Assert.Equal("3", page.Headers["Refresh"]);
        var bar = page.Document.QuerySelector("progress")!;
        Assert.Equal(("500", "501"), (bar.GetAttribute("value"), bar.GetAttribute("max")));
        Assert.Contains("500", page.Document.QuerySelector("#progress-text")!.TextContent, StringComparison.Ordinal);
        page = await _browser.GetAsync(page.Document.QuerySelector("#still")!.GetAttribute("href")!);
        Assert.False(page.Headers.ContainsKey("Refresh"));
        Assert.NotNull(page.Document.QuerySelector("#reload"));
    }

    [Fact]
    public async Task An_import_of_a_node_that_was_killed_is_gone_on_with_when_its_lease_is_over_and_nobody_is_imported_twice()
    {
        await UploadAsync([.. Lines(Many)]);
        var (id, killed) = await HeldByAnotherNodeAsync();
        Assert.True(await NextAsync(id, killed));
        await Dispatcher.SendDueAsync(CancellationToken.None);
        Assert.Equal((ImportJobStatus.Running, 500), await ProgressAsync());

        await _server.PassAsync(RunImport.Lease + TimeSpan.FromSeconds(1));
        await Dispatcher.SendDueAsync(CancellationToken.None);
        await EndedAsync();

        Assert.Equal((ImportJobStatus.Done, Many), await ProgressAsync());
        // It was only slow, and comes back.
        Assert.False(await NextAsync(id, killed));
        await using var database = _server.OpenDatabase();
        Assert.Equal(Many, await database.Users.CountAsync(person => person.UserName!.StartsWith("lot-")));
        Assert.Equal(Many, await database.SecurityEvents.CountAsync(item => item.Detail == "imported"));
        Assert.Equal(["ended"], await RecordedAsync());
    }

    [Fact]
    public async Task A_worker_that_was_overtaken_while_it_worked_on_a_chunk_writes_nothing_of_it()
    {
        await UploadAsync(Line("anna"));
        var (id, slow) = await HeldByAnotherNodeAsync();
        // Once the job and its chunk were read, another node has it.
        using (new StatementBefore(
            _server.Database.Name,
            """UPDATE "ImportJobs" SET "Owner" = CASE WHEN "Attempts" > 1 THEN "Id" ELSE "Owner" END, "Attempts" = "Attempts" + 1"""))
        {
            Assert.False(await NextAsync(id, slow));
        }

        await using var after = _server.OpenDatabase();
        Assert.False(await after.Users.AnyAsync(person => person.UserName == "anna"));
        Assert.True(await after.ImportChunks.AnyAsync(chunk => chunk.Protected != null));
    }

    [Fact]
    public async Task Stopped_it_leaves_whoever_was_imported_and_forgets_the_rest_of_the_file()
    {
        var page = await UploadAsync([.. Lines(Many)]);
        var (id, worker) = await HeldByAnotherNodeAsync();
        Assert.True(await NextAsync(id, worker));
        page = await _browser.SubmitAsync(await _browser.GetAsync(page.Url.PathAndQuery), form: "stopping");

        Assert.Equal(("500", "1"), (Number(page, "imported"), Number(page, "left")));
        // That of the whole file would not be that of those who were imported.
        Assert.Null(page.Document.GetElementById("factors"));
        Assert.False(await NextAsync(id, worker));
        await using var database = _server.OpenDatabase();
        Assert.False(await database.ImportChunks.AnyAsync(chunk => chunk.Protected != null));
        Assert.Equal(500, await database.Users.CountAsync(person => person.UserName!.StartsWith("lot-")));
        Assert.Equal(["stopped"], await RecordedAsync());
    }

    [Fact]
    public async Task What_cannot_be_opened_is_given_up_after_some_tries_and_forgotten()
    {
        await UploadAsync(Line("anna"));
        await HeldByAnotherNodeAsync();
        await using var database = _server.OpenDatabase();
        await database.ImportChunks.ExecuteUpdateAsync(set => set.SetProperty(chunk => chunk.Protected, new byte[100]));
        // The server's own clock may claim it between the two, and an attempt of the test then finds nothing due.
        await Patience.UntilAsync(
            async () =>
            {
                await _server.PassAsync(RunImport.Lease + TimeSpan.FromSeconds(1));
                await Dispatcher.SendDueAsync(CancellationToken.None);
                return !await database.ImportJobs.AnyAsync(job => job.Status == ImportJobStatus.Running);
            },
            "the import is given up");
        Assert.Equal((ImportJobStatus.GivenUp, 0), await ProgressAsync());
        Assert.False(await database.ImportChunks.AnyAsync(chunk => chunk.Protected != null));
        Assert.Equal(["given up"], await RecordedAsync());
    }

    [Fact]
    public async Task A_file_that_nobody_confirms_is_forgotten_after_an_hour_and_a_report_after_thirty_days()
    {
        var draft = await UploadAsync(Line("anna"));
        await _server.PassAsync(ImportJob.DraftLife + TimeSpan.FromSeconds(1));
        await _server.KeepHouseAsync();
        await using var database = _server.OpenDatabase();
        Assert.False(await database.ImportChunks.AnyAsync());
        await _browser.OpenAsync(_owner, Address);
        var page = await _browser.SubmitAsync(draft, form: "begin");
        Assert.Equal(Address, page.Path);
        Assert.Contains("non c’è più", page.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);

        await _browser.SubmitAsync(await UploadAsync(Line("anna")), form: "begin");
        await EndedAsync();
        await _server.PassAsync(ImportJob.Kept - TimeSpan.FromMinutes(1));
        await _server.KeepHouseAsync();
        Assert.True(await database.ImportJobs.AnyAsync());
        await _server.PassAsync(TimeSpan.FromMinutes(2));
        await _server.KeepHouseAsync();
        Assert.False(await database.ImportJobs.AnyAsync());
    }

    [Fact]
    public async Task A_new_file_takes_the_place_of_the_one_that_this_administrator_did_not_confirm()
    {
        var former = await UploadAsync(Line("anna"));
        await UploadAsync(Line("bruno"));
        Assert.Equal(Address, (await _browser.GetAsync(former.Url.PathAndQuery)).Path);
        await using var database = _server.OpenDatabase();
        Assert.Equal(1, await database.ImportJobs.CountAsync());
    }

    [Theory]
    [InlineData("", "vuoto")]
    [InlineData("\n \n", "vuoto")]
    [InlineData("\u00ff", "UTF‑8")]
    [InlineData("user_name;email\nada;ada@example.it", "CSV")]
    [InlineData("[]", "elenco JSON")]
    public async Task What_is_no_file_of_people_is_refused_with_what_to_do(string content, string word)
    {
        var page = await UploadAsync(Encoding.Latin1.GetBytes(content));
        Assert.Contains(word, page.Document.QuerySelector("#file-error")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_lines_or_too_many_bytes_are_refused_with_the_limit_and_another_way()
    {
        var page = await UploadAsync(Encoding.UTF8.GetBytes(new string('\n', UploadImport.MostLines + 1)));
        Assert.Contains("sso user import", page.Document.QuerySelector("#file-error")!.TextContent, StringComparison.Ordinal);
        page = await UploadAsync(new byte[9 * 1024 * 1024]);
        Assert.Equal(Address, page.Path);
        Assert.Contains("8 MiB", page.Document.QuerySelector("#error-summary")!.TextContent, StringComparison.Ordinal);
        await using var database = _server.OpenDatabase();
        Assert.False(await database.ImportJobs.AnyAsync());
    }

    [Fact]
    public async Task A_body_is_not_read_of_whoever_may_not_import()
    {
        var form = await _browser.GetAsync(Address);
        var help = await _server.AddAdministratorAsync(AdministratorRole.HelpDesk);
        var browser = _server.OpenBrowser();
        await browser.OpenAsync(help, "/console/people");
        _server.Statements.Reset();
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.UploadAsync(form, "upload", File, new byte[1000])).Status);
        var nobody = await _server.OpenBrowser().UploadAsync(form, "upload", File, new byte[1000]);
        Assert.Equal("/signin", nobody.Path);
        await using var database = _server.OpenDatabase();
        Assert.False(await database.ImportJobs.AnyAsync());
    }

    [Fact]
    public async Task The_example_is_a_file_that_is_good()
    {
        var page = await _browser.GetAsync(Address);
        var example = await _browser.GetAsync(page.Document.QuerySelector("#example")!.GetAttribute("href")!);
        page = await UploadAsync(Encoding.UTF8.GetBytes(example.Text));
        Assert.Equal(("2", "0"), (Number(page, "good"), Number(page, "refused")));
    }

    private ImportDispatcher Dispatcher => _server.App.Services.GetRequiredService<ImportDispatcher>();

    private static string Line(string name, string more = "") =>
        $$"""{"user_name":"{{name}}","email":"{{name}}@example.com","email_verified":true{{more.Trim()}}}""";

    private static IEnumerable<string> Lines(int count) => Enumerable.Range(0, count).Select(number => Line($"lot-{number}"));

    private static string Number(Sso.Testing.Page page, string id) => page.Document.GetElementById(id)!.TextContent.Trim();

    /// <summary>The one that `sha256sum people.jsonl` prints.</summary>
    [Fact]
    public async Task Whoever_confirms_sees_the_name_and_the_hash_of_the_file()
    {
        var file = Encoding.UTF8.GetBytes(Line("anna") + "\n");
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        var page = await UploadAsync(file);
        Assert.Equal(
            ("people.jsonl", hash),
            (page.Document.GetElementById("name")!.TextContent, page.Document.GetElementById("hash")!.TextContent));

        page = await _browser.SubmitAsync(page, form: "begin");
        Assert.Equal(hash, page.Document.GetElementById("hash")!.TextContent);
    }

    /// <summary>Of a file with one line it could be guessed from its hash, and events and webhooks outlive the person.</summary>
    [Fact]
    public async Task The_events_of_an_import_tell_neither_the_name_nor_the_hash_of_the_file()
    {
        var file = Encoding.UTF8.GetBytes(Line("nora") + "\n");
        var hash = Convert.ToHexStringLower(SHA256.HashData(file));
        await _browser.SubmitAsync(await UploadAsync(file), form: "begin");
        await using var database = _server.OpenDatabase();
        var begun = await database.SecurityEvents.AsNoTracking().FirstAsync(item => item.Kind == SecurityEventKind.PeopleImported);
        Assert.DoesNotContain(hash, begun.Changes, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("people.jsonl", begun.Changes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("C:\\Users\\ada\\people.jsonl", "people.jsonl")]
    [InlineData("../../people.jsonl", "people.jsonl")]
    [InlineData("people\u202Elnosj.exe", "peoplelnosj.exe")]
    [InlineData("a\nb.jsonl", "ab.jsonl")]
    public void A_name_is_shown_as_it_is_and_without_its_folders(string sent, string shown) =>
        Assert.Equal(shown, new UploadedFile(sent, [], []).ShownName);

    [Fact]
    public void A_long_name_is_cut_between_characters()
    {
        var name = new UploadedFile("y" + string.Concat(Enumerable.Repeat("x😀", 100)), [], []).ShownName;
        Assert.True(name.Length <= ImportJob.LongestName, name);
        Assert.EndsWith("😀x…", name, StringComparison.Ordinal);
    }

    private Task<Sso.Testing.Page> UploadAsync(params string[] lines) => UploadAsync(lines, []);

    private Task<Sso.Testing.Page> UploadAsync(string[] lines, params (string, string)[] fields) =>
        UploadAsync(Encoding.UTF8.GetBytes(string.Join('\n', lines)), fields);

    private async Task<Sso.Testing.Page> UploadAsync(byte[] file, params (string, string)[] fields) =>
        await _browser.UploadAsync(await _browser.GetAsync(Address), "upload", File, file, fields);

    /// <summary>As if another node had been told to begin, and worked on it.</summary>
    private async Task<(Guid Id, Guid Worker)> HeldByAnotherNodeAsync()
    {
        await using var database = _server.OpenDatabase();
        var (now, worker) = (_server.Clock.GetUtcNow(), Guid.CreateVersion7());
        await database.ImportJobs.ExecuteUpdateAsync(set => set
            .SetProperty(job => job.Status, ImportJobStatus.Running)
            .SetProperty(job => job.BegunAt, now)
            .SetProperty(job => job.BegunBy, $"administrator:{_owner.Subject}")
            .SetProperty(job => job.ExpiresAt, now + ImportJob.Longest)
            .SetProperty(job => job.Owner, worker)
            .SetProperty(job => job.LeasedUntil, now + RunImport.Lease));
        return ((await database.ImportJobs.SingleAsync()).Id, worker);
    }

    private async Task<bool> NextAsync(Guid id, Guid worker)
    {
        await using var scope = _server.App.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<RunImport>().NextAsync(id, worker, CancellationToken.None);
    }

    private Task EndedAsync() => Patience.UntilAsync(
        async () =>
        {
            await using var database = _server.OpenDatabase();
            return !await database.ImportJobs.AnyAsync(job => job.Status == ImportJobStatus.Running);
        },
        "the import ends");

    private async Task<(ImportJobStatus Status, int Imported)> ProgressAsync()
    {
        await using var database = _server.OpenDatabase();
        var job = await database.ImportJobs.SingleAsync();
        return (job.Status, job.Imported);
    }

    private async Task<string[]> RecordedAsync()
    {
        await using var database = _server.OpenDatabase();
        return await database.SecurityEvents.Where(item => item.Kind == SecurityEventKind.PeopleImported)
            .Select(item => item.Detail!).Order().ToArrayAsync();
    }
}
