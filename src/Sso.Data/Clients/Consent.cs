using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Clients;

/// <summary>What a person allowed a client, remembered for the same client and an equal or smaller scope (OIDC Core §3.1.2.4).</summary>
public sealed class Consent
{
    public required Guid PersonId { get; init; }

    public required string ClientId { get; init; }

    public required List<string> Scopes { get; set; }

    public required DateTimeOffset GivenAt { get; set; }

    /// <summary>The request in which it was last given, for prompt=consent.</summary>
    public required Guid FlowId { get; set; }
}

internal sealed class ConsentTable : IEntityTypeConfiguration<Consent>
{
    public void Configure(EntityTypeBuilder<Consent> builder)
    {
        builder.ToTable("Consents");
        builder.HasKey(consent => new { consent.PersonId, consent.ClientId });
        builder.Property(consent => consent.ClientId).HasMaxLength(ClientRegistration.LongestId);
    }
}
