using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Sso.Protocol.Tokens;

/// <summary>
/// What is told about a token in force (RFC 7662 §2.2).
/// </summary>
public sealed record TokenIntrospection
{
    public IReadOnlyCollection<string> Scopes { get; init; } = [];

    public string? ClientId { get; init; }

    public string? UserName { get; init; }

    /// <summary>How an access token is presented (RFC 6749 §7.1); null for a refresh token.</summary>
    public string? TokenType { get; init; }

    public string? Subject { get; init; }

    public IReadOnlyList<string> Audience { get; init; } = [];

    public string? TokenId { get; init; }

    /// <summary>RFC 8693 §4.1.</summary>
    public Actor Actor { get; init; } = Actor.None;

    public DateTimeOffset IssuedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The key that must be shown with it (RFC 9449 §6.2, RFC 8705 §3.2); null for a bearer token.</summary>
    public SenderConstraint? Sender { get; init; }

    /// <summary>The JSON array of RFC 9396 §9.2; null where nothing was granted in detail.</summary>
    public string? AuthorizationDetails { get; init; }

    /// <summary>RFC 9470 §6.2: how and when the person proved who they are; null for the client credentials grant.</summary>
    public Authorization.Authentication? Authentication { get; init; }

    /// <summary>The signed form (RFC 9701 §5) of an answer, for the one who asked.</summary>
    /// <param name="write">Writes the answer as it would be sent unsigned.</param>
    public static string Sign(string issuer, string asker, SigningCredentials key, DateTimeOffset now, Action<Utf8JsonWriter> write) =>
        JwtWriter.Write(key, "token-introspection+jwt", json =>
        {
            json.WriteString("iss", issuer);
            json.WriteString("aud", asker);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WritePropertyName("token_introspection");
            write(json);
        });
}
