using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Owner;

/// <summary>Where the policy demands a second factor.</summary>
[Spec("S34")]
[Spec("U50")]
public sealed class DemandedFactorTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Fact]
    public async Task It_cannot_be_turned_off()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var browser = accounts.OpenBrowser();
        await browser.SignedInAsync(ada);
        Assert.False(await browser.DisableTwoFactorAsync());
        Assert.Single(await ada.FactorsAsync());
        Assert.Empty(await ada.ToldAsync());
    }
}
