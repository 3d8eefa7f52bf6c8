using System.Net;
using System.Text.Json.Nodes;
using Sso.Server.Tests.Conformance;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Fapi;

/// <summary>
/// The plan fapi2-security-profile-final, one row a test: private_key_jwt, DPoP, OpenID
/// Connect. Rows of proofs stand in DpopTests.
/// </summary>
[OneDatabase]
public sealed class SecurityProfileTests(FapiPlan plan) : IClassFixture<FapiPlan>
{
    [Fact]
    [Spec("FS01")]
    public async Task Metadata_offers_what_the_profile_needs()
    {
        using var http = plan.Server.Backchannel();
        foreach (var path in (string[])["openid-configuration", "oauth-authorization-server"])
        {
            var document = JsonNode.Parse(await http.GetStringAsync("/.well-known/" + path))!;
            string[] Values(string name) => [.. document[name]!.AsArray().Select(value => value!.GetValue<string>())];

            Assert.Contains("code", Values("response_types_supported"));
            Assert.True(document["authorization_response_iss_parameter_supported"]!.GetValue<bool>());
            Assert.StartsWith("https://", document["pushed_authorization_request_endpoint"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Equal(System.Text.Json.JsonValueKind.False, document["require_pushed_authorization_requests"]!.GetValueKind());
            Assert.Contains("S256", Values("code_challenge_methods_supported"));
            foreach (var name in (string[])["id_token", "token_endpoint_auth", "dpop", "userinfo", "request_object"])
            {
                Assert.Contains("PS256", Values(name + "_signing_alg_values_supported"));
                Assert.Contains("ES256", Values(name + "_signing_alg_values_supported"));
            }

            Assert.Contains("private_key_jwt", Values("token_endpoint_auth_methods_supported"));
            Assert.Contains("authorization_code", Values("grant_types_supported"));
            Assert.Contains("openid", Values("scopes_supported"));
            Assert.NotEmpty(Values("subject_types_supported"));
        }
    }

    [Fact]
    [Spec("FS02")]
    public async Task A_token_in_the_query_or_with_the_key_of_another_client_is_refused()
    {
        var tokens = await plan.RunAsync(plan.Second);
        using var http = plan.Server.Backchannel();
        using var query = await http.GetAsync("/connect/userinfo?access_token=" + tokens.AccessToken);
        Assert.Equal(HttpStatusCode.Unauthorized, query.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await plan.First.PresentAsync("DPoP", tokens.AccessToken)).Status);
    }

    [Fact]
    [Spec("FS04")]
    [Spec("FS05")]
    public async Task What_was_not_sent_does_not_come_back()
    {
        var answer = await plan.AuthorizeAsync(plan.First, await plan.First.PushAsync(("state", null), ("nonce", null)));
        Assert.Null(answer.Parameter("state"));
        var tokens = await plan.First.RedeemAsync(answer.Code);
        Assert.False(tokens.IdToken.TryGetPayloadValue<string>("nonce", out _));
        Assert.False(tokens.IdToken.TryGetPayloadValue<string>("s_hash", out _));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(384)]
    [Spec("FS06")]
    [Spec("FS21")]
    public async Task A_long_nonce_comes_back_whole(int length)
    {
        var nonce = new string('n', length);

        Assert.Equal(nonce, (await plan.RunAsync(plan.First, ("nonce", nonce))).IdToken.GetClaim("nonce").Value);
    }

    [Fact]
    [Spec("FS08")]
    public async Task Claims_come_where_they_are_asked_for_and_those_that_nobody_knows_are_ignored()
    {
        var tokens = await plan.RunAsync(plan.First, ("scope", "openid"), ("claims",
            """{"userinfo":{"preferred_username":null,"no_such_claim":{"essential":true}}"""
                + ""","id_token":{"email":{"value":"x"},"nothing":null}}"""));

        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        var told = (await plan.First.UserInfoAsync(tokens.AccessToken)).Body;
        Assert.Equal(["preferred_username", "sub"], told.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.True(tokens.IdToken.TryGetClaim("email", out _));
        Assert.False(tokens.IdToken.TryGetClaim("nothing", out _));
    }

    [Fact]
    [Spec("FS19")]
    [Spec("FS20")]
    [Spec("FS53")]
    public async Task Only_what_was_pushed_counts_whatever_the_browser_brings_beside_it()
    {
        var answer = await plan.AuthorizeAsync(plan.First, await plan.First.PushAsync(), ("nonce", "other"), ("state", "other"));

        Assert.Equal("state-1", answer.Parameter("state"));
        Assert.Equal("nonce-1", (await plan.First.RedeemAsync(answer.Code)).IdToken.GetClaim("nonce").Value);
        Assert.NotNull(await plan.CodeAsync(plan.First));
    }

    public static TheoryData<string, string?, string?> BadRequests => new()
    {
        { "FS24 FS26 no redirect_uri", "redirect_uri", null },
        { "FS25 an unregistered redirect_uri", "redirect_uri", "https://evil.example/callback" },
        { "FS28 another response type", "response_type", "code id_token" },
        { "FS29 the implicit response type", "response_type", "token" },
        { "FS47 a request_uri", "request_uri", "urn:ietf:params:oauth:request_uri:abc" },
        { "FS49 no PKCE", "code_challenge", null },
        { "FS52 plain PKCE", "code_challenge_method", "plain" },
    };

    [Theory, MemberData(nameof(BadRequests))]
    [Spec("FS24")]
    [Spec("FS25")]
    [Spec("FS26")]
    [Spec("FS28")]
    [Spec("FS29")]
    [Spec("FS47")]
    [Spec("FS49")]
    [Spec("FS52")]
    public async Task A_request_outside_the_profile_cannot_be_pushed(string row, string? name, string? value)
    {
        var refused = await plan.First.PushAsync(
            (name!, value), ("code_challenge_method", name == "code_challenge" ? null : value is "plain" ? "plain" : "S256"));

        Assert.True(
            refused.Status == HttpStatusCode.BadRequest && refused.Error is "invalid_request" or "unsupported_response_type",
            $"{row}: {refused.Status} {refused.Body}");
    }

    [Fact]
    [Spec("FS27")]
    [Spec("XP03")]
    public async Task A_request_that_was_not_pushed_is_refused() =>
        Assert.Equal("invalid_request", (await plan.Server.OpenBrowser().GetAsync(plan.First.AuthorizeUrl())).Error);

    [Fact]
    [Spec("FS30")]
    public async Task An_assertion_in_the_name_of_another_client_is_refused()
    {
        var code = await plan.CodeAsync(plan.First);
        var forged = plan.Second.Assertion(key: plan.First.Key);

        Assert.Equal("invalid_client", (await plan.First.RedeemAsync(code, ("client_assertion", forged))).Error);
    }

    [Fact]
    [Spec("FS32")]
    public async Task A_code_of_another_client_is_refused()
    {
        // With the proof key of the first: nothing but the client differs.
        var thief = plan.Second.With(plan.Second.Key, plan.First.ProofKey);
        var code = await plan.CodeAsync(plan.First);

        Assert.Equal(
            "invalid_grant",
            (await thief.RedeemAsync(code, ("code_verifier", plan.First.Verifier), ("redirect_uri", plan.First.RedirectUri))).Error);
    }

    [Fact]
    [Spec("FS33")]
    public async Task A_code_works_once_and_its_second_use_ends_the_token()
    {
        var code = await plan.CodeAsync(plan.First);
        var tokens = await plan.First.RedeemAsync(code);
        await plan.Server.PassAsync(TimeSpan.FromSeconds(1));

        Assert.Equal("invalid_grant", (await plan.First.RedeemAsync(code)).Error);
        Assert.Equal(HttpStatusCode.Unauthorized, (await plan.First.UserInfoAsync(tokens.AccessToken)).Status);
    }

    public static TheoryData<string, Func<FapiPlan, string>> BadAssertions => new()
    {
        {
            "FS37 expired",
            plan => plan.First.Assertion(claims => claims["exp"] = plan.Server.Clock.GetUtcNow().AddMinutes(-5).ToUnixTimeSeconds())
        },
        { "FS38 for another server", plan => plan.First.Assertion(claims => claims["aud"] = "https://other.example") },
        { "FS39 no sub", plan => plan.First.Assertion(claims => claims.Remove("sub")) },
        {
            "FS45 from the future",
            plan => plan.First.Assertion(claims => claims["nbf"] = plan.Server.Clock.GetUtcNow().AddSeconds(65).ToUnixTimeSeconds())
        },
        { "FS55 for the PAR endpoint", plan => plan.First.Assertion(claims => claims["aud"] = SsoServer.Issuer + "/connect/par") },
        { "FS56 for the token endpoint", plan => plan.First.Assertion(claims => claims["aud"] = SsoServer.Issuer + "/connect/token") },
        { "XP02 for the issuer in an array", plan => plan.First.Assertion(claims => claims["aud"] = new JsonArray(SsoServer.Issuer)) },
        {
            "XP02 for more than the issuer",
            plan => plan.First.Assertion(claims => claims["aud"] = new JsonArray(SsoServer.Issuer, SsoServer.Issuer + "/connect/token"))
        },
    };

    [Theory, MemberData(nameof(BadAssertions))]
    [Spec("FS37")]
    [Spec("FS38")]
    [Spec("FS39")]
    [Spec("FS45")]
    [Spec("FS55")]
    [Spec("FS56")]
    [Spec("XP02")]
    public async Task An_assertion_outside_the_profile_is_refused_at_par_and_at_the_token_endpoint(
        string row, Func<FapiPlan, string> assertion)
    {
        await plan.Server.ForgetAttemptsAsync();
        var pushed = await plan.First.PushAsync(("client_assertion", assertion(plan)));
        Assert.True(pushed is { Status: HttpStatusCode.Unauthorized, Error: "invalid_client" }, $"{row}: {pushed.Body}");
        var redeemed = await plan.First.RedeemAsync("code", ("client_assertion", assertion(plan)));
        Assert.True(redeemed is { Status: HttpStatusCode.Unauthorized, Error: "invalid_client" }, $"{row}: {redeemed.Body}");
    }

    [Fact]
    [Spec("FS36")]
    public async Task Without_an_assertion_a_code_is_not_redeemed()
    {
        var code = await plan.CodeAsync(plan.First);

        Assert.Equal(
            "invalid_client",
            (await plan.First.RedeemAsync(
                code, ("client_id", plan.First.Id), ("client_assertion", null), ("client_assertion_type", null))).Error);
    }

    [Fact]
    [Spec("FS42")]
    [Spec("FS43")]
    [Spec("FS46")]
    public async Task A_request_uri_begins_one_sign_in_within_a_minute_and_of_its_client_only()
    {
        var pushed = await plan.First.PushAsync();
        Assert.Equal("/error", (await plan.Server.OpenBrowser().GetAsync(FapiPlan.Url(plan.Second, pushed))).Path);
        Assert.NotNull((await plan.AuthorizeAsync(plan.First, pushed)).Code);
        Assert.Equal("/error", (await plan.Server.OpenBrowser().GetAsync(FapiPlan.Url(plan.First, pushed))).Path);

        var late = await plan.First.PushAsync();
        await plan.Server.PassAsync(TimeSpan.FromSeconds(61));
        Assert.Equal("/error", (await plan.Server.OpenBrowser().GetAsync(FapiPlan.Url(plan.First, late))).Path);
    }

    [Fact]
    [Spec("FS44")]
    public async Task An_assertion_may_be_eight_seconds_early()
    {
        var ahead = plan.Server.Clock.GetUtcNow().AddSeconds(8).ToUnixTimeSeconds();

        Assert.Equal(
            HttpStatusCode.Created,
            (await plan.First.PushAsync(
                ("client_assertion", plan.First.Assertion(claims => (claims["iat"], claims["nbf"]) = (ahead, ahead))))).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0123456789012345678901234567890123456789012")]
    [Spec("FS50")]
    [Spec("FS51")]
    public async Task A_code_without_its_verifier_is_refused(string? verifier) =>
        Assert.Equal("invalid_grant", (await plan.First.RedeemAsync(await plan.CodeAsync(plan.First), ("code_verifier", verifier))).Error);

    [Fact]
    [Spec("FG08")]
    [Spec("FG03")]
    public async Task Plain_oauth_gives_no_id_token_and_userinfo_is_not_its_resource()
    {
        var tokens = await plan.RunAsync(plan.First, ("scope", "profile"));

        Assert.Equal(HttpStatusCode.OK, tokens.Status);
        Assert.Null(tokens.Text("id_token"));
        Assert.Equal("DPoP", tokens.Text("token_type"));
        Standard.IsRandom(tokens.AccessToken!);
        // Userinfo is OpenID Connect's: the plan without it needs a resource of the operator's own.
        var refused = await plan.First.PresentAsync("DPoP", tokens.AccessToken);
        Assert.Equal((HttpStatusCode.Forbidden, "insufficient_scope"), (refused.Status, refused.Error));
    }

    [Fact]
    public async Task A_code_lives_no_longer_than_a_minute_and_tokens_without_a_key_are_not_given()
    {
        var code = await plan.CodeAsync(plan.First);
        await plan.Server.PassAsync(TimeSpan.FromSeconds(61));
        Assert.Equal("invalid_grant", (await plan.First.RedeemAsync(code)).Error);

        var client = await plan.RegisterAsync("ES256");
        client.ProofKey = null;
        Assert.Equal("invalid_dpop_proof", (await client.RedeemAsync(await plan.CodeAsync(client))).Error);
    }

    [Fact]
    public async Task A_refresh_token_stays_as_it_is()
    {
        var client = await plan.RegisterAsync("ES256");
        var tokens = await plan.RunAsync(client, ("scope", "openid offline_access"));
        var once = await client.RefreshAsync(tokens.RefreshToken);
        var again = await client.RefreshAsync(tokens.RefreshToken);

        Assert.Equal((HttpStatusCode.OK, "DPoP"), (once.Status, once.Text("token_type")));
        Assert.Equal(HttpStatusCode.OK, again.Status);
        await plan.Server.PassAsync(TimeSpan.FromMinutes(5));
        Assert.Equal(HttpStatusCode.OK, (await client.RefreshAsync(tokens.RefreshToken)).Status);
    }
}
