using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Data.People;
using Sso.Data.Secrets;
using Sso.Data.Secrets.ForeignHashes;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.SignIn;

/// <summary>Name and password: what is right, and how long who was wrong waits.</summary>
public sealed class PasswordTests(AccountsDatabase accounts) : IClassFixture<AccountsDatabase>
{
    [Fact]
    public async Task The_right_password_begins_a_session_that_holds_one_proof()
    {
        var (ada, browser) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        await browser.AfterPasswordAsync(ada);
        var signIn = await browser.SignInAsync();
        Assert.Equal(ada.Id, signIn.PersonId);
        Assert.Equal(ProofMethod.Password, Assert.Single(signIn.Proofs).Method);
    }

    [Fact]
    public async Task It_is_recorded_with_the_session_that_it_began()
    {
        var (ada, browser) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        await browser.AfterPasswordAsync(ada);
        var recorded = Assert.Single(await accounts.EventsAsync(ada.Id));
        Assert.Equal(
            (SecurityEventKind.PasswordProved, (await browser.SignInAsync()).SessionId, "shop"),
            (recorded.Kind, recorded.SessionId, recorded.ClientId));
    }

    [Fact]
    public async Task A_wrong_one_begins_nothing()
    {
        var (ada, browser) = (await accounts.AddPersonAsync("ada"), accounts.OpenBrowser());
        Assert.IsType<PasswordOutcome.Wrong>(await browser.PasswordAsync(ada, AccountsDatabase.WrongPassword));
        Assert.Null(browser.Session);
        Assert.Equal([SecurityEventKind.PasswordFailed], await ada.EventsAsync());
    }

    [Fact]
    [Spec("S64")]
    public async Task An_unknown_name_and_a_disabled_account_are_as_wrong_as_a_wrong_password()
    {
        var ed = await accounts.AddPersonAsync("ed", person => person.Disable(accounts.Now));
        Assert.IsType<PasswordOutcome.Wrong>(await accounts.OpenBrowser().PasswordAsync(ed, AccountsDatabase.WrongPassword));
        Assert.IsType<PasswordOutcome.Wrong>(await accounts.OpenBrowser().PasswordAsync("nobody", AccountsDatabase.WrongPassword));
    }

    [Fact]
    [Spec("S64")]
    public async Task Only_the_right_password_tells_that_an_account_is_disabled()
    {
        var (ed, browser) = (await accounts.AddPersonAsync("ed", person => person.Disable(accounts.Now)), accounts.OpenBrowser());
        Assert.IsType<PasswordOutcome.Disabled>(await browser.PasswordAsync(ed));
        Assert.Null(browser.Session);
    }

    [Theory]
    [Spec("S70")]
    [Spec("S69")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_five_failures_each_further_try_waits_longer_and_nothing_is_tried_meanwhile(bool exists)
    {
        var name = exists ? (await accounts.AddPersonAsync("ada")).UserName : "nobody-at-all";
        await FailAsync(name, 5);
        var waits = new List<double>();
        for (var failure = 0; failure < 6; failure++)
        {
            var wait = Assert.IsType<PasswordOutcome.Wait>(await accounts.OpenBrowser().PasswordAsync(name, AccountsDatabase.Password));
            waits.Add(wait.For.TotalSeconds);
            accounts.Clock.Advance(wait.For);
            await FailAsync(name, 1);
        }

        Assert.Equal([30, 60, 120, 240, 480, 900], waits);
    }

    [Fact]
    [Spec("S70")]
    public async Task A_second_before_the_wait_is_over_even_the_right_password_waits()
    {
        var ada = await accounts.AddPersonAsync("ada");
        await FailAsync(ada.UserName, 5);
        accounts.Clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(
            TimeSpan.FromSeconds(1), Assert.IsType<PasswordOutcome.Wait>(await accounts.OpenBrowser().PasswordAsync(ada)).For);
        accounts.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<PasswordOutcome.Succeeded>(await accounts.OpenBrowser().PasswordAsync(ada));
    }

    [Fact]
    [Spec("S70")]
    public async Task The_right_password_begins_the_count_again()
    {
        var ada = await accounts.AddPersonAsync("ada");
        for (var round = 0; round < 3; round++)
        {
            await FailAsync(ada.UserName, 4);
            Assert.IsType<PasswordOutcome.Succeeded>(await accounts.OpenBrowser().PasswordAsync(ada));
        }
    }

    [Theory]
    [Spec("S69")]
    [Spec("A46")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task At_fifty_failures_in_a_row_it_is_closed_and_no_day_opens_it(bool exists)
    {
        var name = exists ? (await accounts.AddPersonAsync("ada")).UserName : "nobody-ever";
        await FailAsync(name, 1);
        var key = AttemptCounter.KeyOf("password", SignInName.Normalize(name));
        await accounts.ReadAsync(database => database.AttemptCounters.Where(row => row.Key == key)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Count, AttemptLimits.ClosedAt - 1)));
        await FailAsync(name, 1);
        accounts.Clock.Advance(TimeSpan.FromDays(1));
        Assert.IsType<PasswordOutcome.Wait>(await accounts.OpenBrowser().PasswordAsync(name, AccountsDatabase.Password));
    }

    [Fact]
    [Spec("S72")]
    [Spec("A9")]
    public async Task Of_twenty_wrong_passwords_at_once_at_most_five_are_compared()
    {
        var ada = await accounts.AddPersonAsync("ada");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => accounts.OpenBrowser().PasswordAsync(ada, AccountsDatabase.WrongPassword)));
        Assert.InRange((await ada.EventsAsync()).Count(kind => kind == SecurityEventKind.PasswordFailed), 1, 5);
    }

    [Fact]
    [Spec("A11")]
    public async Task The_name_and_the_address_in_any_case_are_one_person_with_one_count_of_failures()
    {
        var ada = await accounts.AddPersonAsync("ada");
        foreach (var name in (string[])
        [
            ada.UserName, ada.UserName.ToUpperInvariant(), $" {ada.UserName} ", ada.Email, ada.Email.ToUpperInvariant(),
        ])
        {
            await FailAsync(name, 1);
        }

        Assert.IsType<PasswordOutcome.Wait>(await accounts.OpenBrowser().PasswordAsync(ada));
    }

    [Fact]
    [Spec("S1")]
    public async Task A_password_above_1024_bytes_is_wrong_and_neither_hashed_nor_counted()
    {
        var ada = await accounts.AddPersonAsync("ada");
        for (var attempt = 0; attempt < 6; attempt++)
        {
            Assert.IsType<PasswordOutcome.Wrong>(await accounts.OpenBrowser().PasswordAsync(ada, new string('x', 1025)));
        }

        Assert.Empty(await ada.EventsAsync());
        Assert.IsType<PasswordOutcome.Succeeded>(await accounts.OpenBrowser().PasswordAsync(ada));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task A_name_that_is_none_or_endless_is_nobodys(string? name) => Assert.IsType<PasswordOutcome.Wrong>(
        await accounts.OpenBrowser().PasswordAsync(name ?? new string('a', 257), AccountsDatabase.Password));

    [Fact]
    [Spec("S2")]
    public async Task A_password_typed_composed_or_decomposed_is_the_same()
    {
        const string Phrase = "correct horse batterie è";
        var ada = await accounts.AddPersonAsync(
            "ada", person => person.PasswordHash = PasswordHashing.Hash(Phrase.Normalize(NormalizationForm.FormC)));
        Assert.IsType<PasswordOutcome.Succeeded>(
            await accounts.OpenBrowser().PasswordAsync(ada, Phrase.Normalize(NormalizationForm.FormD)));
    }

    [Theory]
    [InlineData("anna–maria")]
    [InlineData("\uFEFFAnna-Maria\u200B ")]
    [InlineData("ａｎｎａ－ｍａｒｉａ")]
    [InlineData("anna\u2011maria@example.it")]
    public async Task A_name_signs_in_whatever_keyboard_or_copied_page_it_comes_from(string typed)
    {
        if (!await accounts.ReadAsync(database => database.Users.AnyAsync(person => person.UserName == "anna-maria")))
        {
            await accounts.AddPersonAsync("anna", person =>
            {
                (person.UserName, person.NormalizedUserName) = ("anna-maria", SignInName.Normalize("anna-maria"));
                (person.Email, person.NormalizedEmail) = ("anna-maria@example.it", SignInName.Normalize("anna-maria@example.it"));
            });
        }

        Assert.IsType<PasswordOutcome.Succeeded>(await accounts.OpenBrowser().PasswordAsync(typed, AccountsDatabase.Password));
    }

    [Theory]
    [Spec("S2")]
    [InlineData(NormalizationForm.FormC, NormalizationForm.FormD)]
    [InlineData(NormalizationForm.FormD, NormalizationForm.FormC)]
    public async Task An_imported_hash_of_the_other_unicode_form_signs_in_and_becomes_our_own(
        NormalizationForm hashed, NormalizationForm typed)
    {
        const string Phrase = "perché lì è più";
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(Phrase.Normalize(hashed)));
        var ada = await accounts.AddPersonAsync(
            "ada", person => person.PasswordHash = ForeignHash.TryParse(Convert.ToHexString(digest))!.ToStored());
        Assert.IsType<PasswordOutcome.Succeeded>(await accounts.OpenBrowser().PasswordAsync(ada, Phrase.Normalize(typed)));
        Assert.Equal(PasswordMatch.Right, PasswordHashing.Verify(Phrase, (await ada.RowAsync()).PasswordHash));
    }

    [Fact]
    public async Task Whoever_has_no_password_signs_in_with_none()
    {
        var ada = await accounts.AddPersonAsync("ada", person => person.PasswordHash = null);
        Assert.IsType<PasswordOutcome.Wrong>(await accounts.OpenBrowser().PasswordAsync(ada));
    }

    [Fact]
    public async Task After_the_password_the_gate_asks_for_the_method_that_the_person_has()
    {
        var ada = await (await accounts.AddPersonAsync("ada")).WithAppAsync();
        var browser = accounts.OpenBrowser();
        var request = await browser.AfterPasswordAsync(ada);
        Assert.Equal(
            [ProofMethod.AuthenticatorApp, ProofMethod.RecoveryCode],
            Assert.IsType<NextStep.ChallengeSecondFactor>(await browser.NextAsync(request)).Methods.Order());
    }

    [Fact]
    public async Task Somebody_else_in_the_same_browser_gets_a_session_of_their_own_and_the_former_one_ends()
    {
        var (ada, bo, browser) =
            (await accounts.AddPersonAsync("ada"), await accounts.AddPersonAsync("bo"), accounts.OpenBrowser());
        await browser.AfterPasswordAsync(ada);
        var (hers, handle) = (await browser.SignInAsync(), browser.Session);
        await browser.AfterPasswordAsync(bo);
        var his = await browser.SignInAsync();
        Assert.Equal((bo.Id, true), (his.PersonId, his.SessionId != hers.SessionId));
        var former = accounts.OpenBrowser();
        former.Session = handle;
        Assert.False(await former.IsSignedInAsync());
    }

    private async Task FailAsync(string name, int times)
    {
        for (var failure = 0; failure < times; failure++)
        {
            Assert.IsType<PasswordOutcome.Wrong>(await accounts.OpenBrowser().PasswordAsync(name, AccountsDatabase.WrongPassword));
        }
    }
}
