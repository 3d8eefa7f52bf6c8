using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Sso.Data.Brands;

/// <summary>
/// How pages and mails look and are signed for some clients or a host. Typed values only: no style sheet or markup from others is ever
/// stored.
/// </summary>
public sealed class BrandRegistration
{
    public required string Id { get; init; }

    public required string Name { get; set; }

    /// <summary>The fill of the one strong button, <c>#rrggbb</c>.</summary>
    public required string Accent { get; set; }

    /// <summary>The same in the dark scheme; null means computed from <see cref="Accent"/>.</summary>
    public string? DarkAccent { get; set; }

    /// <summary>The background behind the card in the light scheme; null means that of the product.</summary>
    public string? Tint { get; set; }

    /// <summary>Of controls, in pixels; that of the card is two more.</summary>
    public int Radius { get; set; }

    public string? PrivacyUrl { get; set; }

    public string? AboutUrl { get; set; }

    public string? ContactUrl { get; set; }

    /// <summary>The name that mails come from; the address stays that of the server.</summary>
    public string? SenderName { get; set; }

    /// <summary>An address, a number or a page where people get help.</summary>
    public string? SupportContact { get; set; }

    /// <summary>Host names whose pages have this brand if no client decides.</summary>
    public List<string> Hosts { get; set; } = [];

    /// <summary>Cleaned before it was stored.</summary>
    public byte[]? Logo { get; set; }

    /// <summary><c>svg</c> or <c>png</c>.</summary>
    public string? LogoFormat { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class BrandTable : IEntityTypeConfiguration<BrandRegistration>
{
    public void Configure(EntityTypeBuilder<BrandRegistration> builder)
    {
        builder.ToTable("Brands");
        builder.Property(brand => brand.Id).HasMaxLength(40);
        builder.Property(brand => brand.Name).HasMaxLength(60);
        builder.Property(brand => brand.Accent).HasMaxLength(7);
        builder.Property(brand => brand.DarkAccent).HasMaxLength(7);
        builder.Property(brand => brand.Tint).HasMaxLength(7);
        builder.Property(brand => brand.PrivacyUrl).HasMaxLength(2000);
        builder.Property(brand => brand.AboutUrl).HasMaxLength(2000);
        builder.Property(brand => brand.ContactUrl).HasMaxLength(2000);
        builder.Property(brand => brand.SenderName).HasMaxLength(60);
        builder.Property(brand => brand.SupportContact).HasMaxLength(200);
        builder.Property(brand => brand.LogoFormat).HasMaxLength(3);
    }
}
