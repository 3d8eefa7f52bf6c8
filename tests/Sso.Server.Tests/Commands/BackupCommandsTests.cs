using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

/// <summary>A server lives on after its machine is gone: with a backup, the passphrase, and nothing else.</summary>
public sealed class BackupCommandsTests(BackupCommandsTests.Origin origin) : IClassFixture<BackupCommandsTests.Origin>
{
    public static TheoryData<string> Kinds => [.. new[] { TestDatabase.ChosenProvider, "PostgreSql" }.Distinct()];

    [Theory]
    [MemberData(nameof(Kinds))]
    [Spec("S134")]
    [Spec("S137")]
    public async Task Another_machine_goes_on_where_the_backup_was_made(string kind)
    {
        Assert.SkipWhen(TestDatabase.WhyNot(kind) is not null, TestDatabase.WhyNot(kind) ?? "");
        await using var target = TestDatabase.CreateEmpty(kind);
        File.Copy(origin.Passphrase, PassphraseOf(target));

        var restored = await OnAsync(target, "restore", origin.File, "--verify");

        Assert.True(restored.Code == 0, restored.Output + restored.Error);
        Assert.Contains("events are as they were sealed", restored.Output, StringComparison.Ordinal);
        Assert.Contains("signing keys open", restored.Output, StringComparison.Ordinal);
        await using var server = await SsoServer.OnAsync(target);
        await server.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(await Origin.KeysAsync(origin.Server), await Origin.KeysAsync(server));
        var ada = new Customer(server, origin.Ada.Id, origin.Ada.UserName);
        var page = await origin.Shop.On(server).SignInAsync(server.OpenBrowser(), ada);
        Assert.NotNull((await origin.Shop.On(server).RedeemAsync(page.Code)).AccessToken);
        Assert.NotNull((await origin.Shop.On(server).RefreshAsync(origin.RefreshToken)).AccessToken);
        await server.PassAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(0, (await OnAsync(target, "audit", "verify")).Code);
    }

    [Fact]
    public async Task A_backup_of_what_was_restored_has_the_same_rows()
    {
        await using var target = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        Assert.Equal(0, (await OnAsync(target, "restore", origin.File)).Code);
        var again = Path.Combine(target.Folder, "again.zip");

        Assert.Equal(0, (await OnAsync(target, "backup", again)).Code);

        using var first = ZipFile.OpenRead(origin.File);
        using var second = ZipFile.OpenRead(again);
        Assert.True(first.Entries.Count > 30);
        foreach (var entry in first.Entries.Where(entry => entry.Name is not ("manifest.json" or "SecurityEvents.jsonl")))
        {
            Assert.Equal(Lines(entry), Lines(second.GetEntry(entry.FullName)!));
        }

        // The restore and the second backup tell of themselves.
        const string Events = "tables/SecurityEvents.jsonl";
        var (events, later) = (Lines(first.GetEntry(Events)!), Lines(second.GetEntry(Events)!));
        Assert.Empty(events.Except(later));
        Assert.Equal(2, later.Except(events).Count());

        static IEnumerable<string> Lines(ZipArchiveEntry entry)
        {
            using var reader = new StreamReader(entry.Open());
            return reader.ReadToEnd().Split('\n').Order(StringComparer.Ordinal).ToList();
        }
    }

    [Fact]
    public async Task The_record_of_events_tells_of_a_backup_and_of_a_restore_and_the_copy_says_which_backup_it_is()
    {
        await using var target = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        var manifest = (await OnAsync(target, "restore", origin.File, "--json")).Json.GetProperty("backup");

        var told = await ToldAsync(origin.Server.Database);
        var restored = await ToldAsync(target);

        Assert.Equal(["BackupTaken begun", "BackupTaken written"], told.Select(Named));
        Assert.Equal(["BackupTaken begun", "DatabaseRestored "], restored.Select(Named));
        Assert.Equal(told[0].Id, restored[0].Id);
        Assert.All([.. told, .. restored], item => Assert.StartsWith("command:", item.Actor, StringComparison.Ordinal));
        Assert.Equal(origin.File, In(told[0], "file").GetString());
        foreach (var whole in (SecurityEvent[])[told[1], restored[1]])
        {
            Assert.Equal(manifest.GetProperty("at").GetDateTimeOffset(), In(whole, "made").GetDateTimeOffset());
            Assert.Equal(manifest.GetProperty("version").GetString(), In(whole, "version").GetString());
            Assert.Equal(
                manifest.GetProperty("tables").EnumerateArray().Sum(table => table.GetProperty("rows").GetInt64()),
                In(whole, "rows").GetInt64());
        }

        static string Named(SecurityEvent item) => $"{item.Kind} {item.Detail}";
        static JsonElement In(SecurityEvent item, string field) => JsonElement.Parse(item.Changes!).GetProperty(field)[1];
    }

    [Fact]
    public async Task Each_receiver_that_wants_them_is_told_of_both_once_and_the_restore_still_verifies()
    {
        await using var first = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        Assert.Equal(0, (await OnAsync(first, "restore", origin.File)).Code);
        File.Copy(origin.Passphrase, PassphraseOf(first));
        var added = await OnAsync(
            first, "webhook", "add", "https://guard.example/hook", "--events", "database.restored", "database.backup_taken");
        Assert.True(added.Code == 0, added.Error);
        var file = Path.Combine(first.Folder, "told.zip");
        Assert.Equal(0, (await OnAsync(first, "backup", file)).Code);
        await using var second = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        File.Copy(origin.Passphrase, PassphraseOf(second));

        var restored = await OnAsync(second, "restore", file, "--verify");

        Assert.True(restored.Code == 0, restored.Output + restored.Error);
        await using var database = second.Open();
        Assert.Equal(
            [SecurityEventKind.BackupTaken, SecurityEventKind.DatabaseRestored],
            (await database.WebhookDeliveries.Select(row => row.Kind).ToListAsync(TestContext.Current.CancellationToken))
                .OfType<SecurityEventKind>().Order());
    }

    [Fact]
    public async Task Whoever_stops_the_verification_is_told_that_everything_is_restored()
    {
        await using var target = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        File.Copy(origin.Passphrase, PassphraseOf(target));
        using var stop = new CancellationTokenSource();

        var result = await CommandLine.RunUntilAsync(
            stop, new StoppingClock(target, stop), Settings(target), "restore", origin.File, "--verify");

        Assert.Equal(1, result.Code);
        Assert.True(await PeopleAsync(target) > 0);
        Assert.DoesNotContain("Nothing was changed", result.Error, StringComparison.Ordinal);
        Assert.Contains("are restored, but they were not verified", result.Error, StringComparison.Ordinal);
        Assert.Contains("sso audit verify", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_stops_a_command_that_has_changed_something_is_told_that_it_stays()
    {
        await using var target = await TestDatabase.CreateAsync();
        File.Copy(origin.Passphrase, PassphraseOf(target));
        var people = Path.Combine(target.Folder, "people.jsonl");
        await File.WriteAllLinesAsync(
            people, Enumerable.Range(0, 501).Select(number => $$"""{"user_name":"p{{number}}","email":"p{{number}}@example.com"}"""),
            TestContext.Current.CancellationToken);
        using var stop = new CancellationTokenSource();

        var result = await CommandLine.RunUntilAsync(
            stop, new StoppingClock(target, stop), Settings(target), "user", "import", people);

        Assert.True(await PeopleAsync(target) > 0, result.Output + result.Error);
        Assert.Equal(1, result.Code);
        Assert.DoesNotContain("Nothing was changed", result.Error, StringComparison.Ordinal);
        Assert.Contains("what was done until then stays done", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_the_configured_passphrase_would_not_open_is_refused()
    {
        await using var source = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        Assert.Equal(0, (await OnAsync(source, "restore", origin.File)).Code);
        File.Copy(origin.Passphrase, PassphraseOf(source));
        await File.WriteAllTextAsync(PassphraseOf(source), "another passphrase of the tests", TestContext.Current.CancellationToken);
        var file = Path.Combine(source.Folder, "closed.zip");

        var refused = await OnAsync(source, "backup", file);

        Assert.Equal(1, refused.Code);
        Assert.Contains("holds another key", refused.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
        File.Delete(PassphraseOf(source));
        var untried = await OnAsync(source, "backup", file);
        Assert.Equal(0, untried.Code);
        Assert.Contains("no passphrase or certificate to try", untried.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_says_where_it_is_and_of_which_build_it_is()
    {
        await using var source = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        Assert.Equal(0, (await OnAsync(source, "restore", origin.File)).Code);
        var file = Path.Combine(source.Folder, "where.zip");

        var written = (await OnAsync(source, "backup", file, "--json")).Json;

        Assert.Equal(file, written.GetProperty("file").GetString());
        Assert.Equal(1, written.GetProperty("format").GetInt32());
        Assert.Equal((await CommandLine.RunOnAsync([], "", "--version")).Output.Trim(), written.GetProperty("version").GetString());
    }

    [Fact]
    public async Task A_database_that_holds_tables_of_others_is_not_filled()
    {
        await using var target = await TestDatabase.CreateAsync();
        await using (var database = target.Open())
        {
            await database.Database.ExecuteSqlRawAsync(
                "CREATE TABLE guestbook (line int)", TestContext.Current.CancellationToken);
        }

        var result = await OnAsync(target, "restore", origin.File);

        Assert.Equal(1, result.Code);
        Assert.Contains("tables that are not of Sso: guestbook", result.Error, StringComparison.Ordinal);
        Assert.Equal(0, await PeopleAsync(target));
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_told_as_that_and_not_as_a_missing_right()
    {
        Assert.SkipUnless(TestDatabase.ChosenProvider == "PostgreSql", "an account of PostgreSQL");
        await using var there = TestDatabase.CreateEmpty("PostgreSql");
        var owner = new Npgsql.NpgsqlConnectionStringBuilder(there.ConnectionString) { Database = "postgres", Pooling = false };
        await using var connection = new Npgsql.NpgsqlConnection(owner.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        var role = "sso_creator_" + Guid.CreateVersion7().ToString("N")[^8..];
        await ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'of-the-tests'");
        try
        {
            var nowhere = new Npgsql.NpgsqlConnectionStringBuilder(there.ConnectionString)
            {
                Database = "sso_nowhere",
                Username = role,
                Password = "of-the-tests",
                Pooling = false,
            };
            string[] settings =
            [
                "--Sso:Issuer=https://sso.test", "--Database:Provider=PostgreSql",
                $"--Database:ConnectionString={nowhere.ConnectionString}",
            ];
            foreach (string[] words in (string[][])[["db", "migrate"], ["restore", origin.File]])
            {
                var result = await CommandLine.RunOnAsync(settings, "", words);
                Assert.Equal(3, result.Code);
                Assert.Contains("There is no database sso_nowhere", result.Error, StringComparison.Ordinal);
                Assert.Contains("createdb", result.Error, StringComparison.Ordinal);
            }
        }
        finally
        {
            await ExecuteAsync($"DROP ROLE {role}");
        }

        async Task ExecuteAsync(string statement)
        {
            await using var command = new Npgsql.NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Of_two_restores_at_once_one_fills_the_database_and_the_other_says_that_it_is_not_alone()
    {
        await using var target = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);

        var results = await Task.WhenAll(
            Task.Run(() => OnAsync(target, "restore", origin.File)), Task.Run(() => OnAsync(target, "restore", origin.File)));

        Assert.Single(results, result => result.Code == 0);
        var other = results.Single(result => result.Code != 0);
        Assert.DoesNotContain("does not answer", other.Error, StringComparison.Ordinal);
        Assert.Matches("another restore|is not empty|other tasks|another version", other.Error);
    }

    [Fact]
    [Spec("S137")]
    public async Task It_holds_neither_the_passphrase_nor_a_secret_in_the_clear_and_only_its_owner_reads_it()
    {
        using var archive = ZipFile.OpenRead(origin.File);
        var text = new StringBuilder();
        foreach (var entry in archive.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            text.Append(await reader.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        var whole = text.ToString();
        Assert.Contains(origin.Ada.UserName, whole, StringComparison.Ordinal);
        var passphrase = await File.ReadAllTextAsync(origin.Passphrase, TestContext.Current.CancellationToken);
        string[] secrets = [passphrase, SsoServer.Password, origin.RefreshToken, Origin.Number];
        Assert.All(secrets, secret => Assert.DoesNotContain(secret.Trim(), whole, StringComparison.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(origin.File));
        }
    }

    [Fact]
    public async Task What_is_written_meanwhile_is_in_it_whole_or_not_at_all()
    {
        await using var server = new SsoServer();
        await server.InitializeAsync();
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(
            async () =>
            {
                for (var index = 0; !stop.IsCancellationRequested; index++)
                {
                    await using var database = server.OpenDatabase();
                    var now = server.Clock.GetUtcNow();
                    var person = new Person
                    {
                        Id = Guid.CreateVersion7(now),
                        UserName = $"p{index}",
                        NormalizedUserName = $"P{index}",
                        CreatedAt = now,
                        UpdatedAt = now,
                    };
                    database.Add(person);
                    database.Add(SecurityEvent.PersonChanged(now, person.Id, "added", changes: null));
                    await database.SaveChangesAsync(CancellationToken.None);
                }
            },
            TestContext.Current.CancellationToken);
        await Patience.UntilAsync(
            async () =>
            {
                await using var database = server.OpenDatabase();
                return await database.Users.CountAsync() > 20;
            },
            "people are written");
        var file = Path.Combine(server.Database.Folder, "meanwhile.zip");

        Assert.Equal(0, (await OnAsync(server.Database, "backup", file)).Code);

        await stop.CancelAsync();
        await writer;
        await using var target = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        Assert.Equal(0, (await OnAsync(target, "restore", file)).Code);
        await using var restored = target.Open();
        var people = await restored.Users.Select(person => person.Id).ToListAsync(TestContext.Current.CancellationToken);
        var events = await restored.SecurityEvents.Select(item => item.PersonId).ToListAsync(TestContext.Current.CancellationToken);
        Assert.True(people.Count >= 20);
        Assert.Equal(people.Order(), events.OfType<Guid>().Order());
    }

    [Fact]
    public async Task A_damaged_file_restores_nothing_and_says_so()
    {
        var whole = await File.ReadAllBytesAsync(origin.File, TestContext.Current.CancellationToken);
        await using var target = TestDatabase.CreateEmpty("Sqlite");
        var damaged = Path.Combine(target.Folder, "damaged.zip");
        var ways = Enumerable.Range(0, 60).Select(part => Flipped(whole, (int)(part * (long)whole.Length / 60)))
            .Append(whole[..(whole.Length / 2)]).Append(whole[..^1]).Append([]).Append("no archive"u8.ToArray());
        var refused = 0;
        foreach (var way in ways)
        {
            await File.WriteAllBytesAsync(damaged, way, TestContext.Current.CancellationToken);
            var result = await OnAsync(target, "restore", damaged);
            if (result.Code == 0)
            {
                // What was changed is nothing that is read, such as a time in the archive's own list.
                Assert.Equal(0, (await OnAsync(target, "backup", damaged + ".again")).Code);
                File.Delete(damaged + ".again");
                await EmptyAsync(target);
                continue;
            }

            refused++;
            Assert.InRange(result.Code, 1, 2);
            Assert.DoesNotContain("   at ", result.Error, StringComparison.Ordinal);
            Assert.Equal(0, await PeopleAsync(target));
        }

        // Each table brings headers with times that nobody reads.
        Assert.True(refused > 35, $"{refused}");
    }

    [Fact]
    public async Task A_row_that_is_missing_added_or_changed_in_a_sound_archive_is_noticed()
    {
        await using var target = TestDatabase.CreateEmpty("Sqlite");
        Func<string, string>[] changes =
        [
            _ => "", text => text + text, text => text.Replace("true", "false", StringComparison.Ordinal), text => text + "[1]\n",
        ];
        foreach (var change in changes)
        {
            var file = Path.Combine(target.Folder, "changed.zip");
            File.Copy(origin.File, file, overwrite: true);
            using (var archive = ZipFile.Open(file, ZipArchiveMode.Update))
            {
                var entry = archive.GetEntry("tables/People.jsonl")!;
                string text;
                using (var reader = new StreamReader(entry.Open()))
                {
                    text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
                }

                entry.Delete();
                await using var writer = new StreamWriter(archive.CreateEntry("tables/People.jsonl").Open());
                await writer.WriteAsync(change(text));
            }

            var result = await OnAsync(target, "restore", file);

            Assert.NotEqual(0, result.Code);
            Assert.Equal(0, await PeopleAsync(target));
        }
    }

    [Fact]
    public async Task A_database_that_is_not_empty_is_left_alone()
    {
        await using var target = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        Assert.Equal(0, (await OnAsync(target, "restore", origin.File)).Code);

        var again = await OnAsync(target, "restore", origin.File);

        Assert.Equal(1, again.Code);
        Assert.Contains("is not empty", again.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--verify")]
    [InlineData]
    public async Task Another_passphrase_is_told_before_anything_is_restored_and_the_right_one_may_follow(params string[] options)
    {
        await using var target = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        File.Copy(origin.Passphrase, PassphraseOf(target));
        await File.WriteAllTextAsync(PassphraseOf(target), "another passphrase of the tests", TestContext.Current.CancellationToken);

        var restored = await OnAsync(target, ["restore", origin.File, .. options]);

        Assert.Equal(1, restored.Code);
        Assert.Contains("holds another key", restored.Error, StringComparison.Ordinal);
        Assert.Contains("Nothing was restored", restored.Error, StringComparison.Ordinal);
        Assert.Equal(0, await PeopleAsync(target));
        File.Copy(origin.Passphrase, PassphraseOf(target), overwrite: true);
        Assert.Equal(0, (await OnAsync(target, ["restore", origin.File, .. options])).Code);
    }

    /// <summary>Whoever moves the rows is not always whoever holds the key.</summary>
    [Fact]
    public async Task A_passphrase_that_is_not_at_hand_is_not_demanded_and_that_it_was_not_tried_is_told()
    {
        await using var target = TestDatabase.CreateEmpty("Sqlite");
        Assert.SkipWhen(TestDatabase.ChosenProvider != "Sqlite", "SQLite has the coarsest times.");

        var restored = await OnAsync(target, "restore", origin.File);

        Assert.Equal(0, restored.Code);
        Assert.Contains("no passphrase or certificate to try", restored.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_broken_off_does_not_even_make_a_schema()
    {
        await using var target = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        var file = Path.Combine(target.Folder, "changed.zip");
        File.Copy(origin.File, file);
        using (var archive = ZipFile.Open(file, ZipArchiveMode.Update))
        {
            archive.Entries.Last(entry => entry.FullName.StartsWith("tables/", StringComparison.Ordinal) && entry.Length > 0).Delete();
        }

        var result = await OnAsync(target, "restore", file);

        Assert.Equal(1, result.Code);
        Assert.Contains("The file is damaged.", result.Error, StringComparison.Ordinal);
        await using var database = target.Open();
        Assert.Empty(await database.Database.GetAppliedMigrationsAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_event_that_was_changed_before_the_backup_is_told_after_the_restore()
    {
        await using var first = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        Assert.Equal(0, (await OnAsync(first, "restore", origin.File)).Code);
        await using (var database = first.Open())
        {
            await database.SecurityEvents.Where(item => item.Sequence == 1)
                .ExecuteUpdateAsync(set => set.SetProperty(item => item.ClientId, "other"), TestContext.Current.CancellationToken);
        }

        var file = Path.Combine(first.Folder, "tampered.zip");
        Assert.Equal(0, (await OnAsync(first, "backup", file)).Code);
        await using var second = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        File.Copy(origin.Passphrase, PassphraseOf(second));

        var restored = await OnAsync(second, "restore", file, "--verify");

        Assert.Equal(1, restored.Code);
        Assert.Contains("Event 1 ", restored.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_with_finer_times_than_the_target_keeps_is_refused()
    {
        Assert.SkipWhen(TestDatabase.ChosenProvider == "Sqlite", "SQLite has the coarsest.");
        await using var target = TestDatabase.CreateEmpty("Sqlite");

        var result = await OnAsync(target, "restore", origin.File);

        Assert.Equal(1, result.Code);
        Assert.Contains("finer", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_is_never_overwritten_and_one_that_cannot_be_written_is_told()
    {
        var there = await OnAsync(origin.Server.Database, "backup", origin.File);
        var nowhere = await OnAsync(origin.Server.Database, "backup", "/nowhere/backup.zip");
        var folder = await OnAsync(origin.Server.Database, "backup", origin.Server.Database.Folder);
        var missing = await OnAsync(origin.Server.Database, "restore", "/nowhere/backup.zip");

        Assert.Equal((2, 2, 2, 2), (there.Code, nowhere.Code, folder.Code, missing.Code));
        Assert.Contains("already", there.Error, StringComparison.Ordinal);
        Assert.Contains("There is no folder /nowhere.", nowhere.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(".part", nowhere.Error, StringComparison.Ordinal);
        Assert.Contains("is a folder", folder.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be read", missing.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task For_scripts_both_are_JSON()
    {
        await using var target = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        File.Copy(origin.Passphrase, PassphraseOf(target));

        var restored = (await OnAsync(target, "restore", origin.File, "--verify", "--json")).Json;

        Assert.Equal(1, restored.GetProperty("backup").GetProperty("format").GetInt32());
        Assert.Empty(restored.GetProperty("findings").GetProperty("different_tables").EnumerateArray());
    }

    private static Task<CommandResult> OnAsync(TestDatabase database, params string[] arguments) =>
        CommandLine.RunOnAsync(Settings(database), "", arguments);

    private static string[] Settings(TestDatabase database) =>
    [
        $"--Database:Provider={database.Provider}", $"--Database:ConnectionString={database.ConnectionString}",
        $"--Secrets:PassphraseFile={PassphraseOf(database)}", "--Sso:Issuer=https://sso.test",
    ];

    private static async Task<List<SecurityEvent>> ToldAsync(TestDatabase database)
    {
        await using var context = database.Open();
        return await context.SecurityEvents.AsNoTracking()
            .Where(item => item.Kind == SecurityEventKind.BackupTaken || item.Kind == SecurityEventKind.DatabaseRestored)
            .OrderBy(item => item.Id).ToListAsync();
    }

    private static string PassphraseOf(TestDatabase database) => Path.Combine(database.Folder, "passphrase");

    private static byte[] Flipped(byte[] bytes, int place)
    {
        var changed = bytes.ToArray();
        changed[place] ^= 0x10;
        return changed;
    }

    private static async Task<int> PeopleAsync(TestDatabase database)
    {
        await using var context = database.Open();
        return (await context.Database.GetAppliedMigrationsAsync()).Any() ? await context.Users.CountAsync() : 0;
    }

    private static async Task EmptyAsync(TestDatabase database)
    {
        await using var context = database.Open();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        await context.Database.EnsureDeletedAsync();
    }

    /// <summary>Somebody presses Ctrl-C as soon as there are people in the database.</summary>
    private sealed class StoppingClock(TestDatabase database, CancellationTokenSource stop) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow()
        {
            if (PeopleAsync(database).GetAwaiter().GetResult() > 0)
            {
                stop.Cancel();
            }

            return base.GetUtcNow();
        }
    }

    /// <summary>A server with everything in it, and its backup, made while it serves.</summary>
    public sealed class Origin : IAsyncLifetime
    {
        public SsoServer Server { get; } = new();

        public Customer Ada { get; private set; } = null!;

        public RelyingParty Shop { get; private set; } = null!;

        public string RefreshToken { get; private set; } = null!;

        public static string Number => "+393339876543";

        public string File => Path.Combine(Server.Database.Folder, "origin.zip");

        public string Passphrase => PassphraseOf(Server.Database);

        public async ValueTask InitializeAsync()
        {
            await Server.InitializeAsync();
            Ada = await (await Server.AddPersonAsync("ada")).WithAppAsync();
            await Server.EnrolPhoneAsync((await Server.AddPersonAsync("bob")).Id, Number);
            Shop = await Server.RegisterAsync("shop");
            var page = await Shop.SignInAsync(Server.OpenBrowser(), Ada, ("scope", "openid offline_access"));
            RefreshToken = (await Shop.RedeemAsync(page.Code)).RefreshToken!;
            await Server.App.Services.GetRequiredService<AuditChain>().SealAsync(CancellationToken.None);
            var result = await OnAsync(Server.Database, "backup", File);
            Assert.True(result.Code == 0, result.Output + result.Error);
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        public static async Task<string> KeysAsync(SsoServer server)
        {
            using var client = server.Backchannel();
            return await client.GetStringAsync("/.well-known/jwks");
        }
    }
}
