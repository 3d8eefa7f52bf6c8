using System.Globalization;
using System.Net;
using System.Text.Json;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>oidcc-config-certification-test-plan: the metadata alone.</summary>
[OneDatabase]
public sealed class ConfigPlanTests(SsoServer server) : IClassFixture<SsoServer>
{
    private const string Path = "/.well-known/openid-configuration";

    [Fact]
    [Spec("CF01")]
    [Spec("GE01")]
    public async Task The_document_is_json_at_the_issuers_well_known_url_and_names_the_issuer()
    {
        using var client = server.Backchannel();
        using var answer = await client.GetAsync(SsoServer.Issuer + Path);

        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(SsoServer.Issuer, document.RootElement.GetProperty("issuer").GetString());
        var issuer = new Uri(SsoServer.Issuer);
        Assert.Equal(("https", "", "", ""), (issuer.Scheme, issuer.Query, issuer.Fragment, issuer.UserInfo));
        Assert.NotNull(document.RootElement.GetProperty("authorization_endpoint").GetString());
        Assert.NotNull(document.RootElement.GetProperty("token_endpoint").GetString());
    }

    [Theory]
    [Spec("CF02")]
    [Spec("CF03")]
    [Spec("CF04")]
    [Spec("CF05")]
    [Spec("CF07")]
    [Spec("CF10")]
    [InlineData("response_types_supported", "code")]
    [InlineData("grant_types_supported", "authorization_code")]
    [InlineData("subject_types_supported", "public")]
    [InlineData("id_token_signing_alg_values_supported", "RS256")]
    [InlineData("scopes_supported", "openid")]
    [InlineData("code_challenge_methods_supported", "S256")]
    public async Task A_list_holds_what_the_plan_looks_for(string member, string value) => Assert.Contains(value, await ListAsync(member));

    [Fact]
    [Spec("CF06")]
    public async Task Every_endpoint_is_an_https_url_and_those_that_the_plan_names_are_there()
    {
        var metadata = await MetadataAsync(server);
        var endpoints = metadata.EnumerateObject()
            .Where(member => member.Name.EndsWith("_endpoint", StringComparison.Ordinal) || member.Name == "jwks_uri").ToList();

        Assert.All(
            endpoints,
            endpoint => Assert.StartsWith("https://sso.test/", new Uri(endpoint.Value.GetString()!).AbsoluteUri, StringComparison.Ordinal));
        Assert.Equal(
            4,
            endpoints.Count(
                endpoint => endpoint.Name is "authorization_endpoint" or "token_endpoint" or "userinfo_endpoint" or "jwks_uri"));
    }

    [Fact]
    [Spec("CF07")]
    public async Task Every_scope_is_a_legal_token() =>
        Assert.All(await ListAsync("scopes_supported"), scope => Assert.Matches(@"^[!#-\[\]-~]+$", scope));

    [Fact]
    [Spec("CF08")]
    public async Task The_claims_are_listed() =>
        Assert.Empty(CertifiedPerson.Profile.Append("email").Append("phone_number").Except(await ListAsync("claims_supported")));

    [Fact]
    [Spec("CF09")]
    public async Task What_is_supported_of_request_objects_is_stated()
    {
        var metadata = await MetadataAsync(server);
        foreach (var member in new[] { "claims_parameter_supported", "request_parameter_supported", "request_uri_parameter_supported" })
        {
            Assert.True(metadata.GetProperty(member).ValueKind is JsonValueKind.True or JsonValueKind.False, member);
        }

        if (metadata.TryGetProperty("request_object_signing_alg_values_supported", out var algorithms))
        {
            Assert.Contains("RS256", algorithms.EnumerateArray().Select(value => value.GetString()));
        }
    }

    [Fact]
    [Spec("CF11")]
    public async Task Languages_are_registered_tags_in_their_usual_case() =>
        Assert.All(
            await ListAsync("ui_locales_supported"), tag => Assert.Equal(tag, CultureInfo.GetCultureInfo(tag, predefinedOnly: true).Name));

    public static async Task<JsonElement> MetadataAsync(SsoServer server)
    {
        using var client = server.Backchannel();
        using var document = JsonDocument.Parse(await client.GetStringAsync(Path));
        return document.RootElement.Clone();
    }

    private async Task<IReadOnlyList<string>> ListAsync(string member) =>
        [.. (await MetadataAsync(server)).GetProperty(member).EnumerateArray().Select(value => value.GetString()!)];
}
