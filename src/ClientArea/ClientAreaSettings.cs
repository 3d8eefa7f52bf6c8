namespace ClientArea;

/// <summary>Section <c>ClientArea</c> of the configuration: what Sso gave us, and where browsers reach us.</summary>
public sealed record ClientAreaSettings
{
    public const string Section = "ClientArea";

    /// <summary>The issuer, such as http://localhost:5080.</summary>
    public string Authority { get; init; } = "";

    public string ClientId { get; init; } = "";

    /// <summary>Empty if the registration has no secret.</summary>
    public string ClientSecret { get; init; } = "";

    /// <summary>Where browsers reach this application, such as http://localhost:5090.</summary>
    public string PublicUrl { get; init; } = "";

    public string Scopes { get; init; } = "openid profile email address phone last_access";

    public string RedirectUri => PublicUrl.TrimEnd('/') + "/callback";

    public string PostLogoutRedirectUri => PublicUrl.TrimEnd('/') + "/signedout";

    /// <summary>A sentence about the first setting that is missing or wrong.</summary>
    public string? Problem => this switch
    {
        _ when !IsWebAddress(Authority) => $"{Section}:Authority must be the address of Sso, such as http://localhost:5080.",
        _ when string.IsNullOrWhiteSpace(ClientId) => $"{Section}:ClientId must be the id that `sso client add` was given.",
        _ when !IsWebAddress(PublicUrl) => $"{Section}:PublicUrl must be the address of this application, such as http://localhost:5090.",
        _ => null,
    };

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == "https" || (uri.Scheme == "http" && uri.IsLoopback));
}
