using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Data.Clients;

namespace Sso.Data.Operations;

internal sealed class SecurityEventTable : IEntityTypeConfiguration<SecurityEvent>
{
    public void Configure(EntityTypeBuilder<SecurityEvent> builder)
    {
        builder.ToTable("SecurityEvents");
        builder.Property(item => item.ClientId).HasMaxLength(ClientRegistration.LongestId);
        builder.Property(item => item.Address).HasMaxLength(64);
        builder.Property(item => item.Detail).HasMaxLength(200);
        builder.Property(item => item.Methods).HasConversion(methods => methods!.Stored, stored => new(stored)).HasMaxLength(50);
        builder.Property(item => item.Browser).HasMaxLength(50);
        builder.Property(item => item.BrowserSystem).HasMaxLength(50);
        builder.Property(item => item.Reason).HasMaxLength(200);
        builder.Property(item => item.Changes).HasMaxLength(4000);
        builder.Property(item => item.Actor).HasMaxLength(100);
        builder.Property(item => item.Node).HasMaxLength(100);
        builder.Property(item => item.RequestId).HasMaxLength(100);
        builder.Property(item => item.AddressHash).HasMaxLength(32).IsFixedLength();
        builder.Property(item => item.AddressProof).HasMaxLength(32);
        builder.HasIndex(item => new { item.PersonId, item.At });
        builder.Property(item => item.Hash).HasMaxLength(32).IsFixedLength();
        builder.HasIndex(item => item.Sequence).IsUnique();
    }
}
