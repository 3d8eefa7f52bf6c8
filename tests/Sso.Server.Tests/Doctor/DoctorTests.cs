using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Sso.Data.Delivery;
using Sso.Data.Imports;
using Sso.Data.Keys;
using Sso.Data.Operations;
using Sso.Server.Doctor;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Doctor;

/// <summary>
/// Each mistake of a database, its keys and its clock is made for real, one at a time, and named by <c>sso doctor</c> together with what to
/// do.
/// </summary>
public sealed class DoctorTests : IAsyncLifetime
{
    private readonly ExaminedInstallation _examined = new();

    public ValueTask InitializeAsync() => _examined.InitializeAsync();

    public ValueTask DisposeAsync() => _examined.DisposeAsync();

    /// <summary>What the examined settings lack outside Development.</summary>
    private static readonly string[] Production =
    [
        "--environment=Staging", "--Mail:Host=127.0.0.1", "--Mail:Port=9", "--Mail:UseTls=false", "--Mail:From=login@example.com",
        "--SignIn:TextMessages=false",
    ];

    private bool HasClockOfMachine => _examined.Server.Database.Provider == "Sqlite";

    [Fact]
    public async Task A_sound_installation_has_nothing_wrong()
    {
        var findings = await _examined.ExamineAsync();

        // A database with a clock of its own has the real time, and this test another.
        Assert.All(
            // And the runtime is that of the machine.
            findings.Where(finding => finding.Subject != "runtime" && (HasClockOfMachine || finding.Subject != "clock")),
            finding => Assert.True(finding.State is FindingState.Good or FindingState.NotExamined, finding.What));
        Assert.Equal(
            [
                "settings", "runtime", "database", "secrets", "keys", "clock", "work", "clients", "backup", "listening", "issuer", "proxy",
                "mail", "texts",
            ],
            findings.Select(finding => finding.Subject).Distinct());
    }

    [Fact]
    public async Task A_backup_that_is_old_or_was_never_made_is_missed()
    {
        _examined.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(FindingState.Good, (await BackupAsync()).State);
        _examined.Clock.Advance(TimeSpan.FromDays(1.1));
        Assert.Contains("no backup within", await MissedAsync(), StringComparison.Ordinal);
        Assert.Equal(
            HasClockOfMachine ? FindingState.Good : FindingState.Doubtful, (await BackupAsync("--environment=Development")).State);

        await _examined.WriteAsync(database => database.SecurityEvents.Add(
            SecurityEvent.BackupTaken(_examined.Clock.GetUtcNow(), "begun", [])));
        Assert.Contains("no backup within", await MissedAsync(), StringComparison.Ordinal);
        await _examined.WriteAsync(database => database.SecurityEvents.Add(
            SecurityEvent.BackupTaken(_examined.Clock.GetUtcNow(), "written", [])));
        Assert.Equal(FindingState.Good, (await BackupAsync()).State);
        _examined.Clock.Advance(TimeSpan.FromDays(2.1));
        Assert.Contains("more than two days ago", await MissedAsync(), StringComparison.Ordinal);

        async Task<string> MissedAsync()
        {
            var finding = await BackupAsync();
            Assert.Equal(FindingState.Doubtful, finding.State);
            return finding.What;
        }

        async Task<Finding> BackupAsync(params string[] typed) => Assert.Single(
            await _examined.ExamineAsync(typed.Length > 0 ? typed : Production), finding => finding.Subject == "backup");
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_named()
    {
        await using (var database = _examined.Server.OpenDatabase())
        {
            var history = database.GetService<IHistoryRepository>();
            await database.Database.ExecuteSqlRawAsync(history.GetInsertScript(new("29990101000000_Future", "99.0.0")));
        }

        await _examined.FindsAsync("database", "newer version");
    }

    [Fact]
    public async Task Signing_keys_that_ended_are_named()
    {
        _examined.Clock.Advance(KeySchedule.Signing + TimeSpan.FromDays(1));
        await _examined.FindsAsync("keys", "No key signs by");
    }

    [Fact]
    public async Task A_successor_that_was_not_announced_is_named()
    {
        _examined.Clock.Advance(KeySchedule.Signing - TimeSpan.FromDays(1));
        await _examined.FindsAsync("keys", "should be announced", "doubtful");
    }

    [Fact]
    public async Task Events_that_nobody_seals_are_named()
    {
        await _examined.WriteAsync(database => database.SecurityEvents.Add(
            SecurityEvent.PeopleListed(_examined.Server.Clock.GetUtcNow().AddHours(-1), "list", changes: null)));
        await _examined.FindsAsync("work", "wait", "no server is at work");
    }

    [Fact]
    public async Task Mails_that_do_not_leave_are_named()
    {
        await _examined.WriteAsync(database => database.OutgoingMails.Add(new()
        {
            Id = Guid.CreateVersion7(),
            Protected = [],
            CreatedAt = _examined.Server.Clock.GetUtcNow().AddHours(-1),
            ExpiresAt = _examined.Server.Clock.GetUtcNow().AddHours(1),
            LeasedUntil = _examined.Server.Clock.GetUtcNow().AddHours(1),
        }));
        await _examined.FindsAsync("work", "1 mail has");
    }

    [Fact]
    public async Task Texts_that_do_not_leave_are_named()
    {
        await _examined.WriteAsync(database => database.OutgoingTexts.Add(new()
        {
            Id = Guid.CreateVersion7(),
            Purpose = TextPurpose.SignIn,
            Language = "it",
            CreatedAt = _examined.Server.Clock.GetUtcNow().AddHours(-1),
            ExpiresAt = _examined.Server.Clock.GetUtcNow().AddHours(1),
            LeasedUntil = _examined.Server.Clock.GetUtcNow().AddHours(1),
        }));
        await _examined.FindsAsync("work", "1 text has");
    }

    [Fact]
    public async Task Imports_of_people_that_fail_again_and_again_are_named()
    {
        var now = _examined.Server.Clock.GetUtcNow();
        await _examined.WriteAsync(database => database.ImportJobs.Add(new()
        {
            Id = Guid.CreateVersion7(),
            UploadedBy = "administrator:x",
            Status = ImportJobStatus.Running,
            CreatedAt = now,
            BegunAt = now,
            ExpiresAt = now.AddHours(1),
            EmailsAreVerified = false,
            PhonesAreVerified = false,
            Lines = 1,
            Good = 1,
            AlreadyHere = 0,
            Refused = 0,
            WithSecondFactor = 0,
            Wrapped = 0,
            PhonesLeftOut = 0,
            Attempts = 3,
            LeasedUntil = now.AddHours(1),
        }));
        await _examined.FindsAsync("work", "1 import of people stands", "doubtful");
    }

    [Fact]
    public async Task A_file_of_settings_that_was_changed_after_the_start_of_the_server_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("sso-test-");
        var file = Path.Combine(folder.FullName, "appsettings.json");
        await File.WriteAllTextAsync(file, "{}", TestContext.Current.CancellationToken);
        var now = _examined.Clock.GetUtcNow();
        await _examined.WriteAsync(database =>
        {
            database.Nodes.RemoveRange(database.Nodes);
            database.Nodes.Add(new()
            {
                Id = Guid.CreateVersion7(now),
                Name = $"{Environment.MachineName}:7",
                Version = "1",
                StartedAt = now.AddHours(-1),
                SeenAt = now,
            });
        });

        File.SetLastWriteTimeUtc(file, now.AddHours(-2).UtcDateTime);
        Assert.DoesNotContain(await FoundInAsync(folder), finding => finding.What.Contains(file, StringComparison.Ordinal));
        File.SetLastWriteTimeUtc(file, now.AddMinutes(-30).UtcDateTime);
        var named = Assert.Single(await FoundInAsync(folder), finding => finding.What.Contains(file, StringComparison.Ordinal));
        Assert.Equal(("settings", FindingState.Doubtful), (named.Subject, named.State));
        Assert.Contains("Restart the server", named.Remedy, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    /// <summary>A hint: it runs as well, and in Development nobody minds.</summary>
    [Fact]
    public async Task An_account_that_owns_the_tables_is_named_outside_Development()
    {
        Assert.SkipWhen(HasClockOfMachine, "SQLite has no accounts.");
        await _examined.FindsAsync(
            "database", "may change the tables", "doubtful", "runtime-account.sql", "--environment=Staging", "--SignIn:TextMessages=false",
            "--Mail:Host=127.0.0.1", "--Mail:From=a@b.example", "--Mail:Port=9", "--Mail:UseTls=false");
    }

    /// <summary>With the grants of the script that the hint names.</summary>
    [Fact]
    public async Task An_account_of_PostgreSQL_that_cannot_change_the_tables_gets_no_hint()
    {
        Assert.SkipUnless(TestDatabase.ChosenProvider == "PostgreSql", "an account of PostgreSQL");
        var role = "sso_runtime_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        await using var owner = new NpgsqlConnection(_examined.Server.Database.ConnectionString);
        await owner.OpenAsync(TestContext.Current.CancellationToken);
        await ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'of-the-tests'");
        try
        {
            var script = await File.ReadAllTextAsync(
                Path.Combine(Repository.Root, "deploy", "postgresql-runtime-account.sql"), TestContext.Current.CancellationToken);
            await ExecuteAsync(script.Replace("sso_runtime", role, StringComparison.Ordinal));
            var runtime = new NpgsqlConnectionStringBuilder(_examined.Server.Database.ConnectionString)
            {
                Username = role,
                Password = "of-the-tests",
                Pooling = false,
            };

            var findings = await _examined.ExamineAsync([.. Production, $"--Database:ConnectionString={runtime.ConnectionString}"]);

            Assert.Equal(
                ["It answers, and its schema is that of this program."],
                findings.Where(finding => finding.Subject == "database").Select(finding => finding.What));
        }
        finally
        {
            await ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }

        async Task ExecuteAsync(string statement)
        {
            await using var command = new NpgsqlCommand(statement, owner);
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>It read as one without a schema, whose remedy alone does not help where no account may create a database.</summary>
    [Fact]
    public async Task A_database_that_is_not_there_is_named_with_how_to_create_it()
    {
        Assert.SkipWhen(HasClockOfMachine, "On SQLite it is a file that comes with the first connection.");
        var nowhere = TestDatabase.CreateEmpty(TestDatabase.ChosenProvider);
        await _examined.FindsAsync(
            "database", $"There is no database {nowhere.Name}", "sso db migrate", $"createdb --owner OWNER {nowhere.Name}",
            $"--Database:ConnectionString={nowhere.ConnectionString}");
        Directory.Delete(nowhere.Folder);
    }

    [Fact]
    public async Task A_passphrase_that_others_can_read_is_named_in_Development_too()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes.");
        var file = Path.Combine(_examined.Server.Database.Folder, "readable");
        File.Copy(Path.Combine(_examined.Server.Database.Folder, "passphrase"), file);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        await _examined.FindsAsync("secrets", "which others can read", "0600", $"--Secrets:PassphraseFile={file}");
    }

    [Theory]
    [InlineData("10.0.6", "10.0.13", "Wrong")]
    [InlineData("10.0.13", "10.0.12", "Doubtful")]
    [InlineData("10.0.13", "10.0.13", "Good")]
    public void A_runtime_with_known_holes_is_named(string dataProtection, string runtime, string expected)
    {
        var finding = SettingsExamination.Runtime(Version.Parse(dataProtection), Version.Parse(runtime));

        Assert.Equal(("runtime", expected), (finding.Subject, finding.State.ToString()));
    }

    private Task<IReadOnlyList<Finding>> FoundInAsync(DirectoryInfo folder) => _examined.ExamineAsync(folder: folder.FullName);

    [Fact]
    public async Task An_installation_without_applications_is_told_how_to_add_one()
    {
        await using (var database = _examined.Server.OpenDatabase())
        {
            await database.Clients.ExecuteDeleteAsync(TestContext.Current.CancellationToken);
        }

        await _examined.FindsAsync("clients", "No application", "sso client add");
    }

    [Fact]
    public async Task A_clock_of_the_database_that_is_off_is_named()
    {
        Assert.SkipWhen(HasClockOfMachine, "SQLite has the clock of its machine.");
        await _examined.FindsAsync("clock", "The clock of the database and that of this machine differ");
    }
}
