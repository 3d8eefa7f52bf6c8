using Sso.Protocol.Pkce;
using Sso.Testing;
using Xunit;

namespace Sso.Protocol.Tests.Pkce;

[Spec("RFC 7636", "4.6")]
[Spec("S89")]
public sealed class CodeChallengeTests
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    [Fact]
    [Spec("RFC 7636", "Appendix B")]
    public void The_verifier_of_the_specification_answers_its_challenge() =>
        Assert.True(CodeChallenge.Parse(Requests.Challenge)!.IsAnsweredBy(Verifier));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK")]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX")]
    [InlineData(Requests.Challenge)]
    [InlineData("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX\u00e8")]
    public void Anything_else_does_not(string? verifier) => Assert.False(CodeChallenge.Parse(Requests.Challenge)!.IsAnsweredBy(verifier));

    [Theory]
    [InlineData("")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM")]
    [InlineData("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c")]
    public void Only_43_characters_of_base64url_are_a_challenge(string value) => Assert.Null(CodeChallenge.Parse(value));
}
