using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Secrets;

/// <summary>A 256-bit key that seals and protects, stored wrapped by the key from configuration.</summary>
public sealed class DataKey
{
    public required Guid Id { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required byte[] Wrapped { get; init; }

    /// <summary>Set when the keys were renewed by an operator: it still opens rows, and nothing any more that came from outside.</summary>
    public DateTimeOffset? RetiredAt { get; set; }
}

internal sealed class DataKeyTable : IEntityTypeConfiguration<DataKey>
{
    public void Configure(EntityTypeBuilder<DataKey> builder)
    {
        builder.ToTable("DataKeys");
        builder.Property(key => key.Wrapped).HasMaxLength(1024);
    }
}
