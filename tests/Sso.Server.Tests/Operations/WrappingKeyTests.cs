using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Sso.Server.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

/// <summary>
/// The key from configuration is not the one that protected the database: the server says so, and neither starts nor changes anything.
/// </summary>
[Spec("S137")]
public sealed class WrappingKeyTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Sentence = "holds another key than the one that protected this database. Configure the former one.";

    [Theory]
    [InlineData("passphrase", 0)]
    [InlineData("certificate", 0)]
    // The data keys are old by then: the next node to load them makes a new one.
    [InlineData("passphrase", 91)]
    public async Task Another_key_is_refused_before_anything_is_written_and_the_former_one_goes_on(string kind, int days)
    {
        var ada = await (await server.AddPersonAsync("ada")).WithAppAsync();
        var before = await RowsAsync();
        await using (var other = Build(
            kind == "passphrase" ? PassphraseSetting() : CertificateSetting(), server.Clock.GetUtcNow().AddDays(days)))
        {
            var refused = await Assert.ThrowsAsync<SettingsException>(() => ServerApplication.PrepareAsync(other, CancellationToken.None));
            Assert.Contains("Secrets:PassphraseFile", refused.Message, StringComparison.Ordinal);
            Assert.EndsWith(Sentence, refused.Message, StringComparison.Ordinal);
            Assert.False(other.Services.GetRequiredService<ServerState>().IsReady);
        }

        Assert.Equal(before, await RowsAsync());
        await using var former = await server.StartSecondNodeAsync();
        var browser = server.OpenBrowser();
        browser.MoveTo(former);
        Assert.Equal("/account", (await Journey.SignInAsync(browser, ada, "/account")).Path);
    }

    [Fact]
    public async Task The_program_ends_with_1_and_one_sentence_and_no_port_was_opened()
    {
        var (code, output, errors) = await RunAsync(PassphraseSetting());
        Assert.Equal(1, code);
        Assert.EndsWith(Sentence, Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.DoesNotContain("Now listening", output, StringComparison.Ordinal);
    }

    /// <summary>In Development too, where a new one was made in its place: what it sealed was lost when the name was right again.</summary>
    [Theory]
    [InlineData("missing/passphrase")]
    [InlineData("pasphrase")]
    public async Task A_passphrase_file_that_is_named_and_missing_is_one_sentence_and_is_not_made(string name)
    {
        var file = Path.Combine(server.Database.Folder, name);
        var (code, _, errors) = await RunAsync($"--Secrets:PassphraseFile={file}");
        Assert.Equal(1, code);
        Assert.StartsWith(
            $"Secrets:PassphraseFile is \"{file}\", which does not exist.",
            Assert.Single(errors.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    /// <summary>Starts the program with this key, and waits for its end.</summary>
    private async Task<(int Code, string Output, string Errors)> RunAsync(string key)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [
                Path.Combine(AppContext.BaseDirectory, "sso.dll"), "serve",
                .. Settings(key), $"--urls=http://127.0.0.1:{FreePorts.Take()}",
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }

    private WebApplication Build(string key, DateTimeOffset now) => ServerApplication.Build(
        Settings(key),
        builder =>
        {
            builder.WebHost.UseTestServer();
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(new FakeClock(now)));
            builder.Logging.ClearProviders();
        });

    private string[] Settings(string key) =>
    [
        $"--Sso:Issuer={SsoServer.Issuer}", $"--Database:Provider={server.Database.Provider}",
        $"--Database:ConnectionString={server.Database.ConnectionString}", key,
        "--Delivery:Routes:0=outbox",
        $"--Delivery:Outbox:Folder={Path.Combine(server.Database.Folder, "outbox")}", "--environment=Development",
    ];

    private string PassphraseSetting()
    {
        var file = Path.Combine(server.Database.Folder, "other-passphrase");
        File.WriteAllText(file, "another passphrase altogether");
        return $"--Secrets:PassphraseFile={file}";
    }

    private string CertificateSetting()
    {
        var file = Path.Combine(server.Database.Folder, "other.p12");
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=Other", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(server.Clock.GetUtcNow().AddDays(-1), server.Clock.GetUtcNow().AddYears(1));
        File.WriteAllBytes(file, certificate.Export(X509ContentType.Pkcs12));
        return $"--Secrets:CertificateFile={file}";
    }

    /// <summary>How many rows stand in each table that a start writes to.</summary>
    private async Task<string> RowsAsync()
    {
        await using var database = server.OpenDatabase();
        var keys = await database.DataKeys.OrderBy(key => key.Id).Select(key => key.Id).ToListAsync();
        return $"{string.Join(' ', keys)} {await database.SigningKeys.CountAsync()} "
            + $"{await database.DataProtectionKeys.CountAsync()} {await database.SecurityEvents.CountAsync()}";
    }
}
