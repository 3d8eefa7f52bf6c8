using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.Ciba;
using Sso.Extensions.SlowDown;
using Sso.Protocol;
using Sso.Protocol.Ciba;
using Sso.Protocol.Clients;

namespace Sso.Plain;

/// <summary>What clients wait for, in memory; <see cref="PlainHost.Person"/> answers by <see cref="Approve"/>.</summary>
public sealed class PlainWaiting(TimeProvider clock) : ICibaHost, IPollingHost
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, PollingPace> _polls = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, OpenIddictRequest> _asked = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, OpenIddictRequest> _approved = new(StringComparer.Ordinal);

    public void Approve(string authReqId) => _approved[authReqId] = _asked[authReqId];

    public ValueTask<bool> IsEarlyAsync(string deviceCode, CancellationToken cancellation)
    {
        var (pace, now) = (_polls.GetValueOrDefault(deviceCode, new(PolledAt: null, Interval)), clock.GetUtcNow());
        _polls[deviceCode] = pace.After(now);
        return ValueTask.FromResult(pace.IsEarly(now));
    }

    public Task<Result<string, OAuthError>> AskAsync(
        HttpContext http, Client client, OpenIddictRequest parameters, BackchannelRequest asked, CancellationToken cancellation)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        _asked[id] = parameters;
        return Task.FromResult<Result<string, OAuthError>>(asked.LoginHint == PlainHost.Person ? id : OAuthError.UnknownUser);
    }

    public async Task<Result<ClaimsPrincipal, OAuthError>> RedeemAsync(
        OpenIddictServerTransaction transaction, string authReqId, CancellationToken cancellation)
    {
        if (!_asked.ContainsKey(authReqId))
        {
            return OAuthError.InvalidGrant("unknown");
        }

        if (!_approved.TryGetValue(authReqId, out var request))
        {
            return await IsEarlyAsync(authReqId, cancellation) ? OAuthError.SlowDown : OAuthError.AuthorizationPending;
        }

        _asked.TryRemove(authReqId, out _);
        return PlainHost.PrincipalOf(PlainHost.Person, request);
    }
}
