using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Recovery;

/// <summary>Where the operator wants a human to help.</summary>
[Spec("S39")]
public sealed class LostFactorByContactTests(HelpedByHumans accounts) : IClassFixture<HelpedByHumans>
{
    [Fact]
    public async Task Nobody_may_ask()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var browser = accounts.OpenBrowser();
        await browser.AfterPasswordAsync(ada);
        var signIn = await browser.SignInAsync();
        Assert.Equal(
            LostFactorState.Contact,
            await browser.ActAsync<LostFactor, LostFactorState>((lost, _) => lost.StateAsync(signIn, CancellationToken.None)));
    }
}

/// <summary>Where the way back is through support only.</summary>
public sealed class HelpedByHumans : AccountsDatabase
{
    protected override Dictionary<string, string?> Settings => new() { ["SignIn:LostFactor"] = "contact" };
}
