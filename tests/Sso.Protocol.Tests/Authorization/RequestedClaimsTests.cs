using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;
using static Sso.Protocol.Tests.Requests;

namespace Sso.Protocol.Tests.Authorization;

[Spec("OIDC Core", "5.5")]
public sealed class RequestedClaimsTests
{
    private static readonly Client Known = Shop with { Scopes = [Scopes.OpenId, Scopes.Profile, Scopes.Email] };

    [Fact]
    [Spec("FS08")]
    public void Reads_what_is_asked_for_each_place_and_ignores_what_it_does_not_know()
    {
        var claims = Claims(
            """{"userinfo":{"name":{"essential":true},"shoe_size":null}"""
                + ""","id_token":{"email":{"x":1},"auth_time":{"essential":true}},"other":[1]}""");
        Assert.Equal(("name", "email"), (Assert.Single(claims.UserInfo), Assert.Single(claims.IdToken)));
        Assert.Null(claims.Subjects);
        Assert.Empty(claims.AcrValues);
    }

    [Fact]
    public void A_claim_whose_scope_is_not_registered_is_left_out() =>
        Assert.Equal(["email"], Claims("""{"userinfo":{"email":null,"phone_number":null,"address":{"essential":true}}}""").UserInfo);

    [Fact]
    public void What_no_scope_of_the_request_brings_has_to_be_allowed_by_itself()
    {
        var request = Request(
            Known, ("scope", "openid email"), ("claims", """{"userinfo":{"email":null,"name":null},"id_token":{"picture":null}}"""));
        Assert.Equal(["claim name", "claim picture", "email", "openid"], request.Asked.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("""{"userinfo":[]}""")]
    [InlineData("""{"userinfo":{"name":true}}""")]
    [InlineData("""{"userinfo":{"name":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}""")]
    public void What_is_no_claims_request_is_refused(string value) =>
        Assert.Equal("invalid_request", Error(value).Code);

    [Theory]
    [InlineData("""{"id_token":{"sub":{"value":"a"}}}""", "a")]
    [InlineData("""{"userinfo":{"sub":{"values":["a","b"]}}}""", "a b")]
    [InlineData("""{"userinfo":{"sub":{"values":["a","b"]}},"id_token":{"sub":{"value":"b"}}}""", "b")]
    [InlineData("""{"userinfo":{"sub":{"value":"a"}},"id_token":{"sub":{"value":"b"}}}""", "")]
    [InlineData("""{"userinfo":{"sub":{"value":7}}}""", "")]
    public void Sub_names_who_may_sign_in(string value, string subjects) =>
        Assert.Equal(subjects, string.Join(' ', Claims(value).Subjects!.Order(StringComparer.Ordinal)));

    [Theory]
    [Spec("OIDC Core", "5.5.1.1")]
    [InlineData(null, "a urn:sso:acr:1fa", "a urn:sso:acr:1fa")]
    [InlineData("""{"id_token":{"acr":{"values":["urn:sso:acr:mfa"]}}}""", "phr", "phr urn:sso:acr:mfa")]
    [InlineData("""{"id_token":{"acr":{"essential":true,"values":["urn:sso:acr:mfa","x"]}}}""", "urn:sso:acr:1fa", "urn:sso:acr:mfa x")]
    [InlineData("""{"id_token":{"acr":{"essential":true}}}""", "urn:sso:acr:1fa", "urn:sso:acr:1fa")]
    public void An_essential_acr_takes_the_place_of_acr_values_and_a_voluntary_one_joins_them(
        string? claims, string acrValues, string expected) =>
        Assert.Equal(expected, string.Join(' ', Request(Known, ("claims", claims), ("acr_values", acrValues)).AcrValues));

    [Fact]
    [Spec("OIDC Core", "5.5.1.1")]
    public void An_essential_acr_that_nobody_can_reach_is_a_failed_sign_in() =>
        Assert.Equal("unmet_authentication_requirements", Error("""{"id_token":{"acr":{"essential":true,"value":"gold"}}}""").Code);

    [Theory]
    [Spec("BA27")]
    [InlineData(Authentication.MultiFactorWithoutText, "urn:sso:acr:1fa urn:sso:acr:mfa", Authentication.MultiFactor)]
    [InlineData(Authentication.MultiFactorWithoutText, "urn:sso:acr:mfa-app urn:sso:acr:mfa", Authentication.MultiFactorWithoutText)]
    [InlineData(Authentication.PhishingResistant, "urn:sso:acr:mfa-app", Authentication.MultiFactorWithoutText)]
    [InlineData(Authentication.SingleFactor, "1 2", Authentication.SingleFactor)]
    [InlineData(Authentication.SingleFactor, "", Authentication.SingleFactor)]
    public void A_stronger_sign_in_is_named_by_the_strongest_wish_that_it_satisfies(string proved, string wanted, string told) =>
        Assert.Equal(told, new Authentication(Noon, proved, []).NamedBy([.. wanted.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).Acr);

    private static RequestedClaims Claims(string value) => Request(Known, ("claims", value)).Claims;

    private static OAuthError Error(string value) =>
        Assert.IsType<AuthorizationFailure.SentToClient>(Failure(Known, ("claims", value))).Error;
}
