using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;
using static Sso.Protocol.Tests.Requests;

namespace Sso.Protocol.Tests.Authorization;

[Spec("RFC 9396", "2")]
public sealed class AuthorizationDetailsTests
{
    private static readonly Client Known = Shop with { AuthorizationDetailTypes = ["payment", "forgotten"] };

    [Fact]
    public void Reads_what_fits_its_type_and_keeps_it_in_compact_form()
    {
        var details = Request(Known, (
            "authorization_details",
            """[ { "type": "payment", "actions": ["initiate"], "locations": ["https://bank.example"]"""
                + """, "amount": { "eur": 5 }, "urgent": false } ]""")).Details!;
        Assert.Equal(
            """[{"type":"payment","actions":["initiate"],"locations":["https://bank.example"],"amount":{"eur":5},"urgent":false}]""",
            details.Json);
        Assert.Equal(
            ["actions: initiate", "locations: https://bank.example", "amount: eur 5", "urgent: false"],
            Assert.Single(details.Objects).Lines);
    }

    [Theory]
    [Spec("RFC 9396", "5")]
    [InlineData("nonsense")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[1]")]
    [InlineData("""[{"amount":{}}]""")]
    [InlineData("""[{"type":7,"amount":{}}]""")]
    [InlineData("""[{"type":"unknown","amount":{}}]""")]
    [InlineData("""[{"type":"forgotten","amount":{}}]""")]
    [InlineData("""[{"type":"payment"}]""")]
    [InlineData("""[{"type":"payment","amount":5}]""")]
    [InlineData("""[{"type":"payment","amount":{},"more":1}]""")]
    [InlineData("""[{"type":"payment","amount":{},"amount":{}}]""")]
    [InlineData("""[{"type":"payment","amount":{},"actions":["steal"]}]""")]
    [InlineData("""[{"type":"payment","amount":{},"actions":"initiate"}]""")]
    [InlineData("""[{"type":"payment","amount":{},"actions":[]}]""")]
    [InlineData("""[{"type":"payment","amount":{},"locations":["https://evil.example"]}]""")]
    [InlineData("""[{"type":"payment","amount":{},"to":null}]""")]
    public void What_does_not_fit_is_refused(string value) =>
        Assert.Equal(
            "invalid_authorization_details",
            Assert.IsType<AuthorizationFailure.SentToClient>(Failure(Known, ("authorization_details", value))).Error.Code);

    [Fact]
    public void A_type_that_the_client_is_not_registered_for_is_refused() => Assert.Equal(
        "invalid_authorization_details",
        Assert.IsType<AuthorizationFailure.SentToClient>(
            Failure(Shop, ("authorization_details", """[{"type":"payment","amount":{}}]"""))).Error.Code);

    [Fact]
    public void What_is_asked_in_detail_is_allowed_in_the_very_request()
    {
        var request = Request(Known with { ConsentRequired = true }, ("authorization_details", """[{"type":"payment","amount":{}}]"""));
        var state = State(Password(), App()) with { ConsentedScopes = ["openid"] };
        Assert.IsType<NextStep.AskConsent>(InteractionPolicy.Decide(request, state));
        Assert.IsType<NextStep.Issue>(InteractionPolicy.Decide(request, state with { ConsentFlowId = ThisFlow }));
    }
}
