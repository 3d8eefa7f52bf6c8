using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.People;
using Sso.Data.Secrets;

namespace Sso.Delivery.Mail;

/// <summary>Queues a mail for the dispatcher: a row, saved together with what it reports.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "It is a queue, of rows.")]
public sealed class MailQueue(Sealer sealer, TimeProvider clock)
{
    /// <summary>Adds the row to the caller's context; the caller saves it in one transaction with its cause.</summary>
    /// <param name="isDecoy">Written and never sent.</param>
    public void Enqueue(SsoDbContext database, MailMessage mail, TimeSpan life, bool isDecoy = false)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        database.OutgoingMails.Add(new OutgoingMail
        {
            Id = id,
            Protected = sealer.Protect(OutgoingMail.ContextOf(id), JsonSerializer.SerializeToUtf8Bytes(mail, MailJson.Default.MailMessage)),
            Kind = mail.Kind,
            // What was typed for nobody may be anything.
            MaskedAddress = isDecoy ? null : EmailAddress.Mask(mail.To),
            CreatedAt = now,
            ExpiresAt = now + life,
            NextAttemptAt = now,
            Status = isDecoy ? OutgoingMailStatus.Decoy : OutgoingMailStatus.Waiting,
        });
    }

    /// <summary>What was enqueued in this context and not saved yet, in the order in which it was enqueued.</summary>
    public IReadOnlyList<MailMessage> Unsaved(SsoDbContext database) =>
    [
        .. from mail in database.OutgoingMails.Local
           select JsonSerializer.Deserialize(sealer.Reveal(OutgoingMail.ContextOf(mail.Id), mail.Protected), MailJson.Default.MailMessage)!,
    ];
}
