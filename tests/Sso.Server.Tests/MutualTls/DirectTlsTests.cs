using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.MutualTls;

/// <summary>Certificates of clients where TLS ends in this server: over a real connection.</summary>
[Spec("RFC 8705", "2.2")]
[Spec("RFC 8705", "3")]
[OneDatabase]
public sealed class DirectTlsTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task A_certificate_of_the_connection_proves_the_client_and_binds_its_token()
    {
        var (own, other) = (TestCertificates.SelfSigned("CN=shop"), TestCertificates.SelfSigned("CN=shop"));
        var shop = await server.RegisterAsync("shop", client =>
        {
            (client.AuthenticationMethod, client.SecretHash, client.Jwks) =
                (ClientAuthenticationMethod.SelfSignedTlsClientAuth, null, TestCertificates.SetOf(own));
            (client.CertificateBound, client.GrantTypes) = (true, ["client_credentials"]);
        });
        await using var node = await StartAsync();

        using var answer = await AskAsync(node, shop.Id, own);
        var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(
            "x5t#S256",
            new Microsoft.IdentityModel.JsonWebTokens.JsonWebToken(body.GetProperty("access_token").GetString())
                .GetPayloadValue<JsonElement>("cnf").ToString(),
            StringComparison.Ordinal);
        foreach (var certificate in (X509Certificate2?[])[other, null])
        {
            using var refused = await AskAsync(node, shop.Id, certificate);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }
    }

    private static async Task<HttpResponseMessage> AskAsync(WebApplication node, string clientId, X509Certificate2? certificate)
    {
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, _, _, _) => true,
            ClientCertificateOptions = ClientCertificateOption.Manual,
        };
        if (certificate is not null)
        {
            handler.ClientCertificates.Add(certificate);
        }

        using var http = new HttpClient(handler) { BaseAddress = new Uri(node.Urls.Single()) };
        using var form = new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", clientId)]);
        return await http.PostAsync("/connect/token", form, TestContext.Current.CancellationToken);
    }

    private async Task<WebApplication> StartAsync()
    {
        var file = Path.Combine(server.Database.Folder, "tls.pfx");
        await File.WriteAllBytesAsync(
            file, new TestCertificates().Issue("CN=localhost", "localhost", "server").Export(X509ContentType.Pkcs12),
            TestContext.Current.CancellationToken);
        var node = ServerApplication.Build(
            [
                $"--Sso:Issuer={SsoServer.Issuer}", $"--Database:Provider={server.Database.Provider}",
                $"--Database:ConnectionString={server.Database.ConnectionString}",
                $"--Secrets:PassphraseFile={Path.Combine(server.Database.Folder, "passphrase")}", "--Delivery:Routes:0=outbox",
                $"--Delivery:Outbox:Folder={Path.Combine(server.Database.Folder, "outbox")}",
                "--environment=Development", "--MutualTls:Enabled=true", "--Sso:Hosts:0=127.0.0.1",
                "--urls=https://127.0.0.1:0", $"--Kestrel:Certificates:Default:Path={file}",
            ],
            builder =>
            {
                builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(server.Clock));
                builder.Logging.ClearProviders();
            });
        await ServerApplication.PrepareAsync(node, TestContext.Current.CancellationToken);
        await node.StartAsync(TestContext.Current.CancellationToken);
        return node;
    }
}
