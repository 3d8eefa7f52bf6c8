using System.Buffers.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Data.Operations;
using Sso.Data.Sessions;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.SignIn;

/// <summary>Browsers that are spared the second factor: for whom, how long, and all that ends the trust.</summary>
[Spec("S35")]
public sealed class TrustedDevicesTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Fact]
    [Spec("S38")]
    public async Task After_the_password_a_trusted_browser_is_through_the_gate_as_one_factor()
    {
        var (ada, browser) = await TrustedAsync();
        var request = await SignInAgainAsync(ada, browser);
        var issued = Assert.IsType<NextStep.Issue>(await browser.NextAsync(request)).Authentication;
        Assert.Equal(Authentication.SingleFactor, issued.Acr);
        Assert.Equal(["pwd"], issued.Amr);
    }

    [Fact]
    public async Task A_client_that_did_not_ask_for_it_gets_the_second_factor()
    {
        var (ada, browser) = await TrustedAsync();
        browser.Session = null;
        Assert.IsType<NextStep.ChallengeSecondFactor>(await browser.NextAsync(await browser.AfterPasswordAsync(ada)));
    }

    [Fact]
    [Spec("S38")]
    public async Task A_demanded_acr_is_not_softened()
    {
        var (ada, browser) = await TrustedAsync();
        var request = await SignInAgainAsync(ada, browser, Trusting() with { AcrValues = [Authentication.MultiFactor] });
        Assert.IsType<NextStep.ChallengeSecondFactor>(await browser.NextAsync(request));
    }

    [Fact]
    public async Task It_is_good_for_its_owner_only()
    {
        var (_, browser) = await TrustedAsync();
        var bo = await (await accounts.AddPersonAsync("bo")).WithAppAsync();
        await IsOverAsync(bo, browser);
    }

    [Fact]
    public async Task It_lasts_thirty_days_and_its_use_does_not_prolong_it()
    {
        var (ada, browser) = await TrustedAsync();
        accounts.Clock.Advance(TimeSpan.FromDays(29));
        await IsGoodAsync(ada, browser);
        accounts.Clock.Advance(TimeSpan.FromDays(1));
        await IsOverAsync(ada, browser);
    }

    [Fact]
    public async Task Its_secret_changes_at_each_use_and_its_id_stays()
    {
        var (ada, browser) = await TrustedAsync();
        var before = browser.Device!;
        await IsGoodAsync(ada, browser);
        Assert.NotEqual(before, browser.Device);
        Assert.Equal(before.Split('.')[0], browser.Device!.Split('.')[0]);
    }

    [Fact]
    public async Task A_copy_that_comes_after_its_use_ends_the_trust_and_the_owner_hears()
    {
        var (ada, browser) = await TrustedAsync();
        var copy = browser.Device;
        await IsGoodAsync(ada, browser);
        accounts.Clock.Advance(TimeSpan.FromSeconds(11));
        var thief = accounts.OpenBrowser();
        thief.Device = copy;
        await IsOverAsync(ada, thief);
        await IsOverAsync(ada, browser);
        Assert.Equal(["DeviceCopied"], await ada.ToldAsync());
        Assert.Single(await ada.EventsAsync(), SecurityEventKind.DeviceCopied);
    }

    [Fact]
    public async Task After_a_restore_a_browser_with_a_newer_secret_is_asked_for_the_second_factor_and_not_called_a_copy()
    {
        var (ada, browser) = await TrustedAsync();
        accounts.Clock.Advance(TimeSpan.FromMinutes(1));
        await IsGoodAsync(ada, browser);
        var backup = await accounts.ReadAsync(
            database => database.TrustedDevices.AsNoTracking().SingleAsync(row => row.PersonId == ada.Id));
        var older = browser.Device;
        accounts.Clock.Advance(TimeSpan.FromMinutes(1));
        await IsGoodAsync(ada, browser);
        await accounts.ReadAsync(database => database.TrustedDevices.Where(row => row.Id == backup.Id).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.SecretHash, backup.SecretHash).SetProperty(row => row.ReplacedAt, backup.ReplacedAt)
                .SetProperty(row => row.FormerSecretHash, backup.FormerSecretHash)));
        accounts.Clock.Advance(TimeSpan.FromMinutes(1));

        await IsOverAsync(ada, browser);

        Assert.Empty(await ada.ToldAsync());
        Assert.DoesNotContain(SecurityEventKind.DeviceCopied, await ada.EventsAsync());
        // An older one, which the database takes for the newest, is not good either.
        browser.Device = older;
        await IsOverAsync(ada, browser);
    }

    [Fact]
    public async Task A_second_tab_within_ten_seconds_is_no_thief()
    {
        var (ada, browser) = await TrustedAsync();
        var before = browser.Device;
        await IsGoodAsync(ada, browser);
        accounts.Clock.Advance(TimeSpan.FromSeconds(10));
        browser.Device = before;
        await IsGoodAsync(ada, browser);
        Assert.Empty(await ada.ToldAsync());
    }

    [Fact]
    [Spec("S71")]
    public async Task Strangers_who_fail_do_not_keep_the_owner_out_of_a_trusted_browser()
    {
        var (ada, browser) = await TrustedAsync();
        await FailAsync(ada);
        Assert.IsType<PasswordOutcome.Wait>(await accounts.OpenBrowser().PasswordAsync(ada));
        await IsGoodAsync(ada, browser);
    }

    [Fact]
    [Spec("S71")]
    public async Task Failures_in_a_trusted_browser_do_not_keep_the_owner_out_elsewhere()
    {
        var (ada, browser) = await TrustedAsync();
        browser.Session = null;
        for (var failure = 0; failure < 5; failure++)
        {
            await browser.PasswordAsync(ada, AccountsDatabase.WrongPassword, Trusting());
        }

        Assert.IsType<PasswordOutcome.Wait>(await browser.PasswordAsync(ada, request: Trusting()));
        Assert.IsType<PasswordOutcome.Succeeded>(await accounts.OpenBrowser().PasswordAsync(ada));
    }

    [Theory]
    [Spec("S71")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_strangers_fail_neither_a_copy_nor_an_expired_device_lets_anybody_in(bool isCopy)
    {
        var (ada, browser) = await TrustedAsync();
        var other = accounts.OpenBrowser();
        other.Device = browser.Device;
        if (isCopy)
        {
            await IsGoodAsync(ada, browser);
        }

        accounts.Clock.Advance(isCopy ? TimeSpan.FromSeconds(11) : TimeSpan.FromDays(31));
        await FailAsync(ada);
        Assert.IsType<PasswordOutcome.Wait>(await other.PasswordAsync(ada, request: Trusting()));
    }

    [Fact]
    public async Task What_is_stored_is_a_hash_of_128_random_bits_and_opens_nothing()
    {
        var (ada, browser) = await TrustedAsync();
        var secret = browser.Device!.Split('.')[1];
        Assert.True(Base64Url.DecodeFromChars(secret).Length >= 16);
        var row = await accounts.ReadAsync(
            database => database.TrustedDevices.AsNoTracking().SingleAsync(device => device.PersonId == ada.Id));
        Assert.Equal(TrustedDevice.HashOf(secret), row.SecretHash);
        Assert.Empty(await accounts.ReadAsync(async database => (await DatabaseDump.OfAsync(database)).Find(secret)));
        browser.Device = $"{row.Id:N}.{Base64Url.EncodeToString(row.SecretHash)}";
        await IsOverAsync(ada, browser);
    }

    [Fact]
    public async Task The_eleventh_takes_the_place_of_the_one_that_was_used_longest_ago()
    {
        var (ada, first) = await TrustedAsync();
        var others = new List<Browser>();
        for (var more = 0; more < TrustedDevice.MostPerPerson; more++)
        {
            accounts.Clock.Advance(TimeSpan.FromMinutes(1));
            others.Add(await TrustAsync(ada));
        }

        Assert.Equal(TrustedDevice.MostPerPerson, await CountAsync(ada));
        await IsOverAsync(ada, first);
        await IsGoodAsync(ada, others[0]);
    }

    [Fact]
    public async Task A_browser_that_is_trusted_again_is_one_device()
    {
        var (ada, browser) = await TrustedAsync();
        await TrustAsync(ada, browser);
        Assert.Equal(1, await CountAsync(ada));
    }

    [Fact]
    [Spec("S70")]
    public async Task Unlocked_by_an_operator_the_owner_may_try_again_in_a_trusted_browser_and_where_they_are_signed_in()
    {
        var (ada, browser) = await TrustedAsync();
        var elsewhere = accounts.OpenBrowser();
        await elsewhere.SignedInAsync(ada);
        for (var failure = 0; failure < 5; failure++)
        {
            Assert.IsType<PasswordOutcome.Wrong>(await browser.PasswordAsync(ada, AccountsDatabase.WrongPassword));
            Assert.IsType<NewPasswordOutcome.WrongCurrentPassword>(
                await elsewhere.ChangePasswordAsync(AccountsDatabase.WrongPassword));
        }

        Assert.IsType<PasswordOutcome.Wait>(await browser.PasswordAsync(ada));
        Assert.IsType<NewPasswordOutcome.Wait>(await elsewhere.ChangePasswordAsync());

        var by = ActingOperator.AtCommandLine("root");
        Assert.False((await accounts.RunAsync<UnlockPerson, Result<UnlockedPerson, Refusal>>(
            unlock => unlock.ExecuteAsync(ada.UserName, by, CancellationToken.None))).Failed(out _, out _));

        Assert.IsType<PasswordOutcome.Succeeded>(await browser.PasswordAsync(ada));
        Assert.IsType<NewPasswordOutcome.Changed>(await elsewhere.ChangePasswordAsync());
    }

    [Fact]
    public async Task A_browser_that_was_signed_out_a_moment_ago_is_not_trusted()
    {
        var (ada, browser) = (await (await accounts.AddPersonAsync("ada")).WithAppAsync(), accounts.OpenBrowser());
        var signIn = await browser.SignedInAsync(ada);
        await browser.EndAsync();
        await browser.TrustAsync(signIn);
        Assert.Null(browser.Device);
        Assert.Equal(0, await CountAsync(ada));
    }

    [Fact]
    [Spec("S6")]
    public async Task A_changed_password_ends_it()
    {
        var (ada, browser) = await TrustedAsync();
        var owner = accounts.OpenBrowser();
        await owner.SignedInAsync(ada);
        Assert.IsType<NewPasswordOutcome.Changed>(await owner.ChangePasswordAsync());
        await IsOverAsync(ada, browser, AccountsDatabase.NewPassword);
    }

    [Fact]
    [Spec("S82")]
    public async Task A_reset_of_the_password_ends_it()
    {
        var (ada, browser) = await TrustedAsync();
        await browser.ForgetPasswordAsync(ada.UserName);
        Assert.IsType<NewPasswordOutcome.Changed>(await browser.ResetPasswordAsync(await ada.LinkAsync("/password/reset")));
        await IsOverAsync(ada, browser, AccountsDatabase.NewPassword);
    }

    [Fact]
    [Spec("S46")]
    public async Task A_sign_out_everywhere_else_ends_it_in_the_other_browsers_and_not_in_this_one()
    {
        var (ada, there) = await TrustedAsync();
        var here = await TrustAsync(ada);
        await here.EndOthersAsync();
        await IsOverAsync(ada, there);
        await IsGoodAsync(ada, here);
    }

    [Fact]
    public async Task New_recovery_codes_end_it_everywhere()
    {
        var (ada, browser) = await TrustedAsync();
        var owner = accounts.OpenBrowser();
        await owner.MakeRecoveryCodesAsync(await owner.SignedInAsync(ada));
        Assert.Equal(0, await CountAsync(ada));
        await IsOverAsync(ada, browser);
    }

    [Fact]
    public async Task An_added_method_ends_it_everywhere()
    {
        var (ada, browser) = await TrustedAsync();
        var owner = accounts.OpenBrowser();
        var (signIn, request) = (await owner.SignedInAsync(ada), accounts.Request());
        accounts.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await owner.BeginAppAsync(signIn);
        Assert.IsType<CodeOutcome.Accepted>(await owner.ConfirmAppAsync(request, signIn, await ada.AppCodeAsync()));
        await IsOverAsync(ada, browser);
    }

    [Fact]
    public async Task Taking_it_back_signs_out_the_browser_that_proved_nothing_else()
    {
        var (ada, there) = await TrustedAsync();
        await IsGoodAsync(ada, there);
        var owner = accounts.OpenBrowser();
        await owner.SignedInAsync(ada);
        var device = Guid.ParseExact(there.Device!.Split('.')[0], "N");
        await accounts.TakeBackTrustAsync(ada, device);
        Assert.False(await there.IsSignedInAsync());
        Assert.True(await owner.IsSignedInAsync());
        Assert.Single(await ada.EventsAsync(), SecurityEventKind.DeviceForgotten);
    }

    [Fact]
    [Spec("S114")]
    public async Task Nobody_takes_back_the_trust_of_somebody_else()
    {
        var (ada, browser) = await TrustedAsync();
        var eve = await accounts.AddPersonAsync("eve");
        var device = Guid.ParseExact(browser.Device!.Split('.')[0], "N");
        await accounts.TakeBackTrustAsync(eve, device);
        await IsGoodAsync(ada, browser);
    }

    private AuthorizationRequest Trusting() => accounts.Request(client => client.AcceptsTrustedDevices = true);

    private async Task IsGoodAsync(Customer ada, Browser browser) =>
        Assert.IsType<NextStep.Issue>(await browser.NextAsync(await SignInAgainAsync(ada, browser)));

    /// <summary>The second factor is asked for after the password.</summary>
    private async Task IsOverAsync(Customer ada, Browser browser, string password = AccountsDatabase.Password)
    {
        var request = Trusting();
        browser.Session = null;
        Assert.IsType<PasswordOutcome.Succeeded>(await browser.PasswordAsync(ada, password, request));
        Assert.IsType<NextStep.ChallengeSecondFactor>(await browser.NextAsync(request));
    }

    private async Task<AuthorizationRequest> SignInAgainAsync(Customer ada, Browser browser, AuthorizationRequest? request = null)
    {
        browser.Session = null;
        return await browser.AfterPasswordAsync(ada, request ?? Trusting());
    }

    private async Task<(Customer Ada, Browser Browser)> TrustedAsync()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        return (ada, await TrustAsync(ada));
    }

    private async Task<Browser> TrustAsync(Customer ada, Browser? browser = null)
    {
        browser ??= accounts.OpenBrowser();
        var signIn = await browser.SignedInAsync(ada, ProofMethod.Password, ProofMethod.AuthenticatorApp);
        await browser.TrustAsync(signIn);
        return browser;
    }

    private Task<int> CountAsync(Customer ada) => accounts.ReadAsync(
        database => database.TrustedDevices.CountAsync(device => device.PersonId == ada.Id));

    private async Task FailAsync(Customer ada)
    {
        for (var failure = 0; failure < 5; failure++)
        {
            Assert.IsType<PasswordOutcome.Wrong>(await accounts.OpenBrowser().PasswordAsync(ada, AccountsDatabase.WrongPassword));
        }
    }
}
