using System.Text.Json;

namespace Sso.Protocol.Tokens;

/// <summary>
/// What is told about a token (RFC 7662 §2.2). Of one that is not in force, or that is not the asker's business, nothing but that is told.
/// </summary>
public sealed record TokenIntrospection
{
    /// <summary>The <c>typ</c> of the signed form (RFC 9701 §5).</summary>
    public const string Type = "token-introspection+jwt";

    public static readonly TokenIntrospection Inactive = new();

    public bool Active { get; init; }

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

    /// <summary>RFC 7662 §2.2.</summary>
    public byte[] AsJson(string issuer)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteMembers(json, issuer);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>The signed form (RFC 9701 §5), for the one who asked.</summary>
    public string Sign(string issuer, string asker, SignatureKey key, DateTimeOffset now) => JwtWriter.Write(key, Type, json =>
    {
        json.WriteString("iss", issuer);
        json.WriteString("aud", asker);
        json.WriteNumber("iat", now.ToUnixTimeSeconds());
        json.WriteStartObject("token_introspection");
        WriteMembers(json, issuer);
        json.WriteEndObject();
    });

    private void WriteMembers(Utf8JsonWriter json, string issuer)
    {
        json.WriteBoolean("active", Active);
        if (!Active)
        {
            return;
        }

        json.WriteString("iss", issuer);
        json.WriteString("sub", Subject);
        json.WriteString("client_id", ClientId);
        json.WriteString("scope", Protocol.Scopes.Format(Scopes));
        json.WriteNumber("iat", IssuedAt.ToUnixTimeSeconds());
        json.WriteNumber("exp", ExpiresAt.ToUnixTimeSeconds());
        WriteIfKnown(json, "username", UserName);
        WriteIfKnown(json, "token_type", TokenType);
        WriteIfKnown(json, "jti", TokenId);
        Sender?.Write(json);
        if (Audience.Count > 0)
        {
            JwtWriter.WriteAudience(json, Audience);
        }

        Actor.Write(json);
        if (AuthorizationDetails is { } details)
        {
            json.WritePropertyName("authorization_details");
            json.WriteRawValue(details);
        }

        if (Authentication is { } authentication)
        {
            json.WriteNumber("auth_time", authentication.Time.ToUnixTimeSeconds());
            json.WriteString("acr", authentication.Acr);
        }
    }

    private static void WriteIfKnown(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
