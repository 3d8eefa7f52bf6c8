using Microsoft.EntityFrameworkCore;
using Sso.Data.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Accounts.Tests.SignIn;

/// <summary>What one address may fail with, whoever's names it tries.</summary>
[Spec("S74")]
public sealed class AddressLimitsTests : IAsyncLifetime
{
    private readonly AccountsDatabase _accounts = new();

    public ValueTask InitializeAsync() => _accounts.InitializeAsync();

    public ValueTask DisposeAsync() => _accounts.DisposeAsync();

    [Fact]
    public async Task The_eleventh_name_is_not_tried_for_ten_minutes()
    {
        await FailAsync(0, 10);
        var limited = Assert.IsType<PasswordOutcome.TooManyFromAddress>(await TryAsync("nobody10"));
        Assert.Equal(TimeSpan.FromMinutes(10), limited.For);
        _accounts.Clock.Advance(limited.For);
        Assert.IsType<PasswordOutcome.Wrong>(await TryAsync("nobody10"));
    }

    [Fact]
    public async Task Another_address_is_free_meanwhile()
    {
        await FailAsync(0, 10);
        Assert.IsType<PasswordOutcome.TooManyFromAddress>(await TryAsync("nobody10"));
        Assert.IsType<PasswordOutcome.Wrong>(await _accounts.OpenBrowser().PasswordAsync("nobody10", AccountsDatabase.WrongPassword));
    }

    [Fact]
    public async Task A_name_that_was_tried_before_is_not_a_new_one()
    {
        await FailAsync(0, 10);
        Assert.IsType<PasswordOutcome.Wrong>(await TryAsync("nobody3"));
    }

    [Fact]
    public async Task Of_twenty_failures_in_ten_minutes_the_next_is_not_tried_whatever_the_name()
    {
        for (var round = 0; round < 4; round++)
        {
            await FailAsync(0, 5);
        }

        Assert.IsType<PasswordOutcome.TooManyFromAddress>(await TryAsync("nobody0"));
    }

    [Fact]
    public async Task Right_sign_ins_to_an_account_of_ones_own_do_not_make_room_for_more_names()
    {
        var eve = await _accounts.AddPersonAsync("eve");
        await FailAsync(0, 9);
        for (var signIn = 0; signIn < 4; signIn++)
        {
            Assert.IsType<PasswordOutcome.Succeeded>(await TryAsync(eve.UserName, AccountsDatabase.Password));
        }

        Assert.IsType<PasswordOutcome.Wrong>(await TryAsync("nobody9"));
        Assert.IsType<PasswordOutcome.TooManyFromAddress>(await TryAsync("nobody10"));
    }

    [Fact]
    public async Task A_right_sign_in_is_not_counted_against_the_address()
    {
        var eve = await _accounts.AddPersonAsync("eve");
        for (var signIn = 0; signIn < 25; signIn++)
        {
            Assert.IsType<PasswordOutcome.Succeeded>(await TryAsync(eve.UserName, AccountsDatabase.Password));
        }
    }

    [Fact]
    public async Task Operators_hear_once_that_an_address_was_stopped()
    {
        await FailAsync(0, 10);
        for (var more = 0; more < 3; more++)
        {
            Assert.IsType<PasswordOutcome.TooManyFromAddress>(await TryAsync($"further{more}"));
        }

        Assert.Single(_accounts.Log.Lines, line => line.Contains("are stopped by the limit names", StringComparison.Ordinal));
        Assert.Equal(
            ["names"],
            await _accounts.ReadAsync(database => database.SecurityEvents
                .Where(row => row.Kind == SecurityEventKind.AddressLimited).Select(row => row.Detail!).ToListAsync()));
    }

    private async Task FailAsync(int from, int names)
    {
        for (var person = from; person < from + names; person++)
        {
            Assert.IsType<PasswordOutcome.Wrong>(await TryAsync($"nobody{person}"));
        }
    }

    private Task<PasswordOutcome> TryAsync(string name, string password = AccountsDatabase.WrongPassword) =>
        new Browser(_accounts) { Address = "192.0.2.1" }.PasswordAsync(name, password);
}
