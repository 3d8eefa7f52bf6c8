using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using Sso.Data;
using Sso.Data.Authorization;
using Sso.Data.Grants;
using Sso.Data.Operations;
using Sso.Data.Secrets;
using Sso.Data.Sessions;
using Sso.Protocol.Ciba;
using Sso.Protocol.Device;
using Sso.Server.ClientAuthentication;
using Sso.Server.Issuance;

namespace Sso.Server.Authorization;

/// <summary>
/// Requests whose client waits while a person answers elsewhere (RFC 8628, CIBA Core): stored, found by what was typed, approved or denied
/// once. An approval inserts the grant in the same transaction, so that whatever ends grants (a sign-out, a new password, a disabled
/// account) also ends what has not been fetched yet.
/// </summary>
internal sealed class WaitingRequestStore(
    SsoDbContext database, Sealer sealer, TokenOptions options, BackchannelNotifier notifier, TimeProvider clock)
{
    private const string UserCodePurpose = "user code";

    /// <summary>The part of a request that is kept: no credentials, nothing that is not read again.</summary>
    private static readonly string[] Kept = ["scope", "resource", "acr_values", "authorization_details", "binding_message"];

    /// <summary>Only in ping mode: what the notification carries. It never reaches the person's browser.</summary>
    private static readonly string[] KeptForPing = ["client_notification_token", "auth_req_id"];

    /// <summary>A device authorization (RFC 8628 §3.2).</summary>
    public async Task<(string DeviceCode, UserCode UserCode)> AddDeviceAsync(
        string clientId, OpenIddictRequest parameters, TimeSpan lifetime, CancellationToken cancellation)
    {
        while (true)
        {
            var (handle, code) = (WaitingRequest.NewHandle(), UserCode.New());
            // Two identical codes at a time: one case in many millions, and then another is drawn.
            var device = New(WaitingKind.Device, handle, clientId, parameters.Without(KeptForPing), lifetime, code: code);
            if (await database.TryInsertAsync(device, cancellation))
            {
                return (handle, code);
            }
        }
    }

    /// <summary>Adds one (CIBA Core §7.3) in the transaction of what is pending in the context; returns the auth_req_id.</summary>
    public async Task<string> AddBackchannelAsync(
        ClientRequest request, BackchannelRequest asked, Guid personId, CancellationToken cancellation)
    {
        var handle = WaitingRequest.NewHandle();
        var parameters = asked.NotificationToken is null
            ? request.Parameters.Without(KeptForPing)
            : request.Parameters.With("auth_req_id", handle);
        database.WaitingRequests.Add(
            New(WaitingKind.Backchannel, handle, request.Client.Id, parameters, asked.Lifetime, personId: personId));
        await database.SaveChangesAsync(cancellation);
        return handle;
    }

    /// <summary>What this person was asked and has not answered.</summary>
    public async Task<IReadOnlyList<(WaitingRequest Waiting, OpenIddictRequest Asked)>> ListAsync(
        Guid personId, CancellationToken cancellation)
    {
        var rows = await Waiting(clock.GetUtcNow()).AsNoTracking()
            .Where(row => row.PersonId == personId && row.Kind == WaitingKind.Backchannel)
            .OrderByDescending(row => row.Id).ToListAsync(cancellation);
        return [.. rows.Select(row => (row, AskedBy(row)))];
    }

    /// <summary>The device that shows this code and is still waiting, with what it asks for.</summary>
    public async Task<(WaitingRequest Waiting, OpenIddictRequest Asked)?> FindDeviceAsync(UserCode code, CancellationToken cancellation)
    {
        var (hash, now) = (HashOf(code), clock.GetUtcNow());
        return await Waiting(now).AsNoTracking().SingleOrDefaultAsync(row => row.UserCodeHash == hash, cancellation) is { } found
            ? (found, AskedBy(found))
            : null;
    }

    public Task<bool> IsWaitingAsync(Guid id, CancellationToken cancellation) =>
        Waiting(clock.GetUtcNow()).AnyAsync(row => row.Id == id, cancellation);

    /// <summary>True for the first answer on any node that comes in time.</summary>
    public Task<bool> TryApproveAsync(Flow flow, SignInRow signIn, NextStep.Issue decision, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return AnswerAsync(ApproveAsync, cancellation);

        async Task<SecurityEvent?> ApproveAsync()
        {
            var waiting = await Waiting(now).AsNoTracking().SingleOrDefaultAsync(row => row.Id == flow.Request.WaitingId, cancellation);
            if (waiting is null || (waiting.PersonId is { } asked && asked != signIn.PersonId))
            {
                return null;
            }

            var grant = NewGrant(flow.Request, signIn, decision.Authentication, waiting, now);
            if (!await database.TryInsertGrantAsync(grant, signIn.Secret, cancellation))
            {
                return null;
            }

            var approved = await Waiting(now).Where(row => row.Id == waiting.Id).ExecuteUpdateAsync(
                set => set
                    .SetProperty(row => row.ApprovedAt, now)
                    .SetProperty(row => row.GrantId, grant.Id)
                    .SetProperty(row => row.NotifyAt, row => row.Pings ? now : null),
                cancellation);
            return approved == 0
                ? null
                : SecurityEvent.ConsentGiven(now, signIn.PersonId, signIn.SessionId, flow.Request.Client.Id, flow.Request.Scopes);
        }
    }

    public Task<bool> TryDenyAsync(Flow flow, SignInRow signIn, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        return AnswerAsync(DenyAsync, cancellation);

        async Task<SecurityEvent?> DenyAsync()
        {
            var denied = await Waiting(now)
                .Where(row => row.Id == flow.Request.WaitingId && (row.PersonId == null || row.PersonId == signIn.PersonId))
                .ExecuteUpdateAsync(
                    set => set.SetProperty(row => row.DeniedAt, now).SetProperty(row => row.NotifyAt, row => row.Pings ? now : null),
                    cancellation);
            return denied == 0
                ? null
                : SecurityEvent.ConsentRefused(now, signIn.PersonId, signIn.SessionId, flow.Request.Client.Id, flow.Request.Scopes);
        }
    }

    /// <param name="answer">What is recorded of it; null if another answer came first.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    private async Task<bool> AnswerAsync(Func<Task<SecurityEvent?>> answer, CancellationToken cancellation)
    {
        var isAnswered = await database.AllOrNothingAsync(
            async () =>
            {
                if (await answer() is not { } recorded)
                {
                    return false;
                }

                database.SecurityEvents.Add(recorded);
                return true;
            },
            cancellation);
        if (isAnswered)
        {
            notifier.Wake();
        }

        return isAnswered;
    }

    private IQueryable<WaitingRequest> Waiting(DateTimeOffset now) =>
        database.WaitingRequests.Where(row => row.ApprovedAt == null && row.DeniedAt == null && row.ExpiresAt > now);

    private WaitingRequest New(
        WaitingKind kind, string handle, string clientId, OpenIddictRequest parameters,
        TimeSpan lifetime, UserCode? code = null, Guid? personId = null)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        return new()
        {
            Id = id,
            Kind = kind,
            HandleHash = WaitingRequest.HashOf(handle),
            UserCodeHash = code is { } typed ? HashOf(typed) : null,
            ClientId = clientId,
            PersonId = personId,
            Pings = parameters.Text("auth_req_id") is not null,
            Protected = sealer.Protect(
                WaitingRequest.ContextOf(id), parameters.Without(parameters.Names.Except([.. Kept, .. KeptForPing])).ToForm()),
            CreatedAt = now,
            ExpiresAt = now + lifetime,
            Interval = (int)WaitingRequest.UsualInterval.TotalSeconds,
        };
    }

    private OpenIddictRequest AskedBy(WaitingRequest waiting) => StoredIn(waiting).Without(KeptForPing);

    private OpenIddictRequest StoredIn(WaitingRequest waiting) =>
        RequestParameters.FromForm(sealer.UnprotectText(waiting.Context, waiting.Protected))
            ?? throw new System.Diagnostics.UnreachableException();

    /// <summary>Keyed, as all 35 bits could be tried in seconds. With a new data key, devices have to show new codes.</summary>
    private byte[] HashOf(UserCode code) =>
        sealer.Derive(sealer.CurrentKeyId, UserCodePurpose, System.Text.Encoding.ASCII.GetBytes(code.Letters))
            ?? throw new System.Diagnostics.UnreachableException();

    /// <summary>Until it is redeemed, it is in force no longer than the request lives.</summary>
    private Grant NewGrant(
        AuthorizationRequest request, SignInRow signIn, Authentication authentication, WaitingRequest waiting, DateTimeOffset now)
    {
        var offline = request.Scopes.Contains(Scopes.OfflineAccess) && request.Client.GrantTypes.Contains(GrantTypes.RefreshToken);
        return new()
        {
            Id = Guid.CreateVersion7(now),
            Secret = RandomNumberGenerator.GetBytes(16),
            ClientId = request.Client.Id,
            PersonId = signIn.PersonId,
            SessionId = signIn.SessionId,
            Scopes = [.. request.Scopes.Order(StringComparer.Ordinal)],
            Resources = [.. request.Resources],
            Offline = offline,
            AuthenticatedAt = authentication.Time,
            Acr = authentication.Acr,
            Amr = [.. authentication.Amr],
            AuthorizationDetails = request.Details?.Json,
            CreatedAt = now,
            ExpiresAt = offline ? now + options.RefreshTokenAbsolute : waiting.ExpiresAt,
            IdleExpiresAt = waiting.ExpiresAt,
        };
    }
}
