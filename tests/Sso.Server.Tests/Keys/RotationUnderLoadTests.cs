using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Sso.Protocol;
using Sso.Server.Keys;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Keys;

/// <summary>Two nodes sign while their keys change; applications keep the key set for a day.</summary>
[Spec("F17")]
[Spec("S109")]
[OneDatabase]
public sealed class RotationUnderLoadTests : IAsyncLifetime
{
    /// <summary>A successor is announced after 76 days; until then one key signs.</summary>
    private const int QuietDays = 70;

    private static readonly TimeSpan CacheAge = TimeSpan.FromHours(24);
    private static readonly TimeSpan HalfADay = TimeSpan.FromHours(12);

    private readonly SsoServer _first = new();
    private readonly ConcurrentBag<string> _tokens = [];
    private readonly List<(DateTimeOffset At, JsonWebKeySet Keys)> _sets = [];

    public ValueTask InitializeAsync()
    {
        _first.Settings.Add("--Tokens:RefreshTokenIdle=200.00:00:00");
        _first.Settings.Add("--Tokens:RefreshTokenAbsolute=200.00:00:00");
        return _first.InitializeAsync();
    }

    public ValueTask DisposeAsync() => _first.DisposeAsync();

    [Fact]
    public async Task Every_token_verifies_against_any_key_set_of_the_day_before_it()
    {
        await using var second = await _first.StartSecondNodeAsync([.. _first.Settings]);
        var ada = await (await _first.AddPersonAsync("ada")).WithAppAsync();
        var grants = new List<(RelyingParty Shop, string? Refresh)>();
        foreach (var algorithm in SigningAlgorithms.All)
        {
            var shop = await _first.RegisterAsync(
                "shop" + algorithm.ToLowerInvariant(), client => client.IdTokenSigningAlgorithm = algorithm);
            var page = await shop.SignInAsync(_first.OpenBrowser(), ada, ("scope", "openid offline_access"));
            grants.Add((shop, (await shop.RedeemAsync(page.Code)).RefreshToken));
        }

        await second.ReloadAsync();
        using var stop = new CancellationTokenSource();
        var load = grants.Select((grant, index) => LoadAsync(grant.Shop, grant.Refresh, [_first, second], index, stop.Token)).ToList();
        // A first key that nobody has announced signs from the start; 110 days see each successor come, sign, and its predecessor go.
        foreach (var (days, step) in ((int Days, TimeSpan Step)[])
        [
            (2, HalfADay), (QuietDays, TimeSpan.FromDays(5)), (110 - 2 - QuietDays, HalfADay),
        ])
        {
            for (var passed = TimeSpan.Zero; passed < TimeSpan.FromDays(days); passed += step)
            {
                await StepAsync(second, step);
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);

        var kids = _tokens.Select(token => new JsonWebToken(token)).GroupBy(token => token.Alg)
            .ToDictionary(group => group.Key, group => group.Select(token => token.Kid).Distinct().Count());
        Assert.Equal(SigningAlgorithms.All.ToDictionary(algorithm => algorithm, _ => 2), kids);
        foreach (var token in _tokens)
        {
            await VerifyAsync(token);
        }
    }

    private async Task StepAsync(SsoServer second, TimeSpan time)
    {
        await _first.PassAsync(time);
        foreach (var node in new[] { _first, second })
        {
            await node.App.Services.GetRequiredService<SigningKeyRing>().EnsureAsync(CancellationToken.None);
            await node.ReloadAsync();
        }

        foreach (var node in new[] { _first, second })
        {
            using var client = node.Backchannel();
            var keys = new JsonWebKeySet(await client.GetStringAsync("/.well-known/jwks"));
            _sets.Add((_first.Clock.GetUtcNow(), keys));
        }
    }

    private async Task LoadAsync(RelyingParty shop, string? refresh, SsoServer[] nodes, int turn, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var tokens = await shop.On(nodes[turn++ % nodes.Length]).RefreshAsync(refresh);
            // A node whose last look at the database is half a day old, because the clock jumped, answers nobody.
            if (tokens.Error != "temporarily_unavailable")
            {
                Assert.Null(tokens.Error);
                refresh = tokens.RefreshToken;
                _tokens.Add(tokens.AccessToken!);
                _tokens.Add(tokens.Text("id_token")!);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }

    /// <summary>The clock of the load is the token's own <c>iat</c>; the first day has no day before it.</summary>
    private async Task VerifyAsync(string token)
    {
        var issuedAt = new DateTimeOffset(new JsonWebToken(token).IssuedAt, TimeSpan.Zero);
        foreach (var (_, keys) in _sets.Where(set => set.At <= issuedAt && set.At >= issuedAt - CacheAge))
        {
            var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
            {
                ValidIssuer = SsoServer.Issuer,
                ValidateAudience = false,
                ValidateLifetime = false,
                TryAllIssuerSigningKeys = false,
                IssuerSigningKeys = keys.GetSigningKeys(),
            });
            Assert.True(result.IsValid, $"{issuedAt:u} {new JsonWebToken(token).Kid}: {result.Exception?.Message}");
        }
    }
}
