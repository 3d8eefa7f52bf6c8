using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Clients;

/// <summary>
/// From where the back end of a confidential client asks, and when the key set was last fetched from there. That is the only evidence of
/// who has a new key: whoever fetches the key set says no name. Of public clients there are no rows, as they ask from devices of people.
/// </summary>
public sealed class BackendAddress
{
    /// <summary>Rows of one client; the most recent stay.</summary>
    public const int Most = 8;

    /// <summary>How long a row outlives the last request: who asked since then is at work.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>What is known of a row is written at most so often, on all nodes together.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    public const int LongestAddress = 50;

    public required string ClientId { get; init; }

    /// <summary>An IPv4 address, or the /64 of one of IPv6.</summary>
    public required string Address { get; init; }

    /// <summary>Of the requests in which the client proved itself.</summary>
    public required DateTimeOffset FirstRequestAt { get; init; }

    /// <summary>To the hour.</summary>
    public required DateTimeOffset LastRequestAt { get; set; }

    /// <summary>When the key set was last sent there, to the hour or when it had new keys; null: never.</summary>
    public DateTimeOffset? FetchedAt { get; set; }

    /// <summary>
    /// When the newest key of the key sets sent there was made. Of what was sent, not of when: a node that has not read a key yet sends
    /// none, and the clocks of nodes differ.
    /// </summary>
    public DateTimeOffset? NewestKeyAt { get; set; }
}

internal sealed class BackendAddressTable : IEntityTypeConfiguration<BackendAddress>
{
    public void Configure(EntityTypeBuilder<BackendAddress> builder)
    {
        builder.ToTable("BackendAddresses");
        builder.HasKey(row => new { row.ClientId, row.Address });
        builder.Property(row => row.ClientId).HasMaxLength(ClientRegistration.LongestId);
        builder.Property(row => row.Address).HasMaxLength(BackendAddress.LongestAddress);
        builder.HasIndex(row => row.Address);
        builder.HasIndex(row => row.LastRequestAt);
    }
}
