using System.Collections.Immutable;
using Sso.Admin.Keys;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Admin;

/// <summary>Rotation before its time: one successor for each algorithm, and a time at which exactly one key signs.</summary>
public sealed class KeyOperationsTests : IAsyncLifetime
{
    private readonly AdminDatabase _admin = new();

    public ValueTask InitializeAsync() => _admin.InitializeAsync();

    public ValueTask DisposeAsync() => _admin.DisposeAsync();

    [Fact]
    public async Task The_first_keys_sign_at_once()
    {
        var rotated = await RotateAsync(atOnce: false);

        Assert.Equal(["RS256", "ES256", "PS256", "ES384"], rotated.Successors.Select(key => key.Algorithm));
        Assert.All(rotated.Successors, key => Assert.Equal(KeyState.Active, key.State));
        Assert.Empty(rotated.Warnings);
    }

    [Fact]
    public async Task A_successor_is_announced_for_14_days_and_then_signs_alone()
    {
        var first = await RotateAsync(atOnce: false);
        _admin.Clock.Advance(TimeSpan.FromDays(10));
        var second = await RotateAsync(atOnce: false);

        Assert.All(
            second.Successors,
            key => Assert.Equal((KeyState.Announced, _admin.Clock.GetUtcNow().AddDays(14)), (key.State, key.ActiveFrom)));
        Assert.Equal(States(first, KeyState.Active, second, KeyState.Announced), await StatesAsync());
        _admin.Clock.Advance(TimeSpan.FromDays(14));
        Assert.Equal(States(first, KeyState.Retiring, second, KeyState.Active), await StatesAsync());
        _admin.Clock.Advance(TimeSpan.FromDays(14));
        Assert.Equal(States(first, KeyState.Gone, second, KeyState.Active), await StatesAsync());
    }

    [Fact]
    public async Task Rotating_twice_makes_one_successor()
    {
        await RotateAsync(atOnce: false);
        var second = await RotateAsync(atOnce: false);
        var third = await RotateAsync(atOnce: false);

        Assert.Equal(second.Successors.Select(key => key.Kid), third.Successors.Select(key => key.Kid));
        Assert.Equal(4, third.Warnings.Length);
        Assert.Equal(8, (await ListAsync()).Length);
    }

    [Fact]
    [Spec("F17")]
    public async Task With_now_the_new_keys_sign_when_no_cached_key_set_is_without_them_and_the_old_ones_stay_published()
    {
        var first = await RotateAsync(atOnce: false);
        _admin.Clock.Advance(TimeSpan.FromDays(1));
        var second = await RotateAsync(atOnce: true);

        _admin.Clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(States(first, KeyState.Active, second, KeyState.Announced), await StatesAsync());
        _admin.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(States(first, KeyState.Retiring, second, KeyState.Active), await StatesAsync());
        Assert.Equal(4, second.Warnings.Length);
    }

    [Fact]
    public async Task With_now_an_announced_successor_is_brought_forward()
    {
        var first = await RotateAsync(atOnce: false);
        var second = await RotateAsync(atOnce: false);
        _admin.Clock.Advance(TimeSpan.FromDays(1));
        var third = await RotateAsync(atOnce: true);

        _admin.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(second.Successors.Select(key => key.Kid), third.Successors.Select(key => key.Kid));
        Assert.Equal(States(first, KeyState.Retiring, third, KeyState.Active), await StatesAsync());
    }

    [Fact]
    [Spec("F17")]
    public async Task With_now_a_successor_that_was_announced_a_moment_ago_waits_for_the_caches_as_well()
    {
        var first = await RotateAsync(atOnce: false);
        await RotateAsync(atOnce: false);
        _admin.Clock.Advance(TimeSpan.FromMinutes(10));
        var third = await RotateAsync(atOnce: true);

        _admin.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(States(first, KeyState.Active, third, KeyState.Announced), await StatesAsync());
        _admin.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(States(first, KeyState.Retiring, third, KeyState.Active), await StatesAsync());
    }

    [Fact]
    public async Task Every_rotation_raises_the_version_of_keys()
    {
        await RotateAsync(atOnce: false);
        var before = await _admin.VersionAsync();
        await RotateAsync(atOnce: true);

        Assert.Equal((before.Clients, before.Keys + 1), await _admin.VersionAsync());
    }

    private Task<KeysRotated> RotateAsync(bool atOnce) =>
        _admin.RunAsync<RotateKeys, KeysRotated>(rotate => rotate.ExecuteAsync(atOnce, CancellationToken.None));

    private Task<ImmutableArray<KeyView>> ListAsync() =>
        _admin.RunAsync<ListKeys, ImmutableArray<KeyView>>(list => list.ExecuteAsync(CancellationToken.None));

    private async Task<SortedDictionary<string, KeyState>> StatesAsync() =>
        new((await ListAsync()).ToDictionary(key => key.Kid, key => key.State));

    private static SortedDictionary<string, KeyState> States(
        KeysRotated earlier, KeyState itsState, KeysRotated later, KeyState laterState) => new(
        earlier.Successors.Select(key => (key.Kid, itsState)).Concat(later.Successors.Select(key => (key.Kid, laterState)))
            .ToDictionary(pair => pair.Kid, pair => pair.Item2));
}
