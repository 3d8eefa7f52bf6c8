using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.ClientAuthentication;

/// <summary>A secret may be sent in either way, and no other method takes the place of the registered one (RFC 6749 §2.3.1).</summary>
[Spec("RFC 6749", "2.3")]
[Spec("S94")]
[OneDatabase]
public sealed class SecretMethodsTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Theory]
    [InlineData(ClientAuthenticationMethod.ClientSecretBasic)]
    [InlineData(ClientAuthenticationMethod.ClientSecretPost)]
    public async Task A_client_with_a_secret_sends_it_in_the_header_or_in_the_body(ClientAuthenticationMethod registered)
    {
        var client = await RegisterAsync(registered);

        Assert.Equal(HttpStatusCode.OK, (await InHeaderAsync(client.Id, client.Secret!)).Status);
        Assert.Equal(HttpStatusCode.OK, (await InBodyAsync(client.Id, client.Secret!)).Status);
        Assert.Equal("invalid_client", (await InHeaderAsync(client.Id, "wrong")).Error);
        Assert.Equal("invalid_client", (await InBodyAsync(client.Id, "wrong")).Error);
    }

    [Theory]
    [InlineData(ClientAuthenticationMethod.None, "registered for none: send client_id alone")]
    [InlineData(ClientAuthenticationMethod.ClientSecretJwt, "registered for client_secret_jwt: send client_assertion_type")]
    [InlineData(ClientAuthenticationMethod.PrivateKeyJwt, "registered for private_key_jwt: send client_assertion_type")]
    [InlineData(ClientAuthenticationMethod.TlsClientAuth, "registered for tls_client_auth: send client_id and show the certificate")]
    public async Task A_secret_is_refused_where_another_method_is_registered_and_the_answer_names_it(
        ClientAuthenticationMethod registered, string told)
    {
        var secret = ClientSecret.New();
        var client = await RegisterAsync(registered, secret);

        foreach (var answer in new[] { await InHeaderAsync(client.Id, secret), await InBodyAsync(client.Id, secret) })
        {
            Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.Status, answer.Error));
            Assert.Contains(told, answer.Text("error_description"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_client_that_sends_no_secret_is_told_to_send_it()
    {
        var client = await RegisterAsync(ClientAuthenticationMethod.ClientSecretBasic);
        var answer = await PostAsync(authorization: null, ("client_id", client.Id));

        Assert.Contains(
            "registered for client_secret_basic: send client_id and client_secret",
            answer.Text("error_description"), StringComparison.Ordinal);
    }

    private Task<RelyingParty> RegisterAsync(ClientAuthenticationMethod method, string? secret = null) =>
        server.RegisterAsync("shop", registration =>
        {
            (registration.AuthenticationMethod, registration.GrantTypes) = (method, ["client_credentials"]);
            registration.SecretHash = secret is null ? registration.SecretHash : ClientSecret.HashOf(secret);
        });

    private Task<TokenAnswer> InHeaderAsync(string id, string secret) =>
        PostAsync(new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}"))));

    private Task<TokenAnswer> InBodyAsync(string id, string secret) =>
        PostAsync(authorization: null, ("client_id", id), ("client_secret", secret));

    private async Task<TokenAnswer> PostAsync(AuthenticationHeaderValue? authorization, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/connect/token");
        request.Headers.Authorization = authorization;
        request.Content = new FormUrlEncodedContent(
            fields.Append(("grant_type", "client_credentials")).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));
        using var http = server.Backchannel();
        using var response = await http.SendAsync(request);
        return new(response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
