using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>Those modules of the Basic plan that send request objects and the parameter claims.</summary>
public abstract class RequestParameterModules(SsoServerWithPeer fixture, bool isFormPost)
{
    protected SsoServer Server { get; } = fixture.Server;

    private protected Task<CertificationClient> SuiteAsync(Action<Data.Clients.ClientRegistration>? change = null) =>
        CertificationClient.RegisterAsync(Server, isFormPost, change);

    protected Task<Customer> PersonAsync() => CertifiedPerson.AddAsync(Server);

    [Fact]
    [Spec("BA33")]
    public async Task An_unsigned_request_object_at_an_address_is_refused_as_not_supported()
    {
        var address = fixture.Peer.At($"/request-{CertificationClient.Random()}");
        var suite = await SuiteAsync(client => client.RequestUris = [address.ToString()]);
        fixture.Peer.Publish(address.AbsolutePath, () => Unsigned(suite), "application/oauth-authz-req+jwt");

        var callback = await suite.AuthorizeSilentlyAsync(
            ("request_uri", $"{address}#{CertificationClient.Random()}"), ("state", null), ("nonce", null));

        Assert.Equal("request_uri_not_supported", callback["error"]);
    }

    [Fact]
    [Spec("BA34")]
    public async Task An_unsigned_request_object_by_value_is_refused_as_not_supported()
    {
        var suite = await SuiteAsync();

        var callback = await suite.AuthorizeSilentlyAsync(("request", Unsigned(suite)), ("state", null), ("nonce", null));

        Assert.Equal("request_not_supported", callback["error"]);
    }

    [Fact]
    [Spec("BA35")]
    public async Task A_name_that_is_essential_for_userinfo_comes_there_alone()
    {
        // The suite's standard checks find it in the ID token.
        var done = await (await SuiteAsync()).RunAsync(await PersonAsync(), ("claims", """{"userinfo":{"name":{"essential":true}}}"""));

        Assert.Equal("name sub", Names(done.Claims));
    }

    protected static string Names(JsonElement json) =>
        string.Join(' ', json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));

    /// <summary>State and nonce are only inside: who ignores the object is found out.</summary>
    private static string Unsigned(CertificationClient suite)
    {
        var claims = new JsonObject
        {
            ["client_id"] = suite.Party.Id,
            ["redirect_uri"] = suite.Party.RedirectUri,
            ["response_type"] = "code",
            ["scope"] = "openid",
            ["state"] = CertificationClient.Random(),
            ["nonce"] = CertificationClient.Random(),
        };
        return $"{Base64Url.EncodeToString("""{"alg":"none"}"""u8)}."
            + $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()))}.";
    }
}
