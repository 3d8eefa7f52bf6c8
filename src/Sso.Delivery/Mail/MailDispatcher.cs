using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Secrets;

namespace Sso.Delivery.Mail;

/// <summary>
/// Sends the waiting mails of this node and of others that have stopped, one after the other: woken at once by <see cref="MailBell"/>,
/// otherwise looking every five seconds. What the relay does not accept now is tried again after 1, 5, 15 and then every 60 minutes, until
/// the mail is no longer of any use.
/// </summary>
public sealed partial class MailDispatcher(
    IDbContextFactory<SsoDbContext> contexts, MailBell bell, IMailRoute route,
    Sealer sealer, TimeProvider clock, ILogger<MailDispatcher> log)
    : BackgroundService
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Longer than an attempt, by more than the clocks of two nodes may differ.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(20);
    private static readonly int[] MinutesToWait = [1, 5, 15, 60];

    /// <summary>Sends everything that is due.</summary>
    public async Task SendDueAsync(CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        while (await ClaimAsync(database, cancellation) is { } mail)
        {
            await SendAsync(database, mail);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var timer = clock.CreateTimer(_ => bell.Ring(), null, Interval, Interval);
        try
        {
            await foreach (var _ in bell.HeardAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            await SendDueAsync(cancellation);
        }
        // An unavailable database must not end the dispatcher and with it the server: it looks again in a moment.
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            CannotLook(log, exception);
        }
    }

    private async Task<OutgoingMail?> ClaimAsync(SsoDbContext database, CancellationToken cancellation)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            var mail = await database.OutgoingMails.AsNoTracking()
                .Where(row => row.Status == OutgoingMailStatus.Waiting && row.NextAttemptAt <= now
                    && (row.LeasedUntil == null || row.LeasedUntil < now))
                .OrderBy(row => row.NextAttemptAt).FirstOrDefaultAsync(cancellation);
            if (mail is null)
            {
                return null;
            }

            var until = now + Lease;
            var claimed = await Mine(database, mail).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.LeasedUntil, until).SetProperty(row => row.Attempts, mail.Attempts + 1), cancellation);
            if (claimed == 1)
            {
                return mail;
            }
        }
    }

    private async Task SendAsync(SsoDbContext database, OutgoingMail mail)
    {
        var met = mail.ExpiresAt <= clock.GetUtcNow() ? MailTrouble.TooLate : await AttemptAsync(database, mail);
        var now = clock.GetUtcNow();
        if (met is MailTrouble.RelayNotReady or MailTrouble.KeyUnknown)
        {
            var next = now + TimeSpan.FromMinutes(MinutesToWait[Math.Min(mail.Attempts, MinutesToWait.Length - 1)]);
            await Claimed(database, mail).ExecuteUpdateAsync(
                set => set.SetProperty(row => row.NextAttemptAt, next).SetProperty(row => row.LeasedUntil, (DateTimeOffset?)null)
                    .SetProperty(row => row.Trouble, met));
            return;
        }

        var status = met == MailTrouble.None ? OutgoingMailStatus.Sent : OutgoingMailStatus.Failed;
        await Claimed(database, mail).ExecuteUpdateAsync(
            set => set.SetProperty(row => row.Status, status).SetProperty(row => row.Protected, Array.Empty<byte>())
                .SetProperty(row => row.Trouble, met).SetProperty(row => row.DoneAt, now));
        Ended(log, mail.Id, status, mail.Attempts + 1);
    }

    private async Task<MailTrouble> AttemptAsync(SsoDbContext database, OutgoingMail mail)
    {
        if (sealer.Unprotect(OutgoingMail.ContextOf(mail.Id), mail.Protected) is not { } content)
        {
            // A key made by another node a moment ago is not known here yet.
            return MailTrouble.KeyUnknown;
        }

        using var limit = new CancellationTokenSource(AttemptLimit, clock);
        try
        {
            var message = JsonSerializer.Deserialize(content, MailJson.Default.MailMessage)!;
            return await route.SendAsync(mail.Id, message, await LogoOfAsync(database, message, limit.Token), limit.Token) switch
            {
                MailOutcome.Sent => MailTrouble.None,
                MailOutcome.Refused => MailTrouble.AddressRefused,
                _ => MailTrouble.RelayNotReady,
            };
        }
        // The relay is too slow, or shows a wrong certificate, or the row holds no mail: whatever it is, it must not keep other mails
        // waiting.
        catch (Exception exception)
        {
            NotSent(log, exception, mail.Id);
            return MailTrouble.RelayNotReady;
        }
    }

    /// <summary>Null also for one that was removed since the mail was written: the name is next to it.</summary>
    private static async Task<byte[]?> LogoOfAsync(SsoDbContext database, MailMessage mail, CancellationToken cancellation) =>
        mail.LogoOf is null
            ? null
            : await database.Brands.Where(brand => brand.Id == mail.LogoOf && brand.LogoFormat == MailLogo.Format)
                .Select(brand => brand.Logo).SingleOrDefaultAsync(cancellation);

    private static IQueryable<OutgoingMail> Mine(SsoDbContext database, OutgoingMail mail) => database.OutgoingMails
        .Where(row => row.Id == mail.Id && row.Status == OutgoingMailStatus.Waiting && row.Attempts == mail.Attempts);

    private static IQueryable<OutgoingMail> Claimed(SsoDbContext database, OutgoingMail mail) => database.OutgoingMails
        .Where(row => row.Id == mail.Id && row.Status == OutgoingMailStatus.Waiting && row.Attempts == mail.Attempts + 1);

    [LoggerMessage(EventId = 2201, Level = LogLevel.Error, Message = "Waiting mails cannot be read")]
    private static partial void CannotLook(ILogger log, Exception exception);

    [LoggerMessage(EventId = 2202, Level = LogLevel.Information, Message = "Mail {Id}: {Status} at attempt {Attempt}")]
    private static partial void Ended(ILogger log, Guid id, OutgoingMailStatus status, int attempt);

    [LoggerMessage(EventId = 2203, Level = LogLevel.Error, Message = "Mail {Id} could not be sent now")]
    private static partial void NotSent(ILogger log, Exception exception, Guid id);
}
