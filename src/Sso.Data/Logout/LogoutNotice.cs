using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Data.Clients;

namespace Sso.Data.Logout;

/// <summary>
/// The news for one application of a session that the session has ended (Back-Channel Logout §2.5). Written in the transaction that ends
/// the session; the key makes it one notice for each session and application. The token is made at each attempt, so nothing that opens
/// anything is stored.
/// </summary>
public sealed class LogoutNotice
{
    /// <summary>How long delivery to an application that does not answer is tried.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromHours(24);

    /// <summary>How long the outcome can be read afterwards, as with a session.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>The session; its sid says which of the person's sessions is over, so a newer one is never affected.</summary>
    public required Guid SessionId { get; init; }

    public required string ClientId { get; init; }

    public required Guid PersonId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public LogoutNoticeStatus Status { get; init; }

    public int Attempts { get; init; }

    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>After this it is given up.</summary>
    public required DateTimeOffset GivenUpAt { get; init; }

    /// <summary>Until then, one node is sending it.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>What the latest attempt met, such as "answer 503"; nothing that the application wrote.</summary>
    public string? LastOutcome { get; init; }

    /// <summary>When it was told, or given up.</summary>
    public DateTimeOffset? DoneAt { get; init; }
}

/// <summary>Stored by number: append only.</summary>
public enum LogoutNoticeStatus
{
    /// <summary>Not told yet.</summary>
    Waiting = 0,

    /// <summary>The application answered that it ended its session.</summary>
    Told = 1,

    /// <summary>The application refused, or did not answer for 24 hours.</summary>
    GivenUp = 2,
}

internal sealed class LogoutNoticeTable : IEntityTypeConfiguration<LogoutNotice>
{
    public void Configure(EntityTypeBuilder<LogoutNotice> builder)
    {
        builder.ToTable("LogoutNotices");
        builder.HasKey(notice => new { notice.SessionId, notice.ClientId });
        builder.Property(notice => notice.ClientId).HasMaxLength(ClientRegistration.LongestId);
        builder.Property(notice => notice.LastOutcome).HasMaxLength(100);
        builder.HasIndex(notice => new { notice.Status, notice.NextAttemptAt });
        builder.HasIndex(notice => new { notice.PersonId, notice.CreatedAt });
        builder.HasIndex(notice => notice.CreatedAt);
    }
}
