using System.IO.Compression;
using System.Text;
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
        foreach (var entry in first.Entries.Where(entry => entry.Name != "manifest.json"))
        {
            Assert.Equal(Lines(entry), Lines(second.GetEntry(entry.FullName)!));
        }

        static IEnumerable<string> Lines(ZipArchiveEntry entry)
        {
            using var reader = new StreamReader(entry.Open());
            return reader.ReadToEnd().Split('\n').Order(StringComparer.Ordinal).ToList();
        }
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
        var missing = await OnAsync(origin.Server.Database, "restore", "/nowhere/backup.zip");

        Assert.Equal((2, 1, 2), (there.Code, nowhere.Code, missing.Code));
        Assert.Contains("already", there.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be written", nowhere.Error, StringComparison.Ordinal);
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

    private static Task<CommandResult> OnAsync(TestDatabase database, params string[] arguments) => CommandLine.RunOnAsync(
        [
            $"--Database:Provider={database.Provider}", $"--Database:ConnectionString={database.ConnectionString}",
            $"--Secrets:PassphraseFile={PassphraseOf(database)}", "--Sso:Issuer=https://sso.test",
        ],
        "",
        arguments);

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
