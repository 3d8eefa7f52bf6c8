using System.Text.Json;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>oidcc-discovery-endpoint-verification where everything is switched on, as the plan with dynamic clients reads it.</summary>
[OneDatabase]
public sealed class FullMetadataTests(
    SpecificationTableTests.Full full, SsoServer plain) : IClassFixture<SpecificationTableTests.Full>, IClassFixture<SsoServer>
{
    private static readonly string[] Booleans =
    [
        "claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported",
        "require_request_uri_registration", "require_signed_request_object",
        "require_pushed_authorization_requests", "authorization_response_iss_parameter_supported",
        "tls_client_certificate_bound_access_tokens",
        "backchannel_user_code_parameter_supported", "client_id_metadata_document_supported",
        "backchannel_logout_supported", "backchannel_logout_session_supported",
        "frontchannel_logout_supported", "frontchannel_logout_session_supported",
    ];

    private static readonly string[] Addresses =
    [
        "issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint",
        "jwks_uri", "registration_endpoint", "pushed_authorization_request_endpoint",
        "introspection_endpoint", "revocation_endpoint", "device_authorization_endpoint",
        "backchannel_authentication_endpoint", "end_session_endpoint", "check_session_iframe",
    ];

    /// <summary>
    /// CF02: the plan wants this one too, and it is declined (docs/relying-parties.md): all the other conditions of the module hold.
    /// </summary>
    private const string Declined = "id_token token";

    private static readonly string[] WantedResponseTypes = ["code", "id_token", Declined];
    private static readonly string[] WantedGrantTypes = ["authorization_code", "implicit"];

    [Fact]
    [Spec("DY09")]
    [Spec("CF02")]
    [Spec("CF03")]
    public async Task The_plan_with_dynamic_clients_misses_id_token_token_and_nothing_else()
    {
        var metadata = await ConfigPlanTests.MetadataAsync(full.Server);

        Assert.Equal([Declined], WantedResponseTypes.Except(List(metadata, "response_types_supported")));
        Assert.Empty(WantedGrantTypes.Except(List(metadata, "grant_types_supported")));
        Assert.Contains("public", List(metadata, "subject_types_supported"));
        Assert.Contains("RS256", List(metadata, "id_token_signing_alg_values_supported"));
        Assert.Contains("openid", List(metadata, "scopes_supported"));
        Assert.Contains("RS256", List(metadata, "request_object_signing_alg_values_supported"));
        Assert.Contains("S256", List(metadata, "code_challenge_methods_supported"));
    }

    [Fact]
    [Spec("DY09")]
    [Spec("XP09")]
    public async Task What_is_declined_is_refused_as_a_type_that_the_server_does_not_know()
    {
        var suite = await CertificationClient.RegisterAsync(full.Server, change: client => client.AllowsIdTokenResponses = true);

        var page = await suite.Browser.GetAsync(suite.Url(("response_type", Declined)));

        Assert.Equal(("unsupported_response_type", null, ""), (page.Error, page.Parameter("access_token"), page.Url.Query));
    }

    [Theory]
    [Spec("CF06")]
    [Spec("DY09")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_address_is_https(bool everything)
    {
        var metadata = await ConfigPlanTests.MetadataAsync(everything ? full.Server : plain);
        var aliases = metadata.TryGetProperty("mtls_endpoint_aliases", out var found) ? found.EnumerateObject().ToList() : [];

        Assert.All(metadata.EnumerateObject().Where(member => Addresses.Contains(member.Name)), member => Https(member.Value, "sso.test"));
        Assert.All(aliases, alias => Https(alias.Value, "mtls.sso.test"));
        Assert.Equal((everything, everything), (metadata.TryGetProperty("registration_endpoint", out _), aliases.Count > 0));
    }

    [Theory]
    [Spec("CF11")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Every_member_has_its_json_type(bool everything)
    {
        foreach (var member in (await ConfigPlanTests.MetadataAsync(everything ? full.Server : plain)).EnumerateObject())
        {
            switch (member.Name)
            {
                case var name when Booleans.Contains(name):
                    Assert.True(member.Value.ValueKind is JsonValueKind.True or JsonValueKind.False, name);
                    break;
                case var name when Addresses.Contains(name):
                    Assert.Equal((name, JsonValueKind.String), (name, member.Value.ValueKind));
                    break;
                case "mtls_endpoint_aliases":
                    Assert.Equal(JsonValueKind.Object, member.Value.ValueKind);
                    break;
                case var name:
                    // Whatever is no switch and no address is a list of words.
                    Assert.EndsWith("_supported", name, StringComparison.Ordinal);
                    Assert.Equal((name, JsonValueKind.Array), (name, member.Value.ValueKind));
                    Assert.NotEmpty(member.Value.EnumerateArray());
                    Assert.All(member.Value.EnumerateArray(), value => Assert.False(string.IsNullOrWhiteSpace(value.GetString()), name));
                    break;
            }
        }
    }

    private static void Https(JsonElement address, string host)
    {
        var uri = new Uri(address.GetString()!);
        Assert.Equal(("https", host), (uri.Scheme, uri.Host));
    }

    private static IEnumerable<string> List(JsonElement metadata, string member) =>
        metadata.GetProperty(member).EnumerateArray().Select(value => value.GetString()!);
}
