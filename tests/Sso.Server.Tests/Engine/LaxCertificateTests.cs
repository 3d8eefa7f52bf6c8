using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.DependencyInjection;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Engine;

/// <summary>tls_client_auth: OpenIddict looks in the certificate for the host of a redirect URI; for a subject it has no place.</summary>
[OneDatabase]
public sealed class LaxCertificateTests : IAsyncLifetime
{
    private const string Proxy = "192.0.2.10";

    private readonly TestCertificates _authority = new();
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"{Guid.CreateVersion7():N}.pem");
    private readonly SsoSide _sso = new(new());
    private PlainSide _plain = null!;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_file, _authority.AuthorityPem);
        foreach (var setting in (string[])
            [
                $"--Sso:TrustedProxies:0={Proxy}", "--MutualTls:Enabled=true", "--MutualTls:ProxyHeader=Client-Cert",
                "--MutualTls:Address=https://mtls.sso.test", $"--MutualTls:AuthoritiesFile={_file}",
            ])
        {
            _sso.Server.Settings.Add(setting);
        }

        await _sso.Server.InitializeAsync();
        _plain = await PlainSide.StartAsync(TrustAuthority);
    }

    public async ValueTask DisposeAsync()
    {
        await _plain.DisposeAsync();
        await _sso.DisposeAsync();
        File.Delete(_file);
    }

    [Theory]
    [InlineData("CN=shop,O=Shop", "anywhere.example", HttpStatusCode.OK, HttpStatusCode.Unauthorized)]
    [InlineData("CN=thief,O=Thief", "shop.example", HttpStatusCode.Unauthorized, HttpStatusCode.OK)]
    [Spec("RFC 8705", "2.1")]
    public async Task A_certificate_proves_the_client_that_is_registered_with_its_subject_and_not_the_host_of_a_redirect_uri(
        string subject, string host, HttpStatusCode sso, HttpStatusCode plain)
    {
        Assert.Equal(sso, await StepsAsync(_sso));
        Assert.Equal(plain, await StepsAsync(_plain));

        async Task<HttpStatusCode> StepsAsync(Side side)
        {
            var shop = await side.RegisterAsync(client => (client.AuthenticationMethod, client.SecretHash, client.TlsSubject) =
                (ClientAuthenticationMethod.TlsClientAuth, null, "subject_dn=CN=shop,O=Shop"));
            Assert.Equal("https://shop.example/callback", shop.RedirectUri);
            (shop.Address, shop.Certificate) = (Proxy, TestCertificates.HeaderOf(_authority.Issue(subject, host)));
            return (await shop.TokenAsync(("grant_type", "client_credentials"))).Status;
        }
    }

    private void TrustAuthority(OpenIddictServerBuilder options) => options.EnablePublicKeyInfrastructureTlsClientAuthentication(
        [X509Certificate2.CreateFromPem(_authority.AuthorityPem)],
        policy => (policy.RevocationMode, policy.VerificationTime) =
            (X509RevocationMode.NoCheck, _sso.Server.Clock.GetUtcNow().UtcDateTime));
}
