using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Factors;

/// <summary>
/// A code sent by text message, or by mail. The code itself is not stored: it is derived from <see cref="Id"/> under a data key, so the
/// same code can be sent again by any route while it is valid. It lives five minutes from its creation and allows five tries and four
/// sends; nothing extends that.
/// </summary>
public sealed class MessageChallenge
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);
    public const int MaximumTries = 5;
    public const int MaximumSends = 4;

    public required Guid Id { get; init; }

    /// <summary>The data key under which the code is derived.</summary>
    public required Guid KeyId { get; init; }

    /// <summary>The phone; for a code by mail the person.</summary>
    public required Guid FactorId { get; init; }

    public required Guid SessionId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public int Tries { get; private set; }

    public int Sends { get; private set; } = 1;

    public DateTimeOffset LastSentAt { get; init; }

    public DateTimeOffset? UsedAt { get; private set; }
}

internal sealed class MessageChallengeTable : IEntityTypeConfiguration<MessageChallenge>
{
    public void Configure(EntityTypeBuilder<MessageChallenge> builder)
    {
        builder.ToTable("MessageChallenges");
        builder.HasIndex(challenge => challenge.SessionId);
        builder.HasIndex(challenge => challenge.ExpiresAt);
    }
}
