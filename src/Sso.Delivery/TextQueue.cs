using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Sso.Data;
using Sso.Data.Delivery;
using Sso.Data.Factors;

namespace Sso.Delivery;

/// <summary>Where a text waits for the dispatcher: a row, saved together with its challenge.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "It is a queue, of rows.")]
public sealed class TextQueue(TimeProvider clock)
{
    private readonly Channel<bool> _bell = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    internal ChannelReader<bool> Bell => _bell.Reader;

    /// <summary>Adds the row to the caller's context. The caller saves it in one transaction with the challenge and then calls <see cref="Wake"/>.</summary>
    public async Task EnqueueAsync(
        SsoDbContext database, TextChallenge challenge, TextPurpose purpose, string language, CancellationToken cancellation)
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

    /// <summary>Tells this node's dispatcher not to wait for its next look; the other nodes look every second.</summary>
    public void Wake() => _bell.Writer.TryWrite(true);
}
