using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.MutualTls;

/// <summary>
/// Handshakes with a server that ends TLS itself: of all suites that OpenSSL knows, only those of BCP 195 are taken (RFC 9325 §3.1.1,
/// §4.2). The client is OpenSSL's own, which offers at level 0 what .NET would not.
/// </summary>
[Spec("RFC 9325", "4.2")]
[OneDatabase]
public sealed class TlsSuitesTests(TlsSuitesTests.Node node) : IClassFixture<TlsSuitesTests.Node>
{
    private static readonly string[] OfRsa = ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384"];
    private static readonly string[] OfEcdsa = ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384"];

    [Fact]
    public async Task Under_tls_1_2_only_four_suites_are_taken()
    {
        var known = (await OpenSslAsync("ciphers", "ALL:COMPLEMENTOFALL:@SECLEVEL=0")).Output.Trim().Split(':')
            .Where(suite => !suite.StartsWith("TLS_", StringComparison.Ordinal)).ToList();
        Assert.Empty(((string[])[.. OfRsa, .. OfEcdsa, "ECDHE-RSA-AES128-SHA256", "AES128-SHA", "ADH-AES128-GCM-SHA256"]).Except(known));

        Assert.Equal(OfRsa, await TakenAsync(known, node.RsaPort));
        Assert.Equal(OfEcdsa, await TakenAsync(known, node.EcdsaPort));
    }

    [Theory]
    [InlineData("TLS_AES_128_GCM_SHA256")]
    [InlineData("TLS_AES_256_GCM_SHA384")]
    [InlineData("TLS_CHACHA20_POLY1305_SHA256")]
    public async Task Under_tls_1_3_its_usual_suites_are_taken(string suite) =>
        Assert.Equal(suite, await ShakeAsync(node.EcdsaPort, "-tls1_3", "-ciphersuites", suite));

    [Theory]
    [InlineData("-tls1")]
    [InlineData("-tls1_1")]
    public async Task Older_versions_are_refused(string version) =>
        Assert.Null(await ShakeAsync(node.RsaPort, version, "-cipher", "ALL:@SECLEVEL=0"));

    private static async Task<IEnumerable<string>> TakenAsync(IReadOnlyList<string> suites, int port)
    {
        var taken = new ConcurrentBag<string>();
        await Parallel.ForEachAsync(suites, TestContext.Current.CancellationToken, async (suite, _) =>
        {
            if (await ShakeAsync(port, "-tls1_2", "-cipher", suite + ":@SECLEVEL=0") is { } agreed)
            {
                taken.Add(agreed);
            }
        });
        return taken.Order(StringComparer.Ordinal);
    }

    /// <summary>The suite on which both agreed; null when there was none.</summary>
    private static async Task<string?> ShakeAsync(int port, params string[] arguments)
    {
        var (code, output) = await OpenSslAsync(["s_client", "-connect", $"127.0.0.1:{port}", .. arguments]);
        const string Agreed = "Cipher is ";
        var at = output.IndexOf(Agreed, StringComparison.Ordinal);
        var suite = at < 0 ? "(NONE)" : output[(at + Agreed.Length)..].Split('\n')[0].Trim();
        return code == 0 && suite != "(NONE)" ? suite : null;
    }

    private static async Task<(int Code, string Output)> OpenSslAsync(params string[] arguments)
    {
        using var openssl = Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        openssl.StandardInput.Close();
        var errors = openssl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await openssl.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await errors;
        await openssl.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (openssl.ExitCode, output);
    }

    /// <summary>One server with a certificate of each kind of key, because the suites of TLS 1.2 name the kind.</summary>
    public sealed class Node : IAsyncLifetime
    {
        private readonly SsoServer _server = new();
        private WebApplication? _application;

        public int RsaPort { get; private set; }

        public int EcdsaPort { get; private set; }

        public async ValueTask InitializeAsync()
        {
            await _server.InitializeAsync();
            (RsaPort, EcdsaPort) = (FreePorts.Take(), FreePorts.Take());
            using var key = RSA.Create(2048);
            using var rsa = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
            using var ecdsa = TestCertificates.SelfSigned("CN=localhost");
            _application = ServerApplication.Build(
                [
                    $"--Sso:Issuer={SsoServer.Issuer}", $"--Database:Provider={_server.Database.Provider}",
                    $"--Database:ConnectionString={_server.Database.ConnectionString}",
                    $"--Secrets:PassphraseFile={Path.Combine(_server.Database.Folder, "passphrase")}", "--Delivery:Routes:0=outbox",
                    $"--Delivery:Outbox:Folder={Path.Combine(_server.Database.Folder, "outbox")}", "--environment=Development",
                    .. await EndpointAsync("Rsa", RsaPort, rsa), .. await EndpointAsync("Ecdsa", EcdsaPort, ecdsa),
                ],
                builder => builder.Logging.ClearProviders());
            await ServerApplication.PrepareAsync(_application, CancellationToken.None);
            await _application.StartAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _application!.DisposeAsync();
            await _server.DisposeAsync();
        }

        private async Task<string[]> EndpointAsync(string name, int port, X509Certificate2 certificate)
        {
            var file = Path.Combine(_server.Database.Folder, name + ".pfx");
            await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pkcs12));
            return
            [
                $"--Kestrel:Endpoints:{name}:Url=https://{IPAddress.Loopback}:{port}",
                $"--Kestrel:Endpoints:{name}:Certificate:Path={file}",
            ];
        }
    }
}
