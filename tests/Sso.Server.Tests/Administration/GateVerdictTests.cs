using Sso.Accounts.SignIn;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Server.Preview;
using Sso.Server.Tests.Admin;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Administration;

/// <summary>What is said above tokens of a preview, where the pages of it never come to that.</summary>
[OneDatabase]
public sealed class GateVerdictTests
{
    [Fact]
    public void What_the_gate_refuses_is_told_with_the_error_of_the_application()
    {
        var verdict = GateVerdict.Of(new Simulation(
            AdminDatabase.Row("app"), Obstacle: null, [new(new NextStep.Refuse(OAuthError.UnmetAuthenticationRequirements), By: null)],
            Facts: null));
        Assert.Equal((GateEnd.Refused, "unmet_authentication_requirements"), (verdict.End, verdict.Error));
        Assert.False(verdict.IsLetIn);
    }
}
