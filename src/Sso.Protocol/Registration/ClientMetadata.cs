using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sso.Protocol.Registration;

/// <summary>
/// What an application says about itself (RFC 7591 §2, OIDC Dynamic Registration §2, and the logout specifications). These are all the
/// fields that are read; an unknown one sets nothing, so nothing else in a registration can be set from outside.
/// </summary>
public sealed record ClientMetadata
{
    // The identity that a registration gets, and what manages it (RFC 7591 §3.2.1, RFC 7592 §3). A secret with the end 0 does not expire.
    public string? ClientId { get; init; }
    public string? ClientSecret { get; init; }
    public long? ClientIdIssuedAt { get; init; }
    public long? ClientSecretExpiresAt { get; init; }
    public string? RegistrationAccessToken { get; init; }
    public string? RegistrationClientUri { get; init; }

    // What people read and see (RFC 7591 §2).
    public string? ClientName { get; init; }
    public string? ClientUri { get; init; }
    public string? LogoUri { get; init; }
    public string? PolicyUri { get; init; }
    public string? TosUri { get; init; }
    public IReadOnlyList<string>? Contacts { get; init; }
    public string? ApplicationType { get; init; }

    // What it may ask for, where answers go, and whose person it gets (RFC 7591 §2, OIDC Core §8).
    public IReadOnlyList<string>? RedirectUris { get; init; }
    public IReadOnlyList<string>? ResponseTypes { get; init; }
    public IReadOnlyList<string>? GrantTypes { get; init; }
    public string? Scope { get; init; }
    public string? InitiateLoginUri { get; init; }
    public string? SubjectType { get; init; }
    public string? SectorIdentifierUri { get; init; }

    // How it proves itself, and its keys (RFC 7591 §2, RFC 9449 §5.2).
    public string? TokenEndpointAuthMethod { get; init; }
    public JsonElement? Jwks { get; init; }
    public string? JwksUri { get; init; }
    public bool? DpopBoundAccessTokens { get; init; }

    // How its requests come (RFC 9101 §10.5, RFC 9126 §6).
    public string? RequestObjectSigningAlg { get; init; }
    public bool? RequireSignedRequestObject { get; init; }
    public IReadOnlyList<string>? RequestUris { get; init; }
    public bool? RequirePushedAuthorizationRequests { get; init; }

    // How it wants to be answered (OIDC Dynamic Registration §2, JARM §3, RFC 9701 §6).
    public string? IdTokenSignedResponseAlg { get; init; }
    public string? IdTokenEncryptedResponseAlg { get; init; }
    public string? IdTokenEncryptedResponseEnc { get; init; }
    public string? UserinfoSignedResponseAlg { get; init; }
    public string? UserinfoEncryptedResponseAlg { get; init; }
    public string? UserinfoEncryptedResponseEnc { get; init; }
    public string? IntrospectionSignedResponseAlg { get; init; }
    public string? AuthorizationSignedResponseAlg { get; init; }

    // What happens at a sign-out (the logout specifications).
    public IReadOnlyList<string>? PostLogoutRedirectUris { get; init; }
    public string? BackchannelLogoutUri { get; init; }
    public bool? BackchannelLogoutSessionRequired { get; init; }
    public string? FrontchannelLogoutUri { get; init; }
    public bool? FrontchannelLogoutSessionRequired { get; init; }

    /// <summary>The fields that are not read: a host may refuse them, and never stores them.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>Null if it is not a JSON object of this form.</summary>
    public static ClientMetadata? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            var metadata = JsonSerializer.Deserialize(json, MetadataJson.Default.ClientMetadata);
            return metadata is null || metadata.HoldsNull ? null : metadata;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The serializer accepts a null within a list of strings.</summary>
    private bool HoldsNull => new[] { RedirectUris, ResponseTypes, GrantTypes, Contacts, PostLogoutRedirectUris, RequestUris }.Any(
        list => list?.Any(item => item is null) == true);

    public override string ToString() => $"metadata of {ClientName}";
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false,
    MaxDepth = 8)]
[JsonSerializable(typeof(ClientMetadata))]
public sealed partial class MetadataJson : JsonSerializerContext;
