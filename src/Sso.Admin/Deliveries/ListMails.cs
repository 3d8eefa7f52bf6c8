using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Delivery;

namespace Sso.Admin.Deliveries;

/// <summary>One mail as an operator reads it: neither the address nor anything of the content.</summary>
/// <param name="Kind">Which mail it is, such as <c>Reset</c>; null for one of an earlier version.</param>
/// <param name="Address">Masked; null for one of an earlier version.</param>
/// <param name="Trouble">What the latest attempt met; null before the first.</param>
/// <param name="NextAttemptAt">Null once it is over.</param>
public sealed record MailView(
    string Id, DateTimeOffset CreatedAt, string? Kind, string? Address, OutgoingMailStatus Status, int Attempts, MailTrouble? Trouble,
    DateTimeOffset? DoneAt, DateTimeOffset? NextAttemptAt)
{
    public static MailView Of(OutgoingMail mail) => new(
        mail.Id.ToString("N"), mail.CreatedAt, mail.Kind, mail.MaskedAddress, mail.Status, mail.Attempts, mail.Trouble, mail.DoneAt,
        mail.Status == OutgoingMailStatus.Waiting ? mail.NextAttemptAt : null);
}

/// <summary>The mails that are kept, newest first: until a day after they were of use.</summary>
public sealed class ListMails(SsoDbContext database)
{
    /// <summary>What was never meant for anybody is no mail.</summary>
    private IQueryable<OutgoingMail> All =>
        database.OutgoingMails.AsNoTracking().Where(mail => mail.Status != OutgoingMailStatus.Decoy);

    /// <param name="onlyTroubled">Only those that wait or were given up.</param>
    /// <param name="before">The mail behind which the part begins; null for the newest.</param>
    /// <param name="take">How many at most.</param>
    /// <param name="cancellation">Stops reading.</param>
    public async Task<ImmutableArray<MailView>> ExecuteAsync(bool onlyTroubled, Guid? before, int take, CancellationToken cancellation)
    {
        var mails = onlyTroubled ? All.Where(mail => mail.Status != OutgoingMailStatus.Sent) : All;
        if (before is { } last)
        {
            mails = mails.Where(mail => mail.Id.CompareTo(last) < 0);
        }

        return [.. (await mails.OrderByDescending(mail => mail.Id).Take(take).ToListAsync(cancellation)).Select(MailView.Of)];
    }

    /// <summary>How many have not left, because an attempt failed.</summary>
    public Task<int> WaitingAsync(CancellationToken cancellation) =>
        database.OutgoingMails.CountAsync(mail => mail.Status == OutgoingMailStatus.Waiting && mail.Attempts > 0, cancellation);
}
