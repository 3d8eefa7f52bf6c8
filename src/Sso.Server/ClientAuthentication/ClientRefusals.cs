using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Server.Http;

namespace Sso.Server.ClientAuthentication;

/// <summary>
/// The record of what applications were refused. What was granted needs none: the grant row is its own record. Ten of one application and
/// address in a minute are written, so that nobody fills the record by asking; the metrics and the log count them all.
/// </summary>
public sealed class ClientRefusals(SsoDbContext database, TimeProvider clock)
{
    private const int MostPerMinute = 10;

    /// <summary>For the operator: which redirection URI was sent, and which one it was meant to be.</summary>
    public Task RecordAsync(HttpContext http, RedirectUriMismatch mismatch, CancellationToken cancellation) => RecordAsync(
        http, SecurityEventKind.RedirectUriRefused, mismatch.ClientId,
        mismatch.Sent ?? "none sent", mismatch.Registered ?? "none registered", cancellation);

    /// <param name="clientId">
    /// Of a registered client; null for any other, whose name may be a secret that was put into the wrong field.
    /// </param>
    /// <param name="detail">The grant type where there is one.</param>
    public async Task RecordAsync(
        HttpContext http, SecurityEventKind kind, string? clientId, string? detail, OAuthError error, CancellationToken cancellation) =>
        await RecordAsync(http, kind, clientId, detail, error.Reason ?? error.Code, cancellation);

    private async Task RecordAsync(
        HttpContext http, SecurityEventKind kind, string? clientId, string? detail, string reason, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var counter = AttemptCounter.KeyOf("refusal-record", $"{kind}/{clientId}@{ClientAddress.Counted(http)}");
        if (await database.TryReserveAsync(counter, MostPerMinute, TimeSpan.FromMinutes(1), now, cancellation) is not null)
        {
            return;
        }

        database.SecurityEvents.Add(new(now, kind) { ClientId = clientId, Detail = detail, Reason = reason });
        await database.SaveChangesAsync(cancellation);
    }
}
