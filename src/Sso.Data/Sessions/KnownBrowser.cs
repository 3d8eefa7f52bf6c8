using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Sessions;

/// <summary>
/// A browser from which a person has signed in before, so that a new one is told to them by mail. It gives no right.
/// Stored: SHA-256 of the browser's cookie.
/// </summary>
public sealed class KnownBrowser
{
    /// <summary>A browser that has not come back for this long, the life of its cookie, is a new one again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromDays(400);

    public required Guid PersonId { get; init; }

    public required byte[] BrowserHash { get; init; }

    public required DateTimeOffset LastSeenAt { get; init; }
}

internal sealed class KnownBrowserTable : IEntityTypeConfiguration<KnownBrowser>
{
    public void Configure(EntityTypeBuilder<KnownBrowser> builder)
    {
        builder.ToTable("KnownBrowsers");
        builder.HasKey(browser => new { browser.PersonId, browser.BrowserHash });
        builder.HasIndex(browser => browser.LastSeenAt);
        builder.Property(browser => browser.BrowserHash).HasMaxLength(32).IsFixedLength();
    }
}
