using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Sso.Server.Doctor;
using Sso.Server.Tests.Commands;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Doctor;

/// <summary>
/// Each mistake of settings, proxies, certificates, relays and providers is made for real, one at a time, and named by <c>sso doctor</c>
/// together with what to do. Nothing is written, so that one installation serves all.
/// </summary>
[OneDatabase]
public sealed class DoctorOfSurroundingsTests(ExaminedInstallation examined) : IClassFixture<ExaminedInstallation>, IAsyncLifetime
{
    private readonly ExaminedInstallation _examined = examined;

    public async ValueTask InitializeAsync() => await _examined.PublishAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

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
        var findings = await _examined.ExamineAsync([typed]);

        Assert.Contains(
            findings,
            finding => finding is { Subject: "settings", State: FindingState.Wrong }
                && finding.What.Contains(setting, StringComparison.Ordinal));
    }

    [Fact]
    public Task A_database_that_does_not_answer_is_named() => _examined.FindsAsync(
        "database", "does not answer", "--Database:Provider=PostgreSql",
        $"--Database:ConnectionString=Host=127.0.0.1;Port={FreePorts.Take()};Username=sso;Database=sso;Timeout=2");

    [Fact]
    public async Task A_database_without_schema_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("sso-test-");
        await _examined.FindsAsync(
            "database", "no schema yet", "--Database:Provider=Sqlite",
            $"--Database:ConnectionString=Data Source={Path.Combine(folder.FullName, "new.db")};Pooling=False");
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Another_passphrase_is_named()
    {
        var file = Path.Combine(_examined.Server.Database.Folder, "other");
        await File.WriteAllTextAsync(file, "another passphrase of the tests", TestContext.Current.CancellationToken);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        await _examined.FindsAsync("secrets", "another key", $"--Secrets:PassphraseFile={file}");
    }

    [Fact]
    public Task An_address_where_nothing_listens_is_named() =>
        _examined.FindsAsync("issuer", "Nothing listens", $"--Sso:Issuer=http://127.0.0.1:{FreePorts.Take()}");

    [Fact]
    public async Task A_server_with_another_issuer_is_named()
    {
        _examined.Publish("openid-configuration", """{"issuer":"https://login.old.example"}""");
        await _examined.FindsAsync("issuer", "https://login.old.example");
    }

    [Theory]
    [InlineData(400, "Host")]
    [InlineData(404, "Another program")]
    [InlineData(502, "proxy does not reach")]
    public async Task A_proxy_that_does_not_pass_requests_on_is_named(int status, string remedy)
    {
        _examined.Answer("openid-configuration", http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        await _examined.FindsAsync("issuer", $"answers with {status}", remedy);
    }

    [Fact]
    public async Task An_issuer_that_leads_elsewhere_is_named()
    {
        _examined.Answer("openid-configuration", http =>
        {
            http.Response.Redirect("https://www.nuvola.example/");
            return Task.CompletedTask;
        });
        await _examined.FindsAsync("issuer", "302", "https://www.nuvola.example/");
    }

    [Fact]
    public async Task A_page_in_place_of_the_discovery_document_is_named()
    {
        _examined.Publish("openid-configuration", "<html>Welcome to nginx</html>");
        await _examined.FindsAsync("issuer", "discovery document", "Another program");
    }

    [Fact]
    public async Task A_server_on_another_database_is_named()
    {
        _examined.Publish("jwks", """{"keys":[{"kid":"of-another"}]}""");
        await _examined.FindsAsync("issuer", "lacks keys of this database");
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_named()
    {
        using var certificate = TestCertificates.SelfSigned("CN=127.0.0.1");
        await using var tls = await Peer.StartAsync(certificate);
        await _examined.FindsAsync(
            "issuer", "cannot be trusted", $"--Sso:Issuer={tls.Address.ToString().TrimEnd('/')}", "--Sso:TrustedProxies:0=127.0.0.1");
    }

    [Fact]
    public Task A_port_that_speaks_no_TLS_is_named() => _examined.FindsAsync(
        "issuer", "does not speak TLS", $"--Sso:Issuer=https://{_examined.HostAndPort}", "--Sso:TrustedProxies:0=127.0.0.1");

    [Fact]
    public async Task A_clock_that_is_off_is_named()
    {
        _examined.Answer("openid-configuration", http =>
        {
            http.Response.Headers.Date = _examined.Clock.GetUtcNow().AddHours(1).ToString("R");
            return http.Response.WriteAsync(JsonSerializer.Serialize(new { issuer = _examined.Issuer }));
        });
        await _examined.FindsAsync("clock", "differ by 3600 seconds");
    }

    [Fact]
    public Task A_proxy_that_is_not_named_in_the_settings_is_named() => _examined.FindsAsync(
        "proxy", "all visitors seem to come", $"--Sso:Issuer=https://{_examined.HostAndPort}", "--Urls=http://127.0.0.1:5000");

    /// <summary>Everything else was sound then, while every page with a form ended in an error.</summary>
    [Fact]
    public Task A_proxy_that_does_not_say_by_what_visitors_come_is_named() =>
        FindsOfProxyAsync("sends no X-Forwarded-Proto", "http", ExaminedInstallation.Proxy, ("X-Forwarded-For", "203.0.113.7"));

    [Fact]
    public Task A_proxy_that_says_http_is_named() => FindsOfProxyAsync(
        "says http in X-Forwarded-Proto", "http", ExaminedInstallation.Proxy,
        ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "http"));

    [Fact]
    public Task A_proxy_that_the_server_does_not_believe_is_named_with_its_address() => FindsOfProxyAsync(
        "through 10.0.0.9, which Sso:TrustedProxies does not name: no page opens", "http", "10.0.0.9",
        ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"));

    [Fact]
    public Task A_proxy_that_does_not_say_from_where_visitors_come_is_named() => FindsOfProxyAsync(
        "sends no X-Forwarded-For: all visitors seem to come from there", "http", ExaminedInstallation.Proxy,
        ("X-Forwarded-Proto", "https"));

    [Fact]
    public Task A_second_proxy_before_the_first_is_named() => FindsOfProxyAsync(
        "198.51.100.4 passes for a visitor and is a proxy", "http", ExaminedInstallation.Proxy,
        ("X-Forwarded-For", "203.0.113.7, 198.51.100.4"), ("X-Forwarded-Proto", "https"));

    [Fact]
    public async Task A_sound_proxy_is_good_and_the_visitor_that_the_server_saw_is_told()
    {
        _examined.PassOn(
            ExaminedInstallation.PageWithForm, "http", ExaminedInstallation.Proxy,
            ("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https"));
        var finding = Assert.Single(await _examined.ExamineAsync(), finding => finding.Subject == "proxy");

        Assert.Equal(FindingState.Good, finding.State);
        Assert.Contains("by https from 203.0.113.7, through 10.0.0.1", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_does_not_open_is_named()
    {
        _examined.AnswerAt(ExaminedInstallation.PageWithForm, http =>
        {
            http.Response.StatusCode = 500;
            return Task.CompletedTask;
        });
        await _examined.FindsAsync("issuer", "answers with 500", "1123");
    }

    private async Task FindsOfProxyAsync(string what, string scheme, string peer, params (string Name, string Value)[] headers)
    {
        _examined.PassOn(ExaminedInstallation.PageWithForm, scheme, peer, headers);
        await _examined.FindsAsync("proxy", what);
    }

    [Fact]
    public Task A_relay_that_is_away_is_named() => _examined.FindsAsync("mail", "the connection failed", Mail(FreePorts.Take()));

    [Fact]
    public async Task A_relay_whose_certificate_nobody_trusts_is_named()
    {
        using var certificate = new TestCertificates().Issue("CN=localhost", "localhost", "server");
        await using var relay = new SmtpFake { Certificate = certificate };
        await _examined.FindsAsync("mail", "its certificate is not trusted", Mail(relay.Port));
    }

    [Fact]
    public async Task A_relay_that_refuses_our_password_is_named()
    {
        var authority = new TestCertificates();
        using var certificate = authority.Issue("CN=localhost", "localhost", "server");
        await using var relay = new SmtpFake { Certificate = certificate, Credentials = "\0sso\0right" };
        var file = Path.Combine(_examined.Server.Database.Folder, "authority.pem");
        await File.WriteAllTextAsync(file, authority.AuthorityPem, TestContext.Current.CancellationToken);

        await _examined.FindsAsync(
            "mail", "does not take Mail:UserName and Mail:Password", [.. Mail(relay.Port), $"--Mail:TrustedCertificatesFile={file}"]);
    }

    [Fact]
    public async Task A_relay_without_TLS_is_named()
    {
        await using var relay = new SmtpFake();
        await _examined.FindsAsync("mail", "STARTTLS", ["A relay on this machine may do without", "Mail:UseTls", .. Mail(relay.Port)]);
    }

    [Fact]
    public async Task A_relay_that_lets_us_in_is_good()
    {
        await using var relay = new SmtpFake();

        var findings = await _examined.ExamineAsync([.. Mail(relay.Port).Take(3), "--Mail:UseTls=false"]);

        Assert.Contains(findings, finding => finding is { Subject: "mail", State: FindingState.Good });
        Assert.Empty(relay.Taken);
    }

    [Fact]
    public async Task A_provider_that_refuses_our_account_is_named()
    {
        await using var fake = await VonageFake.StartAsync(_examined.Clock);
        var findings = await _examined.ExamineAsync(
            [.. Vonage(fake), "--Vonage:ApplicationId=00000000-0000-4000-8000-000000000000"], "+393331234567");

        Assert.Contains(findings, finding => finding is { Subject: "texts", State: FindingState.Wrong, Remedy: not null });
    }

    [Fact]
    public async Task A_text_goes_to_the_number_that_the_operator_names()
    {
        await using var fake = await VonageFake.StartAsync(_examined.Clock);

        var findings = await _examined.ExamineAsync(Vonage(fake), "+393331234567");

        Assert.Contains(findings, finding => finding is { Subject: "texts", State: FindingState.Good });
        Assert.Single(fake.Accepted);
    }

    [Fact]
    public async Task A_number_that_gets_no_texts_is_named()
    {
        var findings = await _examined.ExamineAsync([], "+390612345678");

        Assert.Contains(findings, finding => finding is { Subject: "texts", State: FindingState.Wrong });
    }

    [Fact]
    public async Task For_people_it_ends_with_what_to_do_first()
    {
        string[] settings = [.. _examined.Settings().Skip(2), "--Tokens:AccessTokenLifetime=long"];
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
}
