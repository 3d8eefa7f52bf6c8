using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Protocol.Clients;

namespace Sso.Data.Clients;

/// <summary>
/// An API that takes our access tokens, as an operator registered it (RFC 8707 §2). Requests see it as a frozen <see cref="Resource"/>.
/// </summary>
public sealed class ResourceRegistration
{
    /// <summary>In characters; short enough for a key in every database.</summary>
    public const int LongestId = 400;

    public required string Id { get; init; }

    public required string Name { get; set; }

    public List<string> Scopes { get; set; } = [];

    public string? ClientId { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public Resource ToResource() => new(Id, Scopes.ToFrozenSet(StringComparer.Ordinal), ClientId);
}

internal sealed class ResourceRegistrationTable : IEntityTypeConfiguration<ResourceRegistration>
{
    public void Configure(EntityTypeBuilder<ResourceRegistration> builder)
    {
        builder.ToTable("Resources");
        builder.Property(resource => resource.Id).HasMaxLength(ResourceRegistration.LongestId);
        builder.Property(resource => resource.Name).HasMaxLength(200);
        builder.Property(resource => resource.ClientId).HasMaxLength(ClientRegistration.LongestId);
    }
}
