using Sso.Accounts.Limits;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Server.Http;

namespace Sso.Server.ClientAuthentication;

/// <summary>
/// Records what applications were refused. What was granted needs no record: the grant row is its own. Only so many are written in a minute
/// (<see cref="LimitTable.RefusalRecord"/>); the log has them all.
/// </summary>
internal sealed class ClientRefusals(SsoDbContext database, Throttle throttle, TimeProvider clock)
{
    /// <summary>For the operator: which redirection URI was sent, and which one it was meant to be.</summary>
    public Task RecordAsync(HttpContext http, RedirectUriMismatch mismatch, CancellationToken cancellation) => RecordAsync(
        http,
        SecurityEvent.RedirectUriRefused(clock.GetUtcNow(), mismatch.ClientId, mismatch.Sent, mismatch.Registered),
        cancellation);

    /// <summary>For the operator: which rule refused a request that came through a browser, or was pushed.</summary>
    public Task RecordRequestAsync(HttpContext http, string clientId, string? sent, string error, CancellationToken cancellation) =>
        RecordAsync(http, SecurityEvent.RequestRefused(clock.GetUtcNow(), clientId, sent, error), cancellation);

    /// <param name="clientId">Null unless it is registered: any other may be a secret typed into the wrong field.</param>
    public Task RecordClientAsync(HttpContext http, string? clientId, OAuthError error, CancellationToken cancellation) =>
        RecordAsync(http, SecurityEvent.ClientRefused(clock.GetUtcNow(), clientId, error.Recorded), cancellation);

    /// <summary>A method that an endpoint does not take, by an application that names itself.</summary>
    public Task RecordMethodAsync(HttpContext http, string clientId, OAuthError error, CancellationToken cancellation) =>
        RecordRequestAsync(
            http, clientId, $"{RefusedValue.Printable(http.Request.Method)} {http.Request.Path}", error.Recorded, cancellation);

    public Task RecordGrantAsync(
        HttpContext http, string clientId, string grantType, OAuthError error, CancellationToken cancellation) =>
        RecordAsync(
            http, SecurityEvent.GrantRefused(clock.GetUtcNow(), clientId, grantType, error.Recorded), cancellation);

    private async Task RecordAsync(HttpContext http, SecurityEvent recorded, CancellationToken cancellation)
    {
        if (!await throttle.ReserveRefusalRecordAsync($"{recorded.Kind}", recorded.ClientId, ClientAddress.Counted(http), cancellation))
        {
            return;
        }

        database.SecurityEvents.Add(recorded);
        await database.SaveChangesAsync(cancellation);
    }
}
