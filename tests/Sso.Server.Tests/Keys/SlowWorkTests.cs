using Microsoft.EntityFrameworkCore;
using Sso.Admin;
using Sso.Admin.Keys;
using Sso.Data.Secrets;
using Sso.Protocol;
using Sso.Server.Tests.Admin;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Keys;

/// <summary>
/// To make a key takes up to seconds, to hash a password tens of milliseconds: whoever holds a transaction meanwhile keeps every other
/// write waiting. Each server of the tests is watched for it; here is what it was found in, and that the watch sees.
/// </summary>
public sealed class SlowWorkTests : IAsyncLifetime
{
    private readonly AdminDatabase _admin = new();

    public ValueTask InitializeAsync() => _admin.InitializeAsync();

    public ValueTask DisposeAsync() => _admin.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Keys_are_rotated_without_a_transaction_that_waits_for_their_making(bool atOnce)
    {
        await RotateAsync(atOnce);
        _admin.Clock.Advance(TimeSpan.FromDays(1));
        var seen = _admin.SlowWork.Seen;
        var rotated = await RotateAsync(atOnce);

        Assert.Equal(4, rotated.Successors.Length);
        Assert.Equal(4, _admin.SlowWork.Seen - seen);
        Assert.Empty(_admin.SlowWork.Found);
    }

    [Fact]
    public async Task The_successor_of_a_revoked_key_is_made_before_the_transaction_too()
    {
        var stolen = (await RotateAsync(atOnce: false)).Successors[0];
        var seen = _admin.SlowWork.Seen;

        var outcome = await _admin.RunAsync<RevokeKey, Result<KeyRevoked, Refusal>>(
            revoke => revoke.ExecuteAsync(stolen.Kid, CancellationToken.None));

        Assert.False(outcome.Failed(out _, out var revoked));
        Assert.NotEqual(stolen.Kid, revoked.Signs!.Kid);
        Assert.Equal(1, _admin.SlowWork.Seen - seen);
        Assert.Empty(_admin.SlowWork.Found);
    }

    [Fact]
    public async Task Two_rotations_at_once_make_one_successor_for_each_algorithm()
    {
        await RotateAsync(atOnce: false);
        _admin.Clock.Advance(TimeSpan.FromDays(1));

        await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => RotateAsync(atOnce: false))));

        Assert.Equal(8, await _admin.ReadAsync(database => database.SigningKeys.CountAsync()));
    }

    [Fact]
    public async Task The_secrets_are_renewed_without_deriving_a_key_inside_the_transaction()
    {
        await RotateAsync(atOnce: false);
        var seen = _admin.SlowWork.Seen;

        await _admin.RunAsync<RenewSecrets, SecretsRenewed>(renew => renew.ExecuteAsync(CancellationToken.None));

        Assert.Equal(1, _admin.SlowWork.Seen - seen);
        Assert.Empty(_admin.SlowWork.Found);
    }

    [Fact]
    public async Task The_watch_sees_a_hash_inside_a_transaction_and_only_there()
    {
        using var watch = new SlowWorkGuard();
        await _admin.ReadAsync(database => watch.RunAsync(async () =>
        {
            PasswordHashing.Hash("before");
            await using (var transaction = await database.Database.BeginTransactionAsync())
            {
                await Task.Run(() => PasswordHashing.Hash("inside, and on another thread"));
                await transaction.CommitAsync();
                PasswordHashing.Hash("after the commit");
            }

            return PasswordHashing.Hash("after");
        }));

        Assert.Equal(4, watch.Seen);
        Assert.Contains("password.hash", Assert.Single(watch.Found), StringComparison.Ordinal);
    }

    private Task<KeysRotated> RotateAsync(bool atOnce) =>
        _admin.RunAsync<RotateKeys, KeysRotated>(rotate => rotate.ExecuteAsync(atOnce, CancellationToken.None));
}
