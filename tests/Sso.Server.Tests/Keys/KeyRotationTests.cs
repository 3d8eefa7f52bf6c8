using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sso.Admin.Keys;
using Sso.Server.Keys;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Keys;

[Spec("RFC 7517", "5")]
public sealed class KeyRotationTests : IAsyncLifetime
{
    private readonly SsoServer _server = new();

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    [Spec("F17")]
    public async Task A_successor_is_announced_fourteen_days_ahead_signs_after_ninety_and_the_old_key_leaves_fourteen_later()
    {
        var (shop, ada) = (await _server.RegisterAsync("shop"), await (await _server.AddPersonAsync("ada")).WithAppAsync());
        var first = await SigningKeyAsync(shop, ada);
        await DayAsync(75);
        Assert.Equal(4, (await PublishedAsync()).Count);

        await DayAsync(77);
        Assert.Equal(8, (await PublishedAsync()).Count);
        Assert.Equal(first, await SigningKeyAsync(shop, ada));

        await DayAsync(90);
        var second = await SigningKeyAsync(shop, ada);
        Assert.NotEqual(first, second);
        Assert.Contains(first, await PublishedAsync());

        await DayAsync(105);
        Assert.DoesNotContain(first, await PublishedAsync());
        Assert.Contains(second, await PublishedAsync());
    }

    [Fact]
    [Spec("S109")]
    [Spec("GE02")]
    public async Task Every_algorithm_has_its_key_from_the_first_start_and_no_private_part_is_published()
    {
        var keys = await KeysAsync();
        Assert.Equal(
            ["ES256", "ES384", "PS256", "RS256"], keys.Select(key => key.GetProperty("alg").GetString()).Order(StringComparer.Ordinal));
        Assert.All(
            keys,
            key => Assert.DoesNotContain(key.EnumerateObject(), member => member.Name is "d" or "p" or "q" or "dp" or "dq" or "qi" or "k"));
    }

    [Fact]
    [Spec("F17")]
    public async Task No_key_signs_before_every_key_set_that_may_be_kept_has_it()
    {
        var (shop, ada) = (await _server.RegisterAsync("shop"), await (await _server.AddPersonAsync("ada")).WithAppAsync());
        var former = await SigningKeyAsync(shop, ada);
        using var http = _server.Backchannel();
        using var cached = await http.GetAsync("/.well-known/jwks");
        await RotateNowAsync();

        await _server.PassAsync(cached.Headers.CacheControl!.MaxAge!.Value);
        Assert.Equal(former, await SigningKeyAsync(shop, ada));
        await _server.PassAsync(TimeSpan.FromSeconds(5));
        Assert.NotEqual(former, await SigningKeyAsync(shop, ada));
    }

    [Fact]
    public async Task The_key_that_signs_with_the_default_algorithm_stands_first_in_the_set()
    {
        var (shop, ada) = (await _server.RegisterAsync("shop"), await (await _server.AddPersonAsync("ada")).WithAppAsync());
        var former = await SigningKeyAsync(shop, ada);
        await RotateNowAsync();
        Assert.Equal(former, (await PublishedAsync())[0]);

        // No node reads anything then: the hour alone makes the order another.
        _server.Clock.Advance(TimeSpan.FromMinutes(16));
        var first = (await KeysAsync())[0];
        await _server.ReloadAsync();

        Assert.Equal("RS256", first.GetProperty("alg").GetString());
        Assert.Equal(await SigningKeyAsync(shop, ada), first.GetProperty("kid").GetString());
        Assert.NotEqual(former, first.GetProperty("kid").GetString());
    }

    private async Task RotateNowAsync()
    {
        await using var scope = _server.App.Services.CreateAsyncScope();
        await ActivatorUtilities.CreateInstance<RotateKeys>(scope.ServiceProvider).ExecuteAsync(atOnce: true, CancellationToken.None);
        await _server.ReloadAsync();
    }

    private DateTimeOffset? _start;

    /// <summary>What housekeeping does each minute is done once a day.</summary>
    private async Task DayAsync(int day)
    {
        _start ??= _server.Clock.GetUtcNow();
        var ring = _server.App.Services.GetRequiredService<SigningKeyRing>();
        while (_server.Clock.GetUtcNow() < _start.Value.AddDays(day))
        {
            await _server.PassAsync(TimeSpan.FromDays(1));
            await ring.EnsureAsync(CancellationToken.None);
            await _server.ReloadAsync();
        }
    }

    private async Task<string> SigningKeyAsync(RelyingParty shop, Customer customer) =>
        (await shop.RedeemAsync((await shop.SignInAsync(_server.OpenBrowser(), customer)).Code)).IdToken.Kid;

    private async Task<List<string>> PublishedAsync() => [.. (await KeysAsync()).Select(key => key.GetProperty("kid").GetString()!)];

    private async Task<List<JsonElement>> KeysAsync()
    {
        using var client = _server.Backchannel();
        return [.. JsonDocument.Parse(await client.GetStringAsync("/.well-known/jwks")).RootElement.GetProperty("keys").EnumerateArray()];
    }
}
