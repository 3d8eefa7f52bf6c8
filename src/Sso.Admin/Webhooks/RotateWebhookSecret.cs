using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Admin.Webhooks;

/// <summary>
/// Gives a subscription another secret. For a while messages are signed with both, so the receiver changes without an outage.
/// </summary>
public sealed class RotateWebhookSecret(SsoDbContext database, WebhookSecrets secrets, TimeProvider clock)
{
    public const int LongestHours = 24 * 30;

    /// <param name="id">Of the subscription.</param>
    /// <param name="hours">How long the former secret signs as well; 0 if somebody may have seen it.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public async Task<Result<WebhookWithSecret, Refusal>> ExecuteAsync(string id, int hours, CancellationToken cancellation)
    {
        if (hours is < 0 or > LongestHours)
        {
            return Refusal.Invalid(
                new FieldProblem("hours", $"Two secrets sign for 0 to {LongestHours} hours.", "Give the time that the receiver needs."));
        }

        var (secret, box) = await secrets.NewAsync(id, cancellation);
        return await database.AllOrNothingAsync<WebhookWithSecret>(async () =>
        {
            // One at a time: of two at once, one would give out a secret that nothing is signed with.
            await database.RaiseWebhooksVersionAsync(cancellation);
            if (await database.Webhooks.SingleOrDefaultAsync(row => row.Id == id, cancellation) is not { } webhook)
            {
                return ListWebhooks.NotFound(id);
            }

            var now = clock.GetUtcNow();
            webhook.FormerSealedSecret = hours == 0 ? null : webhook.SealedSecret;
            webhook.FormerSecretUntil = hours == 0 ? null : now.AddHours(hours);
            webhook.SealedSecret = box;
            database.SecurityEvents.Add(SecurityEvent.WebhookChanged(now, id, "secret rotated", changes: null));
            return new WebhookWithSecret(await WebhookView.CountAsync(database, webhook, cancellation), secret);
        }, cancellation);
    }
}
