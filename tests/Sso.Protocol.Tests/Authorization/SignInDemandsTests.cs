using OpenIddict.Abstractions;
using Sso.Protocol.Authorization;
using Sso.Testing;
using Xunit;

namespace Sso.Protocol.Tests.Authorization;

[Spec("OIDC Core", "3.1.2.1")]
[Spec("OIDC Core", "5.5.1.1")]
public sealed class SignInDemandsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<string, OpenIddictRequest, int, string?, string?> SignIns => new()
    {
        { "nothing is demanded", new(), 3600, null, null },
        { "young enough", new() { ["max_age"] = "3600" }, 3600, null, null },
        { "too old", new() { ["max_age"] = "3600" }, 3640, null, "unmet_authentication_requirements" },
        { "just now, seen from the next request", new() { ["max_age"] = "0" }, 2, null, null },
        { "a wish for a level", new() { ["acr_values"] = "mfa" }, 0, "pwd", null },
        {
            "an essential level that was reached",
            Claims("""{"id_token":{"acr":{"essential":true,"values":["mfa","pwd"]}}}"""), 0, "pwd", null
        },
        {
            "one that was not",
            Claims("""{"id_token":{"acr":{"essential":true,"value":"mfa"}}}"""), 0, "pwd", "unmet_authentication_requirements"
        },
        {
            "one of a sign-in that says none",
            Claims("""{"id_token":{"acr":{"essential":true,"value":"mfa"}}}"""), 0, null, "unmet_authentication_requirements"
        },
        { "this person", Claims("""{"id_token":{"sub":{"value":"ada"}}}"""), 0, null, null },
        { "another person", Claims("""{"id_token":{"sub":{"value":"eve"}}}"""), 0, null, "login_required" },
    };

    [Theory, MemberData(nameof(SignIns))]
    public void A_sign_in_meets_what_was_demanded_or_is_refused(
        string situation, OpenIddictRequest request, int age, string? acr, string? error)
    {
        Assert.False(SignInDemands.Read(request, ["pwd", "mfa"]).Failed(out _, out var demands), situation);
        Assert.Equal(error, demands.Unmet("ada", Noon.AddSeconds(-age), acr, Noon)?.Code);
    }

    [Fact]
    public void Who_does_not_say_when_somebody_signed_in_meets_no_age()
    {
        Assert.False(SignInDemands.Read(new() { ["max_age"] = "3600" }, []).Failed(out _, out var demands));
        Assert.NotNull(demands.Unmet("ada", authenticatedAt: null, acr: null, Noon));
    }

    private static OpenIddictRequest Claims(string json) => new() { ["claims"] = json };
}
