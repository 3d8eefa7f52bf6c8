using System.Net;
using System.Text.Json;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Discovery;

[Spec("OIDC Discovery", "3")]
[Spec("RFC 8414", "2")]
[OneDatabase]
public sealed class DiscoveryEndpointTests(SsoServer server) : IClassFixture<SsoServer>
{
    [Fact]
    public async Task Both_documents_are_one_and_name_the_configured_issuer_whatever_the_host_header_says()
    {
        // A host that is none of ours is refused; even one that is let in names nothing.
        await using var node = await server.StartSecondNodeAsync("--Sso:Hosts:0=evil.example");
        using var client = node.Backchannel();
        using var request = new HttpRequestMessage(
            HttpMethod.Get, "/.well-known/openid-configuration")
        { Headers = { Host = "evil.example" } };
        using var answer = await client.SendAsync(request);
        var openId = await answer.Content.ReadAsStringAsync();
        Assert.Equal(openId, await client.GetStringAsync("/.well-known/oauth-authorization-server"));
        Assert.Equal(SsoServer.Issuer, JsonDocument.Parse(openId).RootElement.GetProperty("issuer").GetString());
        Assert.DoesNotContain("evil.example", openId, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_endpoint_that_it_names_answers()
    {
        using var client = server.Backchannel();
        var document = JsonDocument.Parse(await client.GetStringAsync("/.well-known/openid-configuration")).RootElement;
        var endpoints = document.EnumerateObject()
            .Where(member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal)
            || member.Name.EndsWith("_uri", StringComparison.Ordinal))
            .Select(member => member.Value.GetString()!).ToList();
        Assert.True(endpoints.Count > 8, string.Join(' ', endpoints));
        foreach (var endpoint in endpoints)
        {
            using var answer = await client.GetAsync(endpoint);
            Assert.NotEqual(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    [Spec("RFC 8628", "4")]
    public async Task It_says_where_a_device_asks()
    {
        using var client = server.Backchannel();
        var document = JsonDocument.Parse(await client.GetStringAsync("/.well-known/openid-configuration")).RootElement;
        Assert.Equal(SsoServer.Issuer + "/connect/device", document.GetProperty("device_authorization_endpoint").GetString());
        Assert.Contains(
            "urn:ietf:params:oauth:grant-type:device_code",
            document.GetProperty("grant_types_supported").EnumerateArray().Select(type => type.GetString()));
    }

    [Fact]
    [Spec("CIBA Core", "4")]
    public async Task It_says_how_people_are_asked_through_a_back_channel()
    {
        using var client = server.Backchannel();
        var document = JsonDocument.Parse(await client.GetStringAsync("/.well-known/openid-configuration")).RootElement;
        Assert.Equal(SsoServer.Issuer + "/connect/ciba", document.GetProperty("backchannel_authentication_endpoint").GetString());
        Assert.Equal(
            ["poll", "ping"],
            document.GetProperty("backchannel_token_delivery_modes_supported").EnumerateArray().Select(mode => mode.GetString()));
        Assert.False(document.GetProperty("backchannel_user_code_parameter_supported").GetBoolean());
    }

    [Fact]
    public async Task An_unknown_well_known_path_is_not_found()
    {
        using var client = server.Backchannel();
        using var answer = await client.GetAsync("/.well-known/no-such-thing");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }
}
