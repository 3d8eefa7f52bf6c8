using System.Security.Cryptography.X509Certificates;
using Sso.Server.Doctor;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.Doctor;

/// <summary>Where the server is to listen, and with which certificate, is examined before it is started.</summary>
[OneDatabase]
public sealed class DoctorOfListeningTests(ExaminedInstallation examined) : IClassFixture<ExaminedInstallation>, IDisposable
{
    private readonly ExaminedInstallation _examined = examined;
    private readonly TestCertificates _authority = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("sso-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_free_address_is_good()
    {
        var finding = await OfAsync("listening", $"--Urls=http://127.0.0.1:{FreePorts.Take()}");

        Assert.Equal(FindingState.Good, finding.State);
        Assert.Contains("is free", finding.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_at_which_this_server_is_at_work_is_good()
    {
        var finding = await OfAsync("listening", $"--Urls={_examined.Issuer}");

        Assert.Equal(FindingState.Good, finding.State);
        Assert.Contains("at work", finding.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("*")]
    public async Task One_that_another_program_has_is_named(string host)
    {
        await using var other = await Peer.StartAsync();
        await _examined.FindsAsync("listening", "another program", "ss -ltnp", $"--Urls=http://{host}:{other.Address.Port}");
    }

    [Fact]
    public Task One_of_another_machine_is_named() =>
        _examined.FindsAsync("listening", "no address of this machine", "--Urls=http://192.0.2.1:8080");

    [Theory]
    [InlineData("nonsense")]
    [InlineData("http://*:99999")]
    public Task What_is_no_address_is_named(string address) =>
        _examined.FindsAsync("listening", "no address to listen at", "--Urls=" + address);

    /// <summary>They take the place of Urls, as when it serves.</summary>
    [Fact]
    public Task The_endpoints_of_Kestrel_are_examined_too() => _examined.FindsAsync(
        "listening", "192.0.2.1", "--Urls=http://127.0.0.1:0", "--Kestrel:Endpoints:Inner:Url=http://192.0.2.1:8080");

    [Fact]
    public async Task A_sound_certificate_is_good_and_its_days_are_told()
    {
        var finding = await OfAsync("certificate", Https(_authority.Issue("CN=127.0.0.1", "localhost", "server")));

        Assert.Equal(FindingState.Good, finding.State);
        Assert.Matches(@"for localhost and ends on 2027-12-31, in \d+ days", finding.What);
    }

    [Fact]
    public Task One_of_another_name_is_named() =>
        FindsAsync("is not for localhost", Https(_authority.Issue("CN=x", "www.example", "server")));

    /// <summary>Pages are served under the host names of brands, too.</summary>
    [Fact]
    public async Task One_of_another_name_is_good_beside_one_of_the_issuer()
    {
        var findings = await _examined.ExamineAsync(
        [
            .. Common, "--Kestrel:Endpoints:Web:Url=https://127.0.0.1:0",
            .. Https(_authority.Issue("CN=x", "localhost", "server"), "Kestrel:Endpoints:Web:Certificate"),
            .. Https(_authority.Issue("CN=y", "monte.example", "server"), "Kestrel:Endpoints:Web:Sni:monte.example:Certificate"),
        ]);
        Assert.Equal(
            [FindingState.Good, FindingState.Good],
            findings.Where(finding => finding.Subject == "certificate").Select(finding => finding.State));
    }

    [Fact]
    public Task One_that_ended_is_named() => FindsAsync(
        "ended on", Https(_authority.Issue("CN=x", "localhost", "server", _examined.Clock.GetUtcNow().AddDays(-1))));

    [Fact]
    public Task One_that_ends_soon_is_named() => FindsAsync(
        "in 3 days", Https(_authority.Issue("CN=x", "localhost", "server", _examined.Clock.GetUtcNow().AddDays(3.5))));

    [Fact]
    public Task One_that_is_not_there_is_named() => FindsAsync(
        "cannot be used", ["--Kestrel:Certificates:Default:Path=/nowhere.pem", "--Kestrel:Certificates:Default:KeyPath=/nowhere.key"]);

    [Fact]
    public Task One_without_its_key_is_named()
    {
        using var certificate = _authority.Issue("CN=x", "localhost", "server");
        var file = Path.Combine(_folder, "public.p12");
        using (var bare = X509CertificateLoader.LoadCertificate(certificate.RawData))
        {
            File.WriteAllBytes(file, bare.Export(X509ContentType.Pkcs12));
        }

        return FindsAsync("without its private key", [$"--Kestrel:Certificates:Default:Path={file}"]);
    }

    [Fact]
    public Task A_key_of_another_certificate_is_named()
    {
        var (first, second) = (Https(_authority.Issue("CN=x", "localhost", "server")), Path.Combine(_folder, "other.key"));
        using var other = _authority.Issue("CN=y", "localhost", "server");
        File.WriteAllText(second, other.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return FindsAsync("cannot be used", [first[0], $"--Kestrel:Certificates:Default:KeyPath={second}"]);
    }

    [Fact]
    public Task None_at_all_is_named() => FindsAsync(
        "has no certificate",
        [
            "--environment=Production", "--SignIn:TextMessages=false", "--Mail:Host=127.0.0.1", "--Mail:From=a@b.example", "--Mail:Port=9",
            "--Mail:UseTls=false",
        ]);

    private Task FindsAsync(string what, string[] settings) => _examined.FindsAsync("certificate", what, [.. Common, .. settings]);

    private async Task<Finding> OfAsync(string subject, params string[] settings) => Assert.Single(
        await _examined.ExamineAsync(subject == "certificate" ? [.. Common, .. settings] : settings),
        finding => finding.Subject == subject);

    private static string[] Common => ["--Urls=https://127.0.0.1:0", "--Sso:Issuer=https://localhost:9"];

    private string[] Https(X509Certificate2 certificate, string place = "Kestrel:Certificates:Default")
    {
        var name = Path.Combine(_folder, place.Replace(':', '-'));
        var (file, key) = (name + ".pem", name + ".key");
        File.WriteAllText(file, certificate.ExportCertificatePem() + "\n" + _authority.AuthorityPem);
        File.WriteAllText(key, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        certificate.Dispose();
        return [$"--{place}:Path={file}", $"--{place}:KeyPath={key}"];
    }
}
