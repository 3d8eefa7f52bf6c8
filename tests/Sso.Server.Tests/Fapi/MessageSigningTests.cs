using System.Net;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Fapi;

/// <summary>
/// What FAPI 2.0 Message Signing adds: a signed request object at PAR and a signed answer, one row a test.
/// </summary>
[OneDatabase]
public sealed class MessageSigningTests(FapiPlan plan) : IClassFixture<FapiPlan>
{
    [Theory]
    [InlineData(null)]
    [InlineData("oauth-authz-req+jwt")]
    [Spec("FJ01")]
    [Spec("FJ03")]
    [Spec("FG01")]
    [Spec("FM02")]
    public async Task A_signed_request_gets_a_signed_answer_and_bound_tokens(string? type)
    {
        var client = plan.Signing;
        var ahead = plan.Server.Clock.GetUtcNow().AddSeconds(8).ToUnixTimeSeconds();
        // FG01: the second client comes back to an address with a query of its own.
        var uri = client.RedirectUri + (type is null ? "" : "?dummy1=lorem&dummy2=ipsum");
        var request = plan.RequestObject(
            client, claims => (claims["nbf"], claims["iat"], claims["redirect_uri"]) = (ahead, ahead, uri),
            type is null ? null : new JsonObject { ["typ"] = type });
        var answer = await plan.AuthorizeAsync(client, await FapiPlan.PushObjectAsync(client, request));

        Assert.Equal("", answer.Url.Fragment);
        string[] names = type is null ? ["response"] : ["dummy1", "dummy2", "response"];
        Assert.Equal(names, Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(answer.Url.Query).Keys.Order(StringComparer.Ordinal));
        var response = new JsonWebToken(answer.Parameter("response"));
        Assert.Equal((SsoServer.Issuer, client.Id, "PS256"), (response.Issuer, response.Audiences.Single(), response.Alg));
        Assert.NotEmpty(response.Kid);
        Assert.InRange(response.ValidTo - plan.Server.Clock.GetUtcNow().UtcDateTime, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(10));
        Assert.Equal("state-1", response.GetClaim("state").Value);
        var tokens = await client.RedeemAsync(response.GetClaim("code").Value, ("redirect_uri", uri));
        Assert.Equal((HttpStatusCode.OK, "DPoP"), (tokens.Status, tokens.Text("token_type")));
    }

    public static TheoryData<string, Func<FapiPlan, string>> Bad => new()
    {
        { "FM03 without exp", plan => plan.RequestObject(plan.Signing, claims => claims.Remove("exp")) },
        { "FM04 without nbf", plan => plan.RequestObject(plan.Signing, claims => claims.Remove("nbf")) },
        { "FM05 expired", plan => plan.RequestObject(plan.Signing, claims => Move(claims, "exp", -10)) },
        { "FM06 for another server", plan => plan.RequestObject(plan.Signing, claims => claims["aud"] = "https://other.example") },
        { "FM07 with exp 70 minutes ahead", plan => plan.RequestObject(plan.Signing, claims => Move(claims, "exp", 65)) },
        { "by RS256 according to its header", plan => plan.RequestObject(plan.Signing, header: new JsonObject { ["alg"] = "RS256" }) },
        { "FM11 with a broken signature", plan => plan.RequestObject(plan.Signing)[..^6] + "AAAAAA" },
        { "of another client's key", plan => plan.RequestObject(plan.Signing, key: plan.First.Key) },
    };

    [Theory, MemberData(nameof(Bad))]
    [Spec("FM03")]
    [Spec("FM04")]
    [Spec("FM05")]
    [Spec("FM06")]
    [Spec("FM07")]
    [Spec("FM11")]
    public async Task A_request_object_outside_the_profile_is_refused(string row, Func<FapiPlan, string> request)
    {
        var refused = await FapiPlan.PushObjectAsync(plan.Signing, request(plan));

        Assert.True(
            refused is { Status: HttpStatusCode.BadRequest, Error: "invalid_request_object" }, $"{row}: {refused.Status} {refused.Body}");
    }

    [Fact]
    [Spec("FM10")]
    public async Task An_unsigned_request_object_is_refused()
    {
        var parts = plan.RequestObject(plan.Signing, header: new JsonObject { ["alg"] = "none", ["kid"] = null }).Split('.');

        Assert.Equal("invalid_request_object", (await FapiPlan.PushObjectAsync(plan.Signing, $"{parts[0]}.{parts[1]}.")).Error);
    }

    [Fact]
    [Spec("FM13")]
    public async Task A_client_that_is_held_to_signed_requests_cannot_push_others() =>
        Assert.Equal("invalid_request", (await plan.Signing.PushAsync()).Error);

    [Fact]
    [Spec("FJ02")]
    public async Task Metadata_offers_signed_answers()
    {
        using var http = plan.Server.Backchannel();
        var document = JsonNode.Parse(await http.GetStringAsync("/.well-known/openid-configuration"))!;

        Assert.Contains("jwt", document["response_modes_supported"]!.AsArray().Select(value => value!.GetValue<string>()));
        foreach (var name in (string[])["authorization_signing_alg_values_supported", "request_object_signing_alg_values_supported"])
        {
            Assert.Contains("PS256", document[name]!.AsArray().Select(value => value!.GetValue<string>()));
        }
    }

    private static void Move(JsonObject claims, string name, int minutes) => claims[name] = claims[name]!.GetValue<long>() + (minutes * 60);
}
