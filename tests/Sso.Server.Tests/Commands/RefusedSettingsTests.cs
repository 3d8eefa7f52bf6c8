using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Commands;

/// <summary>A setting that cannot be run with ends the start in sentences that name it, and in no stack trace.</summary>
[Spec("S142")]
[OneDatabase]
public sealed class RefusedSettingsTests : IAsyncLifetime
{
    private TestDatabase _database = null!;

    public async ValueTask InitializeAsync() => _database = await TestDatabase.CreateAsync("Sqlite");

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Theory]
    [InlineData("Delivery:ReceiptWait", "--Delivery:ReceiptWait=00:00:01")]
    [InlineData("Delivery:ReceiptWait", "--Delivery:ReceiptWait=soon")]
    [InlineData("Delivery:Routes names \"pigeon\"", "--Delivery:Routes:0=pigeon")]
    [InlineData("Delivery:Prices:IT", "--Delivery:Prices:IT=0")]
    [InlineData("Delivery:Limits:PerHour", "--Delivery:Limits:PerHour=many")]
    [InlineData("Vonage:ApplicationId", "--Delivery:Routes:0=vonage-messages", "--Delivery:From:default=Nuvola")]
    [InlineData("Mail:Port", "--Mail:Host=relay.example", "--Mail:From=a@b.example", "--Mail:Port=0")]
    [InlineData("Tokens:AccessTokenLifetime", "--Tokens:AccessTokenLifetime=long")]
    [InlineData("Sso:SecurityContacts", "--Sso:SecurityContacts:0=security@nuvola.example")]
    [InlineData("Sso:SecurityPolicy", "--Sso:SecurityPolicy=http://nuvola.example")]
    [InlineData("Limits:Pushes", "--Limits:Pushes=few")]
    [InlineData("Sso:Issuer", "--Sso:Issuer=")]
    [InlineData("Sso:SessionManagement", "--Sso:SessionManagement=perhaps")]
    [InlineData("Telemetry:Endpoint", "--Telemetry:Endpoint=collector:4318")]
    [InlineData("Telemetry:Endpoint", "--Telemetry:Endpoint=https://collector.example/?key=secret")]
    [InlineData("Telemetry:Endpoint", "--Telemetry:Headers:Authorization=Bearer secret")]
    [InlineData("Telemetry:Endpoint", "--Telemetry:Endpoint=http://collector.example", "--Telemetry:Headers:Authorization=Bearer secret")]
    [InlineData("Telemetry:Headers", "--Telemetry:Endpoint=https://collector.example", "--Telemetry:Headers:a b=secret")]
    [InlineData("Telemetry:TracedShare", "--Telemetry:TracedShare=10")]
    [InlineData("Telemetry:MetricsEvery", "--Telemetry:MetricsEvery=00:00:00")]
    [InlineData("Telemetry:ServiceName", "--Telemetry:ServiceName=")]
    // One value where a list belongs was passed over, and so was a member of a list that is no number.
    [InlineData("Delivery:Routes", "--Delivery:Routes=twilio")]
    [InlineData("Delivery:RoutesByCountry:IT", "--Delivery:RoutesByCountry:IT=twilio")]
    [InlineData("Outgoing:Ports:0", "--Outgoing:Ports:0=https")]
    [InlineData("Database:Provider", "--Database:Provider=Oracle")]
    [InlineData("Database:ConnectionString", "--Database:ConnectionString=Data Source=sso.db;Nonsense=1")]
    [InlineData("Secrets:CertificateFile", "--Secrets:CertificateFile=/nowhere.p12")]
    [InlineData("SignIn:TextMessages", "--SignIn:TextMessages=perhaps")]
    // What nobody can listen by or at: these ended the start with a stack trace and a signal.
    [InlineData("Urls", "--urls=nonsense")]
    [InlineData("Urls", "--urls=http://192.0.2.1:1")]
    [InlineData("Kestrel:Certificates", "--urls=https://127.0.0.1:0", "--Kestrel:Certificates:Default:Path=/nowhere.pem")]
    public async Task The_start_ends_in_one_clear_line(string names, params string[] settings)
    {
        using var server = new ServerProcess(_database);
        var (code, said) = await server.RunAsync(["serve", .. settings]);

        Assert.Equal(1, code);
        Assert.Contains(names, said, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", said, StringComparison.Ordinal);
        Assert.Single(said.Split('\n'), line => line.Contains(names, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Whatever_is_wrong_is_told_at_once()
    {
        string[] names =
        [
            "Sso:Issuer", "Sso:Hosts", "Tokens:AccessTokenLifetime", "Tokens:RefreshTokenIdle", "Keys:RsaBits", "Limits:Proofs",
            "Delivery:ReceiptWait", "Delivery:Limits:PerHour", "Delivery:Limits:PerDay", "Mail:Port", "Database:Provider",
            "Secrets:PassphraseFile", "Actions:x:Acr", "AuthorizationTypes:0:Type",
        ];
        using var server = new ServerProcess(_database);
        var (code, said) = await server.RunAsync(
        [
            "serve", "--Sso:Issuer=http://sso.example", "--Sso:Hosts:0=https://x", "--Tokens:AccessTokenLifetime=long",
            "--Tokens:RefreshTokenIdle=00:00:01", "--Keys:RsaBits=512", "--Limits:Proofs=0", "--Delivery:ReceiptWait=soon",
            "--Delivery:Limits:PerHour=many", "--Delivery:Limits:PerDay=0", "--Mail:Host=relay.example", "--Mail:From=a@b.example",
            "--Mail:Port=0", "--Database:Provider=Oracle", "--Secrets:PassphraseFile=/nowhere/passphrase", "--Actions:x:Acr=gold",
            "--AuthorizationTypes:0:English=pay", "--AuthorizationTypes:0:Italian=pagare",
        ]);

        Assert.Equal(1, code);
        Assert.Equal(
            names.Order(StringComparer.Ordinal),
            said.Trim().Split('\n').Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal));
    }
}
