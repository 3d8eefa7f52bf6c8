using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Authorization;
using Sso.Data.Grants;
using Sso.Extensions.SlowDown;
using Sso.Protocol.Tokens;
using Sso.Server.Issuance;

namespace Sso.Server.Token;

/// <summary>
/// Polling and redemption of a request that a person answers elsewhere (RFC 8628 §3.4, §3.5; CIBA Core §10.1, §11). The tokens are issued
/// once, on any node, and rest on the grant as it is at that moment: its person, its client and today's policy.
/// </summary>
internal sealed class WaitingGrant(SsoDbContext database, TokenOptions options, TimeProvider clock) : IGrant
{
    /// <summary>The device code grant (RFC 8628 §3.4).</summary>
    public Task<Result<ApprovedPrincipal, OAuthError>> RedeemAsync(TokenRequest request, CancellationToken cancellation) =>
        RedeemAsync(WaitingKind.Device, request.Parameters.Text("device_code")!, request, cancellation);

    public async Task<Result<ApprovedPrincipal, OAuthError>> RedeemAsync(
        WaitingKind kind, string handle, TokenRequest request, CancellationToken cancellation)
    {
        var (hash, now) = (WaitingRequest.HashOf(handle), clock.GetUtcNow());
        var found = await database.WaitingRequests.AsNoTracking().SingleOrDefaultAsync(
            row => row.HandleHash == hash && row.Kind == kind, cancellation);
        return found switch
        {
            null => OAuthError.InvalidGrant("unknown"),
            var waiting when waiting.ClientId != request.Client.Id => OAuthError.InvalidGrant("issued to another client"),
            { RedeemedAt: not null } => OAuthError.InvalidGrant("used before"),
            { DeniedAt: not null } => OAuthError.Denied,
            var waiting when waiting.ExpiresAt <= now => OAuthError.ExpiredToken,
            { ApprovedAt: null } waiting => await CountPollAsync(waiting, now, cancellation),
            var waiting => await RedeemAsync(waiting, request, now, cancellation),
        };
    }

    /// <summary>Of two polls at the same moment, one is early.</summary>
    private async Task<OAuthError> CountPollAsync(WaitingRequest waiting, DateTimeOffset now, CancellationToken cancellation)
    {
        var pace = new PollingPace(waiting.PolledAt, TimeSpan.FromSeconds(waiting.Interval));
        var interval = (int)pace.After(now).Interval.TotalSeconds;
        var counted = await database.WaitingRequests.Where(row => row.Id == waiting.Id && row.Polls == waiting.Polls).ExecuteUpdateAsync(
            set => set
                .SetProperty(row => row.Polls, row => row.Polls + 1)
                .SetProperty(row => row.PolledAt, now)
                .SetProperty(row => row.Interval, interval),
            cancellation);
        return pace.IsEarly(now) || counted == 0 ? OAuthError.SlowDown : OAuthError.AuthorizationPending;
    }

    private async Task<Result<ApprovedPrincipal, OAuthError>> RedeemAsync(
        WaitingRequest waiting, TokenRequest request, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await database.FindInForceAsync(waiting.GrantId!.Value, now, cancellation) is not { Grant: var grant })
        {
            return OAuthError.InvalidGrant("revoked after its approval, or its person is disabled");
        }

        var loaded = grant.ToLoaded();
        if (loaded.Narrow(request.Parameters.NamedResources) is not { } resources)
        {
            return OAuthError.InvalidTarget(request.Parameters.NamedResources[0]);
        }

        if (ApprovedGrant.ForPerson(loaded, request.Client, loaded.Scopes, resources) is not { } approved)
        {
            return OAuthError.InvalidGrant("the client's policy is no longer met");
        }

        return await TryTakeAsync(waiting, grant, request.Client.IsPublic ? request.Sender?.Stored : null, now, cancellation)
            ? ApprovedPrincipal.OfPerson(approved, grant.Offline ? new(grant.Id, grant.Secret, grant.Generation) : null)
            : OAuthError.InvalidGrant("used before, or revoked");
    }

    /// <summary>One poll on any node takes the tokens; the life of the grant begins with them.</summary>
    private Task<bool> TryTakeAsync(
        WaitingRequest waiting, Grant grant, string? boundTo, DateTimeOffset now, CancellationToken cancellation)
    {
        var idleEnd = now + (grant.Offline ? options.RefreshTokenIdle : options.AccessTokenLifetime);
        var end = grant.Offline ? grant.ExpiresAt : now + options.AccessTokenLifetime;
        return database.AllOrNothingAsync(
            async () =>
                await database.WaitingRequests.Where(row => row.Id == waiting.Id && row.RedeemedAt == null)
                    .ExecuteUpdateAsync(set => set.SetProperty(row => row.RedeemedAt, now), cancellation) == 1
                && await database.Grants.Where(row => row.Id == grant.Id && row.RevokedAt == null).ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.ExpiresAt, end).SetProperty(
                        row => row.IdleExpiresAt, idleEnd).SetProperty(row => row.BoundTo, boundTo), cancellation) == 1,
            cancellation);
    }
}
