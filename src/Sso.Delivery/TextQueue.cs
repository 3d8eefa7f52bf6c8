using System.Diagnostics.CodeAnalysis;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;
using Sso.Data.Secrets;

namespace Sso.Delivery;

/// <summary>Queues a text for the dispatcher: a row, saved together with its challenge.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "It is a queue, of rows.")]
public sealed class TextQueue(Sealer sealer, TimeProvider clock)
{
    /// <summary>Adds the row to the caller's context; the caller saves it in one transaction with the challenge.</summary>
    public async Task EnqueueAsync(
        SsoDbContext database, MessageChallenge challenge, TextPurpose purpose, string language, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var text = new OutgoingText
        {
            Id = Guid.CreateVersion7(now),
            ChallengeId = challenge.Id,
            FactorId = challenge.FactorId,
            Purpose = purpose,
            Language = language,
            CreatedAt = now,
            ExpiresAt = challenge.ExpiresAt,
            NextAttemptAt = now,
        };
        await database.OutgoingTexts.AddAsync(text, cancellation);
    }

    /// <summary>
    /// Adds a notice to the caller's context: it is saved in the transaction of what it reports. The limits are asked when it is sent, so
    /// nothing can be refused here; a notice that finds a limit reached waits for the end of the window.
    /// </summary>
    public void EnqueueNotice(SsoDbContext database, Guid personId, string number, TextNotice notice, string language)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        database.OutgoingTexts.Add(new OutgoingText
        {
            Id = id,
            PersonId = personId,
            Notice = notice,
            Protected = sealer.Protect(OutgoingText.ContextOf(id), number),
            Purpose = TextPurpose.Notice,
            Language = language,
            CreatedAt = now,
            ExpiresAt = now + OutgoingText.NoticeLifetime,
            NextAttemptAt = now,
        });
    }
}
