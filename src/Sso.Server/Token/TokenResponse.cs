namespace Sso.Server.Token;

/// <summary>
/// A successful answer of the token endpoint (RFC 6749 §5.1, OIDC Core §3.1.3.3). <paramref name="ExpiresIn"/> is in seconds.
/// </summary>
public sealed record TokenResponse(string AccessToken, string TokenType, int ExpiresIn, string Scope, string? IdToken, string? RefreshToken)
{
    /// <summary>Of an exchange only (RFC 8693 §2.2.1).</summary>
    public string? IssuedTokenType { get; init; }

    /// <summary>What was granted in detail (RFC 9396 §7).</summary>
    public System.Text.Json.JsonElement? AuthorizationDetails { get; init; }

    public override string ToString() => "(tokens)";
}
