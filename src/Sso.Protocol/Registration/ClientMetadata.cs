using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sso.Protocol.Registration;

/// <summary>
/// What an application says about itself (RFC 7591 §2, OIDC Dynamic Registration §2, and the logout specifications). These are all fields
/// that are read; an unknown one sets nothing, so nothing else of a registration can be set from outside.
/// </summary>
public sealed record ClientMetadata
{
    public string? ClientId { get; init; }

    public string? ClientSecret { get; init; }

    public long? ClientIdIssuedAt { get; init; }

    /// <summary>0: it does not expire.</summary>
    public long? ClientSecretExpiresAt { get; init; }

    public string? RegistrationAccessToken { get; init; }

    public string? RegistrationClientUri { get; init; }

    public IReadOnlyList<string>? RedirectUris { get; init; }

    public IReadOnlyList<string>? ResponseTypes { get; init; }

    public IReadOnlyList<string>? GrantTypes { get; init; }

    public string? ApplicationType { get; init; }

    public IReadOnlyList<string>? Contacts { get; init; }

    public string? ClientName { get; init; }

    public string? ClientUri { get; init; }

    public string? LogoUri { get; init; }

    public string? PolicyUri { get; init; }

    public string? TosUri { get; init; }

    public string? JwksUri { get; init; }

    public JsonElement? Jwks { get; init; }

    public string? SectorIdentifierUri { get; init; }

    public string? SubjectType { get; init; }

    public string? IdTokenSignedResponseAlg { get; init; }

    public string? IntrospectionSignedResponseAlg { get; init; }

    public string? AuthorizationSignedResponseAlg { get; init; }

    public string? IdTokenEncryptedResponseAlg { get; init; }

    public string? IdTokenEncryptedResponseEnc { get; init; }

    public string? UserinfoSignedResponseAlg { get; init; }

    public string? UserinfoEncryptedResponseAlg { get; init; }

    public string? UserinfoEncryptedResponseEnc { get; init; }

    public string? RequestObjectSigningAlg { get; init; }

    public bool? RequireSignedRequestObject { get; init; }

    public IReadOnlyList<string>? RequestUris { get; init; }

    public string? TokenEndpointAuthMethod { get; init; }

    public string? Scope { get; init; }

    public IReadOnlyList<string>? PostLogoutRedirectUris { get; init; }

    public string? InitiateLoginUri { get; init; }

    public string? BackchannelLogoutUri { get; init; }

    public bool? BackchannelLogoutSessionRequired { get; init; }

    public string? FrontchannelLogoutUri { get; init; }

    public bool? FrontchannelLogoutSessionRequired { get; init; }

    public bool? RequirePushedAuthorizationRequests { get; init; }

    /// <summary>RFC 9449 §5.2.</summary>
    public bool? DpopBoundAccessTokens { get; init; }

    /// <summary>What is not read: a host may refuse it, and never stores it.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Others { get; set; }

    /// <summary>Null for what is no JSON object of this form.</summary>
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

    /// <summary>The serializer takes a null within a list of texts.</summary>
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
