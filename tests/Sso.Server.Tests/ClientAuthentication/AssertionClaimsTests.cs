using System.Net;
using System.Text.Json.Nodes;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.ClientAuthentication;

/// <summary>What an assertion with a good signature says, and what its developer is told (RFC 7523 §3).</summary>
[Spec("S95")]
[Spec("RFC 7523", "3")]
[OneDatabase]
public sealed class AssertionClaimsTests(SsoServer server) : IClassFixture<SsoServer>
{
    private static readonly ClientKey Rsa = new("RS256");

    /// <summary>What libraries write unless they are told otherwise: the claims, and the header beside them.</summary>
    public static TheoryData<string, Action<JsonObject>, JsonObject> Defaults => new()
    {
        {
            "Authlib: an hour, the token endpoint, no kid",
            claims => (claims["aud"], claims["exp"]) = (SsoServer.Issuer + "/connect/token", claims["iat"]!.GetValue<long>() + 3600),
            new JsonObject { ["typ"] = null, ["kid"] = null }
        },
        {
            "pyoidc: ten minutes, an array of the token endpoint",
            claims => (claims["aud"], claims["exp"]) =
                (new JsonArray(SsoServer.Issuer + "/connect/token"), claims["iat"]!.GetValue<long>() + 600),
            new JsonObject { ["typ"] = null }
        },
    };

    [Theory, MemberData(nameof(Defaults))]
    public async Task What_common_libraries_write_by_default_is_taken_once(string library, Action<JsonObject> claims, JsonObject header)
    {
        var client = await RegisterAsync(Rsa);
        var assertion = client.Assertion(claims, header);

        Assert.True((await AskAsync(client, assertion)).Status == HttpStatusCode.OK, library);
        await server.PassAsync(TimeSpan.FromMinutes(9));
        Assert.Contains("jti was used before", (await AskAsync(client, assertion)).Text("error_description"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ClientProfile.Ordinary, 60, null)]
    [InlineData(ClientProfile.Ordinary, 61, "exp lies more than 60 minutes ahead")]
    [InlineData(ClientProfile.Fapi2, 5, null)]
    [InlineData(ClientProfile.Fapi2, 6, "exp lies more than 5 minutes ahead")]
    public async Task How_far_ahead_exp_may_lie_depends_on_the_profile_and_is_told(ClientProfile profile, int minutes, string? told)
    {
        var key = new ClientKey("PS256");
        var client = (await server.RegisterAsync(
            "asserting", key, registration => (registration.GrantTypes, registration.Profile) = (["client_credentials"], profile)))
            .With(key, new ClientKey("ES256"));
        var answer = await AskAsync(
            client, client.Assertion(claims => claims["exp"] = claims["iat"]!.GetValue<long>() + (minutes * 60)));

        Assert.Equal(told is null ? HttpStatusCode.OK : HttpStatusCode.Unauthorized, answer.Status);
        Assert.Contains(told ?? "", answer.Text("error_description") ?? "", StringComparison.Ordinal);
    }

    public static TheoryData<Func<RelyingParty, string>, string> Unacceptable => new()
    {
        { client => client.Assertion(claims => claims["aud"] = "https://other.example"), "aud is not" },
        { client => client.Assertion(claims => claims["aud"] = new JsonArray(SsoServer.Issuer, "https://other.example")), "aud is not" },
        { client => client.Assertion(claims => claims.Remove("aud")), "aud is not" },
        { client => client.Assertion(claims => claims["aud"] = "https://SSO.test"), "aud is not" },
        { client => client.Assertion(claims => claims.Remove("iss")), "iss and sub" },
        { client => client.Assertion(claims => claims["iss"] = "other"), "iss and sub" },
        { client => client.Assertion(claims => claims.Remove("exp")), "exp is missing" },
        { client => client.Assertion(claims => claims["exp"] = claims["exp"]!.ToString()), "exp is missing" },
        { client => client.Assertion(claims => Move(claims, "exp", -10)), "it has expired" },
        { client => client.Assertion(claims => Move(claims, "iat", 2)), "iat or nbf" },
        { client => client.Assertion(claims => claims["nbf"] = claims["iat"]!.GetValue<long>() + 120), "iat or nbf" },
        { client => client.Assertion(claims => claims.Remove("jti")), "jti is missing" },
        { client => client.Assertion(claims => claims["jti"] = new string('a', 300)), "jti is missing" },
        { client => client.Assertion(header: new JsonObject { ["typ"] = "dpop+jwt" }), "typ names" },
    };

    [Theory, MemberData(nameof(Unacceptable))]
    [Spec("S107")]
    public async Task Who_has_the_key_of_the_client_hears_which_claim_is_not_acceptable(Func<RelyingParty, string> assertion, string told)
    {
        var client = await RegisterAsync(Rsa);
        var answer = await AskAsync(client, assertion(client));

        Assert.Equal((HttpStatusCode.Unauthorized, "invalid_client"), (answer.Status, answer.Error));
        Assert.Contains($"good signature and is not acceptable: {told}", answer.Text("error_description"), StringComparison.Ordinal);
    }

    private static void Move(JsonObject claims, string name, int minutes) => claims[name] = claims[name]!.GetValue<long>() + (minutes * 60);

    private Task<RelyingParty> RegisterAsync(ClientKey key) =>
        server.RegisterAsync("asserting", key, client => client.GrantTypes = ["client_credentials"]);

    private static Task<TokenAnswer> AskAsync(RelyingParty client, string assertion) =>
        client.TokenAsync(("grant_type", "client_credentials"), ("client_assertion", assertion));
}
