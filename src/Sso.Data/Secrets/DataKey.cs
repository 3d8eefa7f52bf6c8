using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Secrets;

/// <summary>A 256-bit key that seals and protects, stored wrapped by the key from the configuration.</summary>
public sealed class DataKey
{
    public required Guid Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required byte[] Wrapped { get; init; }

    /// <summary>Set when an operator renewed the keys: it still opens rows, but nothing that comes from outside any more.</summary>
    public DateTimeOffset? RetiredAt { get; set; }
}

internal sealed class DataKeyTable : IEntityTypeConfiguration<DataKey>
{
    public const string Name = "DataKeys";

    public void Configure(EntityTypeBuilder<DataKey> builder)
    {
        builder.ToTable(Name);
        builder.Property(key => key.Wrapped).HasMaxLength(1024);
    }
}
