using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Logout;
using Sso.Data.Webhooks;

namespace Sso.Testing;

/// <summary>Waits, in real time, for what a server sends in the background.</summary>
internal static class Arrivals
{
    /// <summary>
    /// Mails and texts leave at once; a notice of a sign-out or of an event may wait for the next look of its dispatcher, so
    /// only those count that it has begun.
    /// </summary>
    public static Task AwaitAsync(SsoDbContext database, DateTimeOffset now) => WhileAsync(async () =>
        await database.OutgoingMails.AnyAsync(mail => mail.Status == OutgoingMailStatus.Waiting && mail.NextAttemptAt <= now)
        || await database.OutgoingTexts.AnyAsync(text => text.Status == OutgoingTextStatus.Waiting && text.NextAttemptAt <= now)
        || await database.LogoutNotices.AnyAsync(notice => notice.Status == LogoutNoticeStatus.Waiting && notice.LeasedUntil >= now)
        || await database.WebhookDeliveries.AnyAsync(row => row.Status == WebhookDeliveryStatus.Waiting && row.LeasedUntil >= now));

    public static Task WhileAsync(Func<Task<bool>> isOnItsWay) =>
        Patience.UntilAsync(async () => !await isOnItsWay(), "everything has left");
}
