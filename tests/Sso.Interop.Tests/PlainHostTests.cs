using System.Text.Json;
using Sso.Plain;
using Sso.Testing;
using Sso.Testing.Fakes;
using Xunit;

namespace Sso.Interop.Tests;

/// <summary>
/// Our extensions are extensions for any OpenIddict server: a plain one that has nothing else of Sso passes openid-client with them.
/// </summary>
public sealed class PlainHostTests
{
    [Fact]
    [Spec("OIDC Core", "9")]
    [Spec("RFC 7591", "2")]
    [Spec("RFC 9126", "2")]
    [Spec("RFC 9449", "5")]
    [Spec("RFC 9101", "4")]
    [Spec("RFC 9396", "9")]
    [Spec("JARM", "2.1")]
    [Spec("OIDC Core", "5.3.2")]
    [Spec("OIDC Core", "10.2")]
    [Spec("RFC 9701", "5")]
    public async Task A_plain_server_with_our_extensions_passes_all_that_they_add()
    {
        var (server, party) = ($"http://127.0.0.1:{FreePorts.Take()}", $"http://127.0.0.1:{FreePorts.Take()}/callback");
        var keys = await NodeScript.RunAsync("make-keys.mjs", new Dictionary<string, string>());
        await using var host = await PlainHost.StartAsync(options => options.AddSsoExtensions(), url: server);
        var client = PlainHost.Describe("shop", "a secret that is never sent", party);
        await using var peer = await Peer.StartAsync();
        peer.Publish("/jwks", keys.GetProperty("jwks").GetRawText);
        client.Properties["token_endpoint_auth_method"] = JsonSerializer.SerializeToElement("private_key_jwt");
        client.Properties["jwks_uri"] = JsonSerializer.SerializeToElement(peer.At("/jwks"));
        client.Properties["id_token_encrypted_response_alg"] = JsonSerializer.SerializeToElement("RSA-OAEP-256");
        client.Properties["id_token_encrypted_response_enc"] = JsonSerializer.SerializeToElement("A256GCM");
        client.Properties["userinfo_signed_response_alg"] = JsonSerializer.SerializeToElement("RS256");
        await host.AddClientAsync(client);

        var seen = await NodeScript.RunAsync("plain-host.mjs", new Dictionary<string, string>
        {
            ["ISSUER"] = host.Issuer,
            ["CLIENT_ID"] = "shop",
            ["REDIRECT_URI"] = party,
            ["SIGNING"] = keys.GetProperty("signing").GetRawText(),
            ["DECRYPTION"] = keys.GetProperty("decryption").GetRawText(),
        });

        Assert.Equal(["client_id", "request_uri"], Names(seen, "asked"));
        Assert.Equal(["response"], Names(seen, "answered"));
        Assert.Equal(5, seen.GetProperty("idTokenParts").GetInt32());
        Assert.Equal("dpop", seen.GetProperty("tokenType").GetString());
        Assert.Equal(PlainHost.Person, seen.GetProperty("subject").GetString());
        Assert.Equal(401, seen.GetProperty("withoutProof").GetInt32());
        Assert.True(seen.GetProperty("active").GetBoolean());
        Assert.Equal(["10.00", "10.00", "10.00"], Names(seen, "granted"));
        Assert.Equal("dpop", seen.GetProperty("refreshedType").GetString());
    }

    private static IEnumerable<string> Names(JsonElement seen, string member) =>
        seen.GetProperty(member).EnumerateArray().Select(name => name.GetString()!);
}
