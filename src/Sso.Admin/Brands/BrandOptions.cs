namespace Sso.Admin.Brands;

/// <summary>
/// The name at the top of the pages and the links at the bottom. Section <c>Brand</c> of the configuration; a link is shown when it is set.
/// It is the brand whenever neither the client nor the host has one of its own.
/// </summary>
public sealed record BrandOptions
{
    /// <summary>The name of an installation to which nobody gave one.</summary>
    public const string Unnamed = "Sso";

    public string Name { get; init; } = Unnamed;

    public string? PrivacyUrl { get; init; }

    public string? AboutUrl { get; init; }

    public string? ContactUrl { get; init; }

    /// <summary>An e-mail address, a telephone number or a page where people get help.</summary>
    public string? SupportContact { get; init; }
}
