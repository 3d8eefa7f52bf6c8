using Microsoft.EntityFrameworkCore;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.SignIn;

/// <summary>A method at which fifty wrong codes in a row were tried.</summary>
[Spec("S18")]
public sealed class ShutFactorTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Fact]
    public async Task The_fiftieth_shuts_it_and_the_owner_hears()
    {
        var ada = await NearlyShutAsync();
        Assert.IsType<CodeOutcome.Wrong>(await TryAsync(ada, await ada.WrongAppCodeAsync()));
        Assert.Equal(["FactorShut"], await ada.ToldAsync());
    }

    [Fact]
    public async Task The_right_code_at_the_fiftieth_try_begins_the_count_again()
    {
        var ada = await NearlyShutAsync();
        Assert.IsType<CodeOutcome.Accepted>(await TryAsync(ada, await ada.AppCodeAsync()));
        Assert.Equal(0, Assert.Single(await ada.FactorsAsync()).ConsecutiveFailures);
        Assert.Empty(await ada.ToldAsync());
    }

    [Fact]
    public async Task Waiting_opens_it_never()
    {
        var ada = await ShutAsync();
        accounts.Clock.Advance(TimeSpan.FromDays(365));
        Assert.Equal(CodeOutcome.Locked.Shut, await TryAsync(ada, await ada.AppCodeAsync()));
    }

    [Fact]
    public async Task A_recovery_code_opens_it()
    {
        var ada = await ShutAsync();
        var owner = accounts.OpenBrowser();
        var signIn = await owner.SignedInAsync(ada);
        await owner.MakeRecoveryCodesAsync(signIn);
        var made = (await owner.RecoveryCodesBeingSavedAsync(signIn))!;
        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(ada);
        Assert.IsType<CodeOutcome.Accepted>(await browser.RecoveryCodeAsync(request, made[0]));
        Assert.IsType<CodeOutcome.Accepted>(await TryAsync(ada, await ada.AppCodeAsync()));
    }

    private async Task<CodeOutcome> TryAsync(Customer ada, string code)
    {
        var browser = accounts.OpenBrowser();
        return await browser.AppCodeAsync(await browser.AfterPasswordAsync(ada), code);
    }

    private async Task<Customer> NearlyShutAsync()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        await accounts.ReadAsync(database => database.SecondFactors.Where(row => row.PersonId == ada.Id)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ConsecutiveFailures, 49)));
        return ada;
    }

    private async Task<Customer> ShutAsync()
    {
        var ada = await NearlyShutAsync();
        await TryAsync(ada, await ada.WrongAppCodeAsync());
        return ada;
    }
}
