using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Keys;

/// <summary>A key of ASP.NET Core Data Protection (antiforgery); the server's encryptor encrypts its XML under a data key.</summary>
public sealed class DataProtectionKeyRow
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required string Xml { get; init; }
}

internal sealed class DataProtectionKeyTable : IEntityTypeConfiguration<DataProtectionKeyRow>
{
    public void Configure(EntityTypeBuilder<DataProtectionKeyRow> builder)
    {
        builder.ToTable("DataProtectionKeys");
        builder.Property(key => key.Name).HasMaxLength(200);
    }
}
