using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Sso.Data.Clients;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>A registration as an operator reads it: without any secret.</summary>
public sealed record ClientView
{
    public required string ClientId { get; init; }

    public required string Name { get; init; }

    public required ClientType Type { get; init; }

    /// <summary>The registered name, such as client_secret_basic.</summary>
    public required string AuthenticationMethod { get; init; }

    public required ClientProfile Profile { get; init; }

    public required bool DpopBound { get; init; }

    public required bool CertificateBound { get; init; }

    public string? TlsSubject { get; init; }

    /// <summary>How many secrets it has: two while one is changed.</summary>
    public required int Secrets { get; init; }

    /// <summary>Its public keys by value.</summary>
    public string? Jwks { get; init; }

    public string? JwksUri { get; init; }

    public required ImmutableArray<string> GrantTypes { get; init; }

    public required ImmutableArray<string> Scopes { get; init; }

    public required ImmutableArray<string> RedirectUris { get; init; }

    public required ImmutableArray<string> PostLogoutRedirectUris { get; init; }

    public required ImmutableArray<string> Origins { get; init; }

    public required bool RequirePkce { get; init; }

    public required bool RequiresPushedRequests { get; init; }

    public required SecondFactorPolicy SecondFactor { get; init; }

    public required int GraceSignIns { get; init; }

    public required bool AcceptsTextMessages { get; init; }

    public required bool AcceptsMailCodes { get; init; }

    public required bool AcceptsTrustedDevices { get; init; }

    public required bool ConsentRequired { get; init; }

    public string? BackchannelLogoutUri { get; init; }

    public bool BackchannelLogoutSessionRequired { get; init; }

    public string? FrontchannelLogoutUri { get; init; }

    public bool FrontchannelLogoutSessionRequired { get; init; }

    public string? InitiateLoginUri { get; init; }

    /// <summary>The host for which its subjects are made; null for public subjects.</summary>
    public string? Sector { get; init; }

    /// <summary>True: it registered itself.</summary>
    public bool IsUnverified { get; init; }

    public string? Brand { get; init; }

    public required ImmutableArray<string> AuthorizationDetailTypes { get; init; }

    public required ImmutableArray<string> RequestUris { get; init; }

    public string? RequestObjectSigningAlgorithm { get; init; }

    public required bool RequiresSignedRequests { get; init; }

    public string? NotificationUri { get; init; }

    public required ImmutableArray<string> ExchangeTargets { get; init; }

    public string? UserInfoSigningAlgorithm { get; init; }

    public TokenEncryption? UserInfoEncryption { get; init; }

    public TokenEncryption? IdTokenEncryption { get; init; }

    public required bool AllowsIdTokenResponses { get; init; }

    public required bool IdTokenClaims { get; init; }

    public required string AuthorizationSigningAlgorithm { get; init; }

    public required string IdTokenSigningAlgorithm { get; init; }

    public required string IntrospectionSigningAlgorithm { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>For the record of changes.</summary>
    internal JsonNode? ToJson() => JsonSerializer.SerializeToNode(this, ClientJson.Default.ClientView);

    public static ClientView Of(ClientRegistration client) => new()
    {
        ClientId = client.Id,
        Name = client.Name,
        Type = TypeOf(client),
        AuthenticationMethod = client.AuthenticationMethod.Name(),
        Profile = client.Profile,
        DpopBound = client.DpopBound,
        CertificateBound = client.CertificateBound,
        TlsSubject = client.TlsSubject,
        Secrets = (client.SecretHash is null ? 0 : 1) + (client.OtherSecretHash is null ? 0 : 1),
        Jwks = client.Jwks,
        JwksUri = client.JwksUri,
        GrantTypes = [.. client.GrantTypes],
        Scopes = [.. client.Scopes],
        RedirectUris = [.. client.RedirectUris],
        PostLogoutRedirectUris = [.. client.PostLogoutRedirectUris],
        Origins = [.. client.Origins],
        RequirePkce = client.RequirePkce,
        RequiresPushedRequests = client.RequiresPushedRequests,
        SecondFactor = client.SecondFactor,
        GraceSignIns = client.GraceSignIns,
        AcceptsTextMessages = client.AcceptsTextMessages,
        AcceptsMailCodes = client.AcceptsMailCodes,
        AcceptsTrustedDevices = client.AcceptsTrustedDevices,
        ConsentRequired = client.ConsentRequired,
        BackchannelLogoutUri = client.BackchannelLogoutUri,
        BackchannelLogoutSessionRequired = client.BackchannelLogoutSessionRequired,
        FrontchannelLogoutUri = client.FrontchannelLogoutUri,
        FrontchannelLogoutSessionRequired = client.FrontchannelLogoutSessionRequired,
        InitiateLoginUri = client.InitiateLoginUri,
        Sector = client.Sector,
        IsUnverified = client.IsUnverified,
        Brand = client.BrandId,
        AuthorizationDetailTypes = [.. client.AuthorizationDetailTypes],
        RequestUris = [.. client.RequestUris],
        RequestObjectSigningAlgorithm = client.RequestObjectSigningAlgorithm,
        RequiresSignedRequests = client.RequiresSignedRequests,
        NotificationUri = client.NotificationUri,
        ExchangeTargets = [.. client.ExchangeTargets],
        UserInfoSigningAlgorithm = client.UserInfoSigningAlgorithm,
        UserInfoEncryption = TokenEncryption.Of(client.UserInfoEncryptionAlgorithm, client.UserInfoContentEncryption),
        IdTokenEncryption = TokenEncryption.Of(client.IdTokenEncryptionAlgorithm, client.IdTokenContentEncryption),
        AllowsIdTokenResponses = client.AllowsIdTokenResponses,
        IdTokenClaims = client.IdTokenClaims,
        AuthorizationSigningAlgorithm = client.AuthorizationSigningAlgorithm,
        IdTokenSigningAlgorithm = client.IdTokenSigningAlgorithm,
        IntrospectionSigningAlgorithm = client.IntrospectionSigningAlgorithm,
        CreatedAt = client.CreatedAt,
        DisabledAt = client.DisabledAt,
    };

    /// <summary>The type is not stored, because the server asks only for what follows from it.</summary>
    private static ClientType TypeOf(ClientRegistration client) => client switch
    {
        _ when client.GrantTypes.Contains(Protocol.GrantTypes.DeviceCode) && !client.GrantTypes.Contains(Protocol.GrantTypes.AuthorizationCode) => ClientType.Device,
        _ when !client.GrantTypes.Contains(Protocol.GrantTypes.AuthorizationCode) && !client.AllowsIdTokenResponses => ClientType.Machine,
        { AuthenticationMethod: not ClientAuthenticationMethod.None } => ClientType.Web,
        { Origins.Count: > 0 } => ClientType.Spa,
        _ => ClientType.Native,
    };
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ClientView))]
internal sealed partial class ClientJson : JsonSerializerContext;
