using Sso.Data.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.Owner;

/// <summary>The sessions that a person sees and ends.</summary>
[Spec("S46")]
public sealed class OwnSessionsTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Fact]
    public async Task This_one_stands_first_and_is_named_so()
    {
        var (ada, here) = await SignedInAsync();
        var elsewhere = accounts.OpenBrowser();
        await elsewhere.SignedInAsync(ada);
        Assert.Equal([true, false], (await here.SessionsAsync()).Select(session => session.IsThis));
    }

    [Fact]
    public async Task A_sign_in_that_lacks_a_step_is_told_from_a_complete_one()
    {
        var (ada, here) = await SignedInAsync();
        await here.CompleteAsync();
        await accounts.OpenBrowser().AfterPasswordAsync(ada);
        Assert.Equal([true, false], (await here.SessionsAsync()).Select(session => session.IsComplete));
    }

    [Fact]
    public async Task One_is_ended_and_recorded_and_the_others_stay()
    {
        var (ada, here) = await SignedInAsync();
        var (second, third) = (accounts.OpenBrowser(), accounts.OpenBrowser());
        var ended = (await second.SignedInAsync(ada)).SessionId;
        await third.SignedInAsync(ada);
        Assert.True(await here.EndOneAsync(ended));
        Assert.False(await second.IsSignedInAsync());
        Assert.True(await third.IsSignedInAsync());
        Assert.Contains(SecurityEventKind.SessionEnded, await ada.EventsAsync());
        Assert.False(await here.EndOneAsync(ended));
    }

    [Fact]
    public async Task All_others_end_and_a_copy_of_this_one_with_them()
    {
        var (ada, here) = await SignedInAsync();
        var (other, copy) = (accounts.OpenBrowser(), accounts.OpenBrowser());
        await other.SignedInAsync(ada);
        copy.Session = here.Session;
        await here.EndOthersAsync();
        Assert.True(await here.IsSignedInAsync());
        Assert.False(await other.IsSignedInAsync());
        Assert.False(await copy.IsSignedInAsync());
    }

    [Fact]
    [Spec("S114")]
    public async Task Nobody_ends_the_session_of_somebody_else()
    {
        var (_, hers) = await SignedInAsync();
        var (_, his) = await SignedInAsync();
        Assert.False(await his.EndOneAsync((await hers.SignInAsync()).SessionId));
        Assert.True(await hers.IsSignedInAsync());
    }

    private async Task<(Customer Ada, Browser Browser)> SignedInAsync()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var browser = accounts.OpenBrowser();
        await browser.SignedInAsync(ada);
        return (ada, browser);
    }
}
