using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Admin.Deliveries;

/// <summary>
/// Tries the mails that wait at once instead of in up to an hour, and from then on as if they were new: the relay was mended. What was
/// given up is erased and cannot be sent.
/// </summary>
public sealed class RetryMails(SsoDbContext database, TimeProvider clock)
{
    public Task<Result<MailsRetried, Refusal>> ExecuteAsync(CancellationToken cancellation) =>
        database.AllOrNothingAsync<MailsRetried>(async () =>
        {
            var now = clock.GetUtcNow();
            // One that is being sent at this moment is left alone.
            var waiting = await database.OutgoingMails
                .Where(mail => mail.Status == OutgoingMailStatus.Waiting && mail.NextAttemptAt > now
                    && (mail.LeasedUntil == null || mail.LeasedUntil < now))
                .ExecuteUpdateAsync(
                    set => set.SetProperty(mail => mail.NextAttemptAt, now).SetProperty(mail => mail.Attempts, 0), cancellation);
            if (waiting > 0)
            {
                database.SecurityEvents.Add(SecurityEvent.DeliveryChanged(now, $"{waiting} mails tried again"));
            }

            return new MailsRetried(waiting);
        }, cancellation);
}

/// <summary>How many are tried at once.</summary>
public sealed record MailsRetried(int Mails);
