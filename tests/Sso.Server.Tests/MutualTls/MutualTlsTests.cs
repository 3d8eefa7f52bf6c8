using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Data.Clients;
using Sso.Protocol.Clients;
using Sso.Server.Http;
using Sso.Server.MutualTls;
using Sso.Settings;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Server.Tests.MutualTls;

/// <summary>
/// Clients that prove themselves by certificates, and tokens that are bound to them (RFC 8705), behind a proxy that hands certificates on.
/// </summary>
[Spec("RFC 8705", "2")]
[Spec("S94")]
[OneDatabase]
public sealed class MutualTlsTests : IAsyncLifetime
{
    private const string Proxy = "192.0.2.10";
    private readonly TestCertificates _authority = new();
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.pem");
    private readonly SsoServer _server = new();
    private Peer _peer = null!;

    public async ValueTask InitializeAsync()
    {
        _peer = await Peer.StartAsync();
        await File.WriteAllTextAsync(_file, _authority.AuthorityPem);
        foreach (var setting in (string[])
            [
                $"--Sso:TrustedProxies:0={Proxy}", "--MutualTls:Enabled=true",
                "--MutualTls:ProxyHeader=Client-Cert", "--MutualTls:Address=https://mtls.sso.test",
                $"--MutualTls:AuthoritiesFile={_file}", $"--Outgoing:AllowedHosts:0={_peer.HostAndPort}",
            ])
        {
            _server.Settings.Add(setting);
        }

        await _server.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _peer.DisposeAsync();
        File.Delete(_file);
    }

    [Theory]
    [InlineData("subject_dn=CN=shop,O=Shop", HttpStatusCode.OK)]
    [InlineData("subject_dn=CN=shop, O=Shop", HttpStatusCode.OK)]
    [InlineData("san_dns=shop.example", HttpStatusCode.OK)]
    [InlineData("san_dns=SHOP.example", HttpStatusCode.OK)]
    [InlineData("san_ip=127.0.0.1", HttpStatusCode.OK)]
    [InlineData("subject_dn=O=Shop,CN=shop", HttpStatusCode.Unauthorized)]
    [InlineData("subject_dn=CN=shop", HttpStatusCode.Unauthorized)]
    [InlineData("subject_dn=CN=shop,O=Shop,C=IT", HttpStatusCode.Unauthorized)]
    [InlineData("san_dns=other.example", HttpStatusCode.Unauthorized)]
    [InlineData("san_ip=127.0.0.2", HttpStatusCode.Unauthorized)]
    [Spec("RFC 8705", "2.1")]
    public async Task A_certificate_of_an_authority_proves_the_client_it_is_issued_to(string subject, HttpStatusCode expected)
    {
        var client = await RegisterAsync(ClientAuthenticationMethod.TlsClientAuth, registration => registration.TlsSubject = subject);
        var certificate = _authority.Issue("CN=shop,O=Shop", "shop.example");
        client.Certificate = TestCertificates.HeaderOf(certificate);

        // RFC 4514 §2.1: the last in the encoding is written first.
        Assert.Equal("shop", certificate.SubjectName.EnumerateRelativeDistinguishedNames(reversed: false).Last().GetSingleElementValue());

        Assert.Equal(expected, (await AskAsync(client)).Status);
    }

    [Fact]
    [Spec("RFC 8705", "2.1")]
    public async Task A_certificate_of_another_authority_or_purpose_or_past_its_life_proves_nothing()
    {
        var client = await RegisterAsync(
            ClientAuthenticationMethod.TlsClientAuth, registration => registration.TlsSubject = "subject_dn=CN=shop,O=Shop");
        foreach (var certificate in (X509Certificate2[])
            [
                new TestCertificates().Issue("CN=shop,O=Shop"), TestCertificates.SelfSigned("CN=shop,O=Shop"),
                _authority.Issue("CN=shop,O=Shop", usage: "server"),
                _authority.Issue("CN=shop,O=Shop", until: _server.Clock.GetUtcNow().AddDays(-1)),
            ])
        {
            client.Certificate = TestCertificates.HeaderOf(certificate);
            Assert.Equal("invalid_client", (await AskAsync(client)).Error);
        }

        client.Certificate = null;
        Assert.Equal("invalid_client", (await AskAsync(client)).Error);
    }

    [Fact]
    [Spec("RFC 8705", "2.2")]
    public async Task A_self_signed_certificate_proves_the_client_in_whose_key_set_it_is()
    {
        var (own, other) = (TestCertificates.SelfSigned("CN=shop"), TestCertificates.SelfSigned("CN=shop"));
        var client = await RegisterAsync(
            ClientAuthenticationMethod.SelfSignedTlsClientAuth, registration => registration.Jwks = TestCertificates.SetOf(own));

        client.Certificate = TestCertificates.HeaderOf(own);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client)).Status);
        client.Certificate = TestCertificates.HeaderOf(other);
        Assert.Equal("invalid_client", (await AskAsync(client)).Error);
    }

    [Fact]
    [Spec("RFC 8705", "2.2")]
    public async Task A_new_self_signed_certificate_at_the_address_of_the_keys_counts_at_once()
    {
        var (former, present) = (TestCertificates.SelfSigned("CN=shop"), TestCertificates.SelfSigned("CN=shop"));
        var published = TestCertificates.SetOf(former);
        _peer.Publish("/jwks", () => published);
        var client = await RegisterAsync(
            ClientAuthenticationMethod.SelfSignedTlsClientAuth, registration => registration.JwksUri = _peer.At("/jwks").ToString());
        client.Certificate = TestCertificates.HeaderOf(former);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client)).Status);

        published = TestCertificates.SetOf(present);
        client.Certificate = TestCertificates.HeaderOf(present);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client)).Status);
    }

    [Fact]
    [Spec("RFC 8705", "3")]
    [Spec("S105")]
    [Spec("A47")]
    public async Task A_token_is_bound_to_the_certificate_and_worth_nothing_without_it()
    {
        var own = TestCertificates.SelfSigned("CN=shop");
        var client = await RegisterAsync(ClientAuthenticationMethod.SelfSignedTlsClientAuth, registration =>
            (registration.Jwks, registration.CertificateBound, registration.GrantTypes) =
                (TestCertificates.SetOf(own), true, ["authorization_code"]));
        client.Certificate = TestCertificates.HeaderOf(own);
        var tokens = await client.RedeemAsync((await client.SignInAsync(_server.OpenBrowser(), await _server.AddPersonAsync("anna"))).Code);
        var thumbprint = System.Buffers.Text.Base64Url.EncodeToString(SHA256.HashData(own.RawData));

        Assert.Equal("Bearer", tokens.Text("token_type"));
        Assert.Equal(
            thumbprint,
            new JsonWebToken(tokens.AccessToken).GetPayloadValue<System.Text.Json.JsonElement>("cnf").GetProperty("x5t#S256").GetString());
        Assert.Equal(
            thumbprint, (await client.IntrospectAsync(tokens.AccessToken)).Body.GetProperty("cnf").GetProperty("x5t#S256").GetString());
        Assert.Equal(HttpStatusCode.OK, (await client.UserInfoAsync(tokens.AccessToken)).Status);
        foreach (var shown in (string?[])[null, TestCertificates.HeaderOf(TestCertificates.SelfSigned("CN=shop"))])
        {
            client.Certificate = shown;
            var refused = await client.PresentAsync("Bearer", tokens.AccessToken);
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_token"), (refused.Status, refused.Error));
        }
    }

    [Fact]
    [Spec("RFC 8705", "3.4")]
    public async Task A_client_that_is_held_to_its_certificate_gets_nothing_without()
    {
        var client = await _server.RegisterAsync(
            "shop", registration => (registration.CertificateBound, registration.GrantTypes) = (true, ["client_credentials"]));

        Assert.Equal("invalid_request", (await AskAsync(client)).Error);
        client.Certificate = TestCertificates.HeaderOf(TestCertificates.SelfSigned("CN=any"));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client)).Status);
    }

    [Theory]
    [InlineData("192.0.2.11")]
    [InlineData("127.0.0.1")]
    public async Task The_header_counts_only_from_a_trusted_proxy(string address)
    {
        var own = TestCertificates.SelfSigned("CN=shop");
        var client = await RegisterAsync(
            ClientAuthenticationMethod.SelfSignedTlsClientAuth, registration => registration.Jwks = TestCertificates.SetOf(own));
        client.Certificate = TestCertificates.HeaderOf(own);
        client.Address = address;

        Assert.Equal("invalid_client", (await AskAsync(client)).Error);
    }

    [Fact]
    public async Task The_header_may_also_be_a_PEM_with_percent_encoding_and_rubbish_is_no_certificate()
    {
        var own = TestCertificates.SelfSigned("CN=shop");
        var client = await RegisterAsync(
            ClientAuthenticationMethod.SelfSignedTlsClientAuth, registration => registration.Jwks = TestCertificates.SetOf(own));

        client.Certificate = Uri.EscapeDataString(own.ExportCertificatePem());
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client)).Status);
        foreach (var rubbish in (string[])[":AAAA:", "::", "rubbish", ":" + client.Certificate + ":"])
        {
            client.Certificate = rubbish;
            Assert.Equal("invalid_client", (await AskAsync(client)).Error);
        }

        // A proxy that writes another form is the operator's to mend, so he is told.
        Assert.Contains(
            _server.Log.Lines,
            line => line.StartsWith("Warning", StringComparison.Ordinal)
                && line.Contains("holds no certificate that can be read", StringComparison.Ordinal));
    }

    [Fact]
    [Spec("RFC 8705", "5")]
    public async Task Metadata_tells_methods_and_the_address_for_certificates_when_it_is_switched_on()
    {
        using var http = _server.Backchannel();
        var document = JsonNode.Parse(await http.GetStringAsync("/.well-known/openid-configuration"))!;

        Assert.True(document["tls_client_certificate_bound_access_tokens"]!.GetValue<bool>());
        Assert.Contains(
            "tls_client_auth", document["token_endpoint_auth_methods_supported"]!.AsArray().Select(value => value!.GetValue<string>()));
        Assert.Equal("https://mtls.sso.test/connect/token", document["mtls_endpoint_aliases"]!["token_endpoint"]!.GetValue<string>());
        foreach (var (name, address) in document["mtls_endpoint_aliases"]!.AsObject())
        {
            Assert.Equal(document[name]!.GetValue<string>(), address!.GetValue<string>().Replace("mtls.", "", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("http://mtls.example", null, null)]
    [InlineData("https://mtls.example/", null, null)]
    [InlineData(null, "Client-Cert", null)]
    [InlineData(null, null, "/no/such/file.pem")]
    public void A_setting_that_is_unsafe_or_cannot_work_is_refused(string? address, string? header, string? file) =>
        Assert.Single(new MutualTlsRules(hasTrustedProxies: false).FlawsOf(
            "MutualTls", new MutualTlsOptions { Enabled = true, Address = address, ProxyHeader = header, AuthoritiesFile = file }));

    private async Task<RelyingParty> RegisterAsync(ClientAuthenticationMethod method, Action<ClientRegistration> change)
    {
        var client = await _server.RegisterAsync("certified", registration =>
        {
            (registration.AuthenticationMethod, registration.SecretHash, registration.GrantTypes) = (method, null, ["client_credentials"]);
            registration.SecondFactor = SecondFactorPolicy.None;
            change(registration);
        });
        client.Address = Proxy;
        return client;
    }

    private static Task<TokenAnswer> AskAsync(RelyingParty client)
    {
        client.Address ??= Proxy;
        return client.TokenAsync(("grant_type", "client_credentials"));
    }
}
