using System.Net;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Http;

[Spec("S54")]
[OneDatabase]
public sealed class CrossOriginTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Theory]
    [InlineData("/connect/token")]
    [InlineData("/connect/userinfo")]
    public async Task A_registered_origin_of_a_public_client_may_call(string path)
    {
        var origin = await SpaAsync();
        using var answer = await PreflightAsync(path, origin);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(origin, answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("Origin", answer.Headers.Vary);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("https://evil.example")]
    [InlineData("https://spa.example.evil")]
    [InlineData("https://evil-spa.example")]
    [InlineData("http://spa.example")]
    [InlineData("https://spa.example:8443")]
    public async Task No_other_origin_may(string origin)
    {
        await SpaAsync();
        foreach (var path in (string[])["/connect/token", "/connect/userinfo"])
        {
            using var answer = await PreflightAsync(path, origin);
            Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
        }
    }

    [Theory]
    [InlineData("/connect/authorize")]
    [InlineData("/signin")]
    [InlineData("/account")]
    [InlineData("/connect/logout")]
    public async Task Pages_answer_no_origin(string path)
    {
        using var answer = await PreflightAsync(path, await SpaAsync());
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks")]
    public async Task Metadata_and_keys_are_for_everyone(string path)
    {
        using var client = server.Backchannel();
        using var answer = await client.GetAsync(path);
        Assert.Equal("*", answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/oauth-authorization-server")]
    [InlineData("/.well-known/jwks")]
    [InlineData("/.well-known/webfinger")]
    [InlineData("/connect/token")]
    [InlineData("/connect/userinfo")]
    [InlineData("/connect/revoke")]
    public async Task A_client_that_sends_its_traces_along_may(string path)
    {
        using var answer = await PreflightAsync(path, await SpaAsync(), "baggage, traceparent, tracestate");

        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.True(answer.Headers.Contains("Access-Control-Allow-Origin"));
        var allowed = string.Join(", ", answer.Headers.GetValues("Access-Control-Allow-Headers")).Split(", ");
        Assert.Empty(((string[])["traceparent", "tracestate", "baggage"]).Except(allowed));
        Assert.Contains("GET", string.Join(", ", answer.Headers.GetValues("Access-Control-Allow-Methods")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_options_request_that_asks_for_no_origin_is_a_method_that_is_not_taken()
    {
        using var client = server.Backchannel();
        using var request = new HttpRequestMessage(HttpMethod.Options, "/connect/token");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
        Assert.Equal(["POST"], answer.Content.Headers.Allow);
    }

    private async Task<string> SpaAsync()
    {
        await server.RegisterAsync("spa", client =>
        {
            client.AuthenticationMethod = ClientAuthenticationMethod.None;
            client.SecretHash = null;
            client.Origins = ["https://spa.example"];
        });
        return "https://spa.example";
    }

    private async Task<HttpResponseMessage> PreflightAsync(string path, string origin, string? headers = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        if (headers is not null)
        {
            request.Headers.Add("Access-Control-Request-Headers", headers);
        }

        using var client = server.Backchannel();
        return await client.SendAsync(request);
    }
}
