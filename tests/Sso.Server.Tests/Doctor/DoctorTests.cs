using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Imports;
using Sso.Data.Keys;
using Sso.Data.Operations;
using Sso.Server.Doctor;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Doctor;

/// <summary>Each mistake is made for real, one at a time, and named by <c>sso doctor</c> together with what to do.</summary>
public sealed class DoctorTests : IAsyncLifetime
{
    private readonly FakeClock _clock = new();
    private SsoServer _server = null!;
    private Peer _issuer = null!;

    /// <summary>A sound installation: a server has run on the database, and its answers are found at the issuer.</summary>
    public async ValueTask InitializeAsync()
    {
        _server = new SsoServer();
        await _server.InitializeAsync();
        await _server.RegisterAsync("shop");
        _issuer = await Peer.StartAsync();
        var kids = _server.OpenDatabase().SigningKeys.Select(key => key.Id).ToList();
        Publish("openid-configuration", JsonSerializer.Serialize(new { issuer = Issuer }));
        Publish("jwks", JsonSerializer.Serialize(new { keys = kids.Select(kid => new { kid }) }));
        await SealAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _issuer.DisposeAsync();
        await _server.DisposeAsync();
    }

    private bool HasClockOfMachine => _server.Database.Provider == "Sqlite";

    private string Issuer => _issuer.Address.ToString().TrimEnd('/');

    [Fact]
    public async Task A_sound_installation_has_nothing_wrong()
    {
        var findings = await ExamineAsync();

        // A database with a clock of its own has the real time, and this test another.
        Assert.All(
            findings.Where(finding => HasClockOfMachine || finding.Subject != "clock"),
            finding => Assert.True(finding.State is FindingState.Good or FindingState.NotExamined, finding.What));
        Assert.Equal(
            ["settings", "database", "secrets", "keys", "clock", "work", "clients", "issuer", "proxy", "mail", "texts"],
            findings.Select(finding => finding.Subject).Distinct());
    }

    [Theory]
    [InlineData("Sso:Issuer", "--Sso:Issuer=")]
    [InlineData("Sso:Issuer", "--Sso:Issuer=http://sso.nuvola.example")]
    [InlineData("Sso:TrustedProxies", "--Sso:TrustedProxies:0=proxy.local")]
    [InlineData("Secrets:PassphraseFile", "--Secrets:PassphraseFile=nowhere/passphrase")]
    [InlineData("Delivery:Routes", "--Delivery:Routes:0=pigeon")]
    [InlineData("Mail:From", "--Mail:Host=relay.example")]
    [InlineData("Tokens:AccessTokenLifetime", "--Tokens:AccessTokenLifetime=long")]
    public async Task A_setting_that_cannot_be_used_is_named(string setting, string typed)
    {
        var findings = await ExamineAsync([typed]);

        Assert.Contains(
            findings,
            finding => finding is { Subject: "settings", State: FindingState.Wrong }
                && finding.What.Contains(setting, StringComparison.Ordinal));
    }

    [Fact]
    public Task A_database_that_does_not_answer_is_named() => FindsAsync(
        "database", "does not answer", "--Database:Provider=PostgreSql",
        $"--Database:ConnectionString=Host=127.0.0.1;Port={FreePorts.Take()};Username=sso;Database=sso;Timeout=2");

    [Fact]
    public async Task A_database_without_schema_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("sso-test-");
        await FindsAsync(
            "database", "no schema yet", "--Database:Provider=Sqlite",
            $"--Database:ConnectionString=Data Source={Path.Combine(folder.FullName, "new.db")};Pooling=False");
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_named()
    {
        await using (var database = _server.OpenDatabase())
        {
            var history = database.GetService<IHistoryRepository>();
            await database.Database.ExecuteSqlRawAsync(history.GetInsertScript(new("29990101000000_Future", "99.0.0")));
        }

        await FindsAsync("database", "newer version");
    }

    [Fact]
    public async Task Another_passphrase_is_named()
    {
        var file = Path.Combine(_server.Database.Folder, "other");
        await File.WriteAllTextAsync(file, "another passphrase of the tests", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await FindsAsync("secrets", "another key", $"--Secrets:PassphraseFile={file}");
    }

    [Fact]
    public async Task Signing_keys_that_ended_are_named()
    {
        _clock.Advance(KeySchedule.Signing + TimeSpan.FromDays(1));
        await FindsAsync("keys", "No key signs by");
    }

    [Fact]
    public async Task A_successor_that_was_not_announced_is_named()
    {
        _clock.Advance(KeySchedule.Signing - TimeSpan.FromDays(1));
        await FindsAsync("keys", "should be announced", "doubtful");
    }

    [Fact]
    public async Task Events_that_nobody_seals_are_named()
    {
        await WriteAsync(database => database.SecurityEvents.Add(
            SecurityEvent.PeopleListed(_server.Clock.GetUtcNow().AddHours(-1), "list", changes: null)));
        await FindsAsync("work", "wait", "no server is at work");
    }

    [Fact]
    public async Task Mails_that_do_not_leave_are_named()
    {
        await WriteAsync(database => database.OutgoingMails.Add(new()
        {
            Id = Guid.CreateVersion7(),
            Protected = [],
            CreatedAt = _server.Clock.GetUtcNow().AddHours(-1),
            ExpiresAt = _server.Clock.GetUtcNow().AddHours(1),
            LeasedUntil = _server.Clock.GetUtcNow().AddHours(1),
        }));
        await FindsAsync("work", "1 mails");
    }

    [Fact]
    public async Task Texts_that_do_not_leave_are_named()
    {
        await WriteAsync(database => database.OutgoingTexts.Add(new()
        {
            Id = Guid.CreateVersion7(),
            Purpose = TextPurpose.SignIn,
            Language = "it",
            CreatedAt = _server.Clock.GetUtcNow().AddHours(-1),
            ExpiresAt = _server.Clock.GetUtcNow().AddHours(1),
            LeasedUntil = _server.Clock.GetUtcNow().AddHours(1),
        }));
        await FindsAsync("work", "1 texts");
    }

    [Fact]
    public async Task Imports_of_people_that_fail_again_and_again_are_named()
    {
        var now = _server.Clock.GetUtcNow();
        await WriteAsync(database => database.ImportJobs.Add(new()
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
        await FindsAsync("work", "1 imports", "doubtful");
    }

    [Fact]
    public async Task An_installation_without_applications_is_told_how_to_add_one()
    {
        await using (var database = _server.OpenDatabase())
        {
            await database.Clients.ExecuteDeleteAsync(TestContext.Current.CancellationToken);
        }

        await FindsAsync("clients", "No application", "sso client add");
    }

    [Fact]
    public Task An_address_where_nothing_listens_is_named() =>
        FindsAsync("issuer", "Nothing listens", $"--Sso:Issuer=http://127.0.0.1:{FreePorts.Take()}");

    [Fact]
    public async Task A_server_with_another_issuer_is_named()
    {
        Publish("openid-configuration", """{"issuer":"https://login.old.example"}""");
        await FindsAsync("issuer", "https://login.old.example");
    }

    [Theory]
    [InlineData(400, "Host")]
    [InlineData(404, "Another program")]
    [InlineData(502, "proxy does not reach")]
    public async Task A_proxy_that_does_not_pass_requests_on_is_named(int status, string remedy)
    {
        _issuer.Paths["/.well-known/openid-configuration"] = http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        await FindsAsync("issuer", $"answers with {status}", remedy);
    }

    [Fact]
    public async Task An_issuer_that_leads_elsewhere_is_named()
    {
        _issuer.Paths["/.well-known/openid-configuration"] = http =>
        {
            http.Response.Redirect("https://www.nuvola.example/");
            return Task.CompletedTask;
        };
        await FindsAsync("issuer", "302", "https://www.nuvola.example/");
    }

    [Fact]
    public async Task A_page_in_place_of_the_discovery_document_is_named()
    {
        Publish("openid-configuration", "<html>Welcome to nginx</html>");
        await FindsAsync("issuer", "discovery document", "Another program");
    }

    [Fact]
    public async Task A_server_on_another_database_is_named()
    {
        Publish("jwks", """{"keys":[{"kid":"of-another"}]}""");
        await FindsAsync("issuer", "lacks keys of this database");
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_named()
    {
        using var certificate = TestCertificates.SelfSigned("CN=127.0.0.1");
        await using var tls = await Peer.StartAsync(certificate);
        await FindsAsync(
            "issuer", "cannot be trusted", $"--Sso:Issuer={tls.Address.ToString().TrimEnd('/')}", "--Sso:TrustedProxies:0=127.0.0.1");
    }

    [Fact]
    public Task A_port_that_speaks_no_TLS_is_named() => FindsAsync(
        "issuer", "does not speak TLS", $"--Sso:Issuer=https://{_issuer.HostAndPort}", "--Sso:TrustedProxies:0=127.0.0.1");

    [Fact]
    public async Task A_clock_that_is_off_is_named()
    {
        _issuer.Paths["/.well-known/openid-configuration"] = http =>
        {
            http.Response.Headers.Date = _clock.GetUtcNow().AddHours(1).ToString("R");
            return http.Response.WriteAsync(JsonSerializer.Serialize(new { issuer = Issuer }));
        };
        await FindsAsync("clock", "differ by 3600 seconds");
    }

    [Fact]
    public async Task A_clock_of_the_database_that_is_off_is_named()
    {
        Assert.SkipWhen(HasClockOfMachine, "SQLite has the clock of its machine.");
        await FindsAsync("clock", "The clock of the database and that of this machine differ");
    }

    [Fact]
    public Task A_proxy_that_is_not_named_in_the_settings_is_named() => FindsAsync(
        "proxy", "all visitors seem to come", $"--Sso:Issuer=https://{_issuer.HostAndPort}", "--Urls=http://127.0.0.1:5000");

    [Fact]
    public Task A_relay_that_is_away_is_named() => FindsAsync("mail", "the connection failed", Mail(FreePorts.Take()));

    [Fact]
    public async Task A_relay_whose_certificate_nobody_trusts_is_named()
    {
        using var certificate = new TestCertificates().Issue("CN=localhost", "localhost", "server");
        await using var relay = new SmtpFake { Certificate = certificate };
        await FindsAsync("mail", "its certificate is not trusted", Mail(relay.Port));
    }

    [Fact]
    public async Task A_relay_that_refuses_our_password_is_named()
    {
        var authority = new TestCertificates();
        using var certificate = authority.Issue("CN=localhost", "localhost", "server");
        await using var relay = new SmtpFake { Certificate = certificate, Credentials = "\0sso\0right" };
        var file = Path.Combine(_server.Database.Folder, "authority.pem");
        await File.WriteAllTextAsync(file, authority.AuthorityPem, TestContext.Current.CancellationToken);

        await FindsAsync(
            "mail", "does not take Mail:UserName and Mail:Password", [.. Mail(relay.Port), $"--Mail:TrustedCertificatesFile={file}"]);
    }

    [Fact]
    public async Task A_relay_without_TLS_is_named()
    {
        await using var relay = new SmtpFake();
        await FindsAsync("mail", "STARTTLS", Mail(relay.Port));
    }

    [Fact]
    public async Task A_relay_that_lets_us_in_is_good()
    {
        await using var relay = new SmtpFake();

        var findings = await ExamineAsync([.. Mail(relay.Port).Take(3), "--Mail:UseTls=false"]);

        Assert.Contains(findings, finding => finding is { Subject: "mail", State: FindingState.Good });
        Assert.Empty(relay.Taken);
    }

    [Fact]
    public async Task A_provider_that_refuses_our_account_is_named()
    {
        await using var fake = await VonageFake.StartAsync(_clock);
        var findings = await ExamineAsync(
            [.. Vonage(fake), "--Vonage:ApplicationId=00000000-0000-4000-8000-000000000000"], "+393331234567");

        Assert.Contains(findings, finding => finding is { Subject: "texts", State: FindingState.Wrong, Remedy: not null });
    }

    [Fact]
    public async Task A_text_goes_to_the_number_that_the_operator_names()
    {
        await using var fake = await VonageFake.StartAsync(_clock);

        var findings = await ExamineAsync(Vonage(fake), "+393331234567");

        Assert.Contains(findings, finding => finding is { Subject: "texts", State: FindingState.Good });
        Assert.Single(fake.Accepted);
    }

    [Fact]
    public async Task A_number_that_gets_no_texts_is_named()
    {
        var findings = await ExamineAsync([], "+390612345678");

        Assert.Contains(findings, finding => finding is { Subject: "texts", State: FindingState.Wrong });
    }

    [Fact]
    public async Task For_people_it_ends_with_what_to_do_first()
    {
        string[] settings = [.. Settings().Skip(1), "--Tokens:AccessTokenLifetime=long"];
        var result = await CommandLine.RunOnAsync(settings, "", "doctor");
        var json = await CommandLine.RunOnAsync(settings, "", "doctor", "--json");

        Assert.Equal((1, 1), (result.Code, json.Code));
        Assert.Contains("✗ settings: Tokens:AccessTokenLifetime", result.Output, StringComparison.Ordinal);
        Assert.Contains("wrong", json.Json.EnumerateArray().Select(finding => finding.GetProperty("state").GetString()));
        Assert.EndsWith("Begin with the first: it may explain the others.", result.Output.Trim(), StringComparison.Ordinal);
    }

    private static string[] Mail(int port) =>
    [
        "--Mail:Host=localhost", $"--Mail:Port={port}", "--Mail:From=login@nuvola.example", "--Mail:UserName=sso", "--Mail:Password=wrong",
    ];

    private static string[] Vonage(VonageFake fake) =>
    [
        "--Delivery:Routes:0=vonage-messages", "--Delivery:From:default=Nuvola", $"--Vonage:BaseAddress={fake.Address}",
        $"--Vonage:ApplicationId={fake.ApplicationId}", $"--Vonage:PrivateKey={fake.PrivateKey}",
        $"--Vonage:SignatureSecrets:0={VonageSmsFake.SignatureSecret}",
    ];

    /// <summary>The mistake is found under its subject, in words that hold all of these; what begins with two dashes is typed.</summary>
    private async Task FindsAsync(string subject, string what, params string[] more)
    {
        var typed = more.SkipWhile(word => !word.StartsWith("--", StringComparison.Ordinal)).ToArray();
        string[] words = [what, .. more.TakeWhile(word => !word.StartsWith("--", StringComparison.Ordinal))];
        var findings = await ExamineAsync(typed);
        Assert.Contains(findings, finding => finding.Subject == subject && IsBad(finding) && words.All(
            word => $"{finding.State} {finding.What} {finding.Remedy}".Contains(word, StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(findings, finding => IsBad(finding) && finding.Remedy is null);
    }

    private static bool IsBad(Finding finding) => finding.State is FindingState.Wrong or FindingState.Doubtful;

    private async Task<IReadOnlyList<Finding>> ExamineAsync(string[]? typed = null, string? sendTo = null) =>
        await Examiner.RunAsync([.. Settings(), .. typed ?? []], sendTo, _clock, TestContext.Current.CancellationToken);

    private string[] Settings() =>
    [
        "--environment=Development", $"--Sso:Issuer={Issuer}", $"--Database:Provider={_server.Database.Provider}",
        $"--Database:ConnectionString={_server.Database.ConnectionString}",
        $"--Secrets:PassphraseFile={Path.Combine(_server.Database.Folder, "passphrase")}",
    ];

    /// <summary>With the time of the machine that the test is on.</summary>
    private void Publish(string document, string body) => _issuer.Paths[$"/.well-known/{document}"] = http =>
    {
        http.Response.Headers.Date = _clock.GetUtcNow().ToString("R");
        return http.Response.WriteAsync(body);
    };

    private async Task SealAsync()
    {
        await _server.KeepHouseAsync();
        _clock.Advance(_server.Clock.GetUtcNow() - _clock.GetUtcNow());
    }

    private async Task WriteAsync(Action<SsoDbContext> write)
    {
        await using var database = _server.OpenDatabase();
        write(database);
        await database.SaveChangesAsync(TestContext.Current.CancellationToken);
    }
}
