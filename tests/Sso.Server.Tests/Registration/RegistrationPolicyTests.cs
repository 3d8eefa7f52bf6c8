using Sso.Admin.Registrations;
using Sso.Settings;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Registration;

[OneDatabase]
public sealed class RegistrationPolicyTests
{
    [Fact]
    [Spec("OIDC Dynamic Registration", "2")]
    public void The_word_implicit_goes_with_a_response_type_that_brings_an_id_token_as_discovery_lists_it()
    {
        string[] grants = ["authorization_code", "implicit"];
        var policy = new RegistrationPolicy { GrantTypes = grants, ResponseTypes = ["code", "id_token"] };

        Assert.Empty(FlawsOf(policy));
        Assert.Contains(
            "Registration:ResponseTypes", Assert.Single(FlawsOf(policy with { ResponseTypes = ["code"] })), StringComparison.Ordinal);
        Assert.Contains("password", Assert.Single(FlawsOf(policy with { GrantTypes = [.. grants, "password"] })), StringComparison.Ordinal);
    }

    private static IEnumerable<string> FlawsOf(RegistrationPolicy policy) => new RegistrationPolicyRules().FlawsOf("Registration", policy);
}
