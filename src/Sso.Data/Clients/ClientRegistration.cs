using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;

namespace Sso.Data.Clients;

/// <summary>A relying party as an operator registered it (RFC 7591 §2). One row; requests see it as a frozen <see cref="Client"/>.</summary>
public sealed class ClientRegistration
{
    /// <summary>Of an id, which may be the address of a metadata document and is part of keys.</summary>
    public const int LongestId = 255;

    public required string Id { get; init; }

    public required string Name { get; set; }

    public required ClientAuthenticationMethod AuthenticationMethod { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>SHA-256 of the first living secret.</summary>
    public byte[]? SecretHash { get; set; }

    public DateTimeOffset? SecretExpiresAt { get; set; }

    /// <summary>SHA-256 of the second living secret, so that one can be replaced without downtime.</summary>
    public byte[]? OtherSecretHash { get; set; }

    public DateTimeOffset? OtherSecretExpiresAt { get; set; }

    /// <summary>The first secret sealed, for a client that signs with it (client_secret_jwt); null for every other.</summary>
    public byte[]? SealedSecret { get; set; }

    public byte[]? OtherSealedSecret { get; set; }

    public ClientProfile Profile { get; set; }

    public bool DpopBound { get; set; }

    public bool CertificateBound { get; set; }

    /// <summary>As <see cref="TlsSubject"/> writes it.</summary>
    public string? TlsSubject { get; set; }

    /// <summary>The public keys by value, JSON as registered (RFC 7517 §5).</summary>
    public string? Jwks { get; set; }

    /// <summary>Where the public keys are fetched.</summary>
    public string? JwksUri { get; set; }

    public List<string> RedirectUris { get; set; } = [];

    public List<string> PostLogoutRedirectUris { get; set; } = [];

    public List<string> Origins { get; set; } = [];

    public List<string> GrantTypes { get; set; } = [];

    public List<string> Scopes { get; set; } = [];

    public bool RequirePkce { get; set; } = true;

    public bool RequiresPushedRequests { get; set; }

    public bool ConsentRequired { get; set; }

    public SecondFactorPolicy SecondFactor { get; set; } = SecondFactorPolicy.Required;

    public int GraceSignIns { get; set; }

    /// <summary>False: this client does not take codes sent by text message.</summary>
    public bool AcceptsTextMessages { get; set; } = true;

    /// <summary>True: for people without a second factor a code by mail is enough.</summary>
    public bool AcceptsMailCodes { get; set; }

    /// <summary>True: a remembered browser spares the second factor.</summary>
    public bool AcceptsTrustedDevices { get; set; }

    /// <summary>The types of authorization_details that it may ask for (RFC 9396 §10).</summary>
    public List<string> AuthorizationDetailTypes { get; set; } = [];

    /// <summary>Addresses of request objects that the server may fetch (RFC 9101 §5.2), each without a fragment.</summary>
    public List<string> RequestUris { get; set; } = [];

    /// <summary>Null: any that the server takes (RFC 9101 §10.1).</summary>
    public string? RequestObjectSigningAlgorithm { get; set; }

    public bool RequiresSignedRequests { get; set; }

    /// <summary>Null: userinfo answers plain JSON (OIDC Core §5.3.2).</summary>
    public string? UserInfoSigningAlgorithm { get; set; }

    /// <summary>How the key of encrypted userinfo is agreed on (RFC 7518 §4.1); null for none.</summary>
    public string? UserInfoEncryptionAlgorithm { get; set; }

    public string? UserInfoContentEncryption { get; set; }

    /// <summary>Likewise of ID tokens (OIDC Core §10.2).</summary>
    public string? IdTokenEncryptionAlgorithm { get; set; }

    public string? IdTokenContentEncryption { get; set; }

    /// <summary>True: the response types <c>id_token</c> and <c>code id_token</c> are allowed, where the server is switched on for them.</summary>
    public bool AllowsIdTokenResponses { get; set; }

    /// <summary>True: ID tokens of the token endpoint carry the claims of the granted scopes too (OIDC Core §5.4).</summary>
    public bool IdTokenClaims { get; set; }

    /// <summary>Of answers in the response modes of JARM.</summary>
    public string AuthorizationSigningAlgorithm { get; set; } = Sso.Protocol.SigningAlgorithms.RS256;

    public string IdTokenSigningAlgorithm { get; set; } = Sso.Protocol.SigningAlgorithms.RS256;

    public string IntrospectionSigningAlgorithm { get; set; } = Sso.Protocol.SigningAlgorithms.RS256;

    public string? PolicyUri { get; set; }

    public string? TermsUri { get; set; }

    /// <summary>Where it hears that a session is over, from server to server (Back-Channel Logout §2.2).</summary>
    public string? BackchannelLogoutUri { get; set; }

    /// <summary>True: it needs the sid in a logout token; we always send it.</summary>
    public bool BackchannelLogoutSessionRequired { get; set; }

    /// <summary>What the browser loads when a session is over (Front-Channel Logout §2).</summary>
    public string? FrontchannelLogoutUri { get; set; }

    /// <summary>True: iss and sid are added to it.</summary>
    public bool FrontchannelLogoutSessionRequired { get; set; }

    /// <summary>Where a sign-in that begins here starts (OIDC Core §4).</summary>
    public string? InitiateLoginUri { get; set; }

    /// <summary>The host for which its subjects are made (OIDC Core §8.1); null for public subjects.</summary>
    public string? Sector { get; set; }

    /// <summary>The file that names every redirection URI of the sector (OIDC Core §8.1).</summary>
    public string? SectorIdentifierUri { get; set; }

    public string? LogoUri { get; set; }

    /// <summary>Our copy of that picture, a data URI: pages show this and nothing from elsewhere.</summary>
    public string? Logo { get; set; }

    /// <summary>As registered: web or native; null when an operator registered it.</summary>
    public string? ApplicationType { get; set; }

    /// <summary>The home page of the application.</summary>
    public string? ClientUri { get; set; }

    public List<string> Contacts { get; set; } = [];

    /// <summary>True: it registered itself, so nobody has verified who it is (RFC 7591 §5).</summary>
    public bool IsUnverified { get; set; }

    /// <summary>SHA-256 of the token by which it manages its own registration (RFC 7592 §3).</summary>
    public byte[]? RegistrationTokenHash { get; set; }

    /// <summary>CIBA Core §4: backchannel_client_notification_endpoint; null in poll mode.</summary>
    public string? NotificationUri { get; set; }

    /// <summary>Resource indicators for which it may exchange tokens (RFC 8693).</summary>
    public List<string> ExchangeTargets { get; set; } = [];

    /// <summary>The brand of its pages; null is that of the host.</summary>
    public string? BrandId { get; set; }

    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>True: its id is the address of a document that describes it (Client ID Metadata Document); no other id has a colon.</summary>
    public bool IsDescribed => Id.Contains("://", StringComparison.Ordinal);

    /// <summary>The associated data of a sealed secret.</summary>
    public static string SecretContextOf(string clientId) => $"Clients.SealedSecret:{clientId}";

    public Client ToClient() => new()
    {
        Id = Id,
        Name = Name,
        AuthenticationMethod = AuthenticationMethod,
        Secrets =
        [
            .. SecretHash is null ? [] : (ReadOnlySpan<ClientSecret>)[new(SecretHash, SecretExpiresAt)],
            .. OtherSecretHash is null ? [] : (ReadOnlySpan<ClientSecret>)[new(OtherSecretHash, OtherSecretExpiresAt)],
        ],
        SealedSecrets =
        [
            .. SealedSecret is null ? [] : (ReadOnlySpan<byte[]>)[SealedSecret],
            .. OtherSealedSecret is null ? [] : (ReadOnlySpan<byte[]>)[OtherSealedSecret],
        ],
        Profile = Profile,
        DpopBound = DpopBound,
        CertificateBound = CertificateBound,
        TlsSubject = Protocol.Clients.TlsSubject.Parse(TlsSubject),
        Jwks = ClientKeySet.Parse(Jwks),
        JwksUri = JwksUri,
        RedirectUris = RedirectUris.Where(FollowedUri.IsSafe).ToFrozenSet(StringComparer.Ordinal),
        PostLogoutRedirectUris = PostLogoutRedirectUris.Where(FollowedUri.IsSafe).ToFrozenSet(StringComparer.Ordinal),
        Origins = Origins.ToFrozenSet(StringComparer.Ordinal),
        GrantTypes = GrantTypes.ToFrozenSet(StringComparer.Ordinal),
        Scopes = Scopes.ToFrozenSet(StringComparer.Ordinal),
        RequirePkce = RequirePkce,
        RequiresPushedRequests = RequiresPushedRequests,
        ConsentRequired = ConsentRequired,
        SecondFactor = SecondFactor,
        GraceSignIns = GraceSignIns,
        AcceptedFactors = (AcceptsMailCodes ? ProofMethods.SecondFactorsOrMail : ProofMethods.SecondFactors)
            .Where(method => AcceptsTextMessages || method != ProofMethod.TextMessage).ToFrozenSet(),
        AcceptsTrustedDevices = AcceptsTrustedDevices,
        AuthorizationDetailTypes = AuthorizationDetailTypes.ToFrozenSet(StringComparer.Ordinal),
        RequestUris = RequestUris.ToFrozenSet(StringComparer.Ordinal),
        RequestObjectSigningAlgorithm = RequestObjectSigningAlgorithm,
        RequiresSignedRequests = RequiresSignedRequests,
        UserInfoSigningAlgorithm = UserInfoSigningAlgorithm,
        UserInfoEncryption = TokenEncryption.Of(UserInfoEncryptionAlgorithm, UserInfoContentEncryption),
        IdTokenEncryption = TokenEncryption.Of(IdTokenEncryptionAlgorithm, IdTokenContentEncryption),
        AllowsIdTokenResponses = AllowsIdTokenResponses,
        IdTokenClaims = IdTokenClaims,
        AuthorizationSigningAlgorithm = AuthorizationSigningAlgorithm,
        IdTokenSigningAlgorithm = IdTokenSigningAlgorithm,
        IntrospectionSigningAlgorithm = IntrospectionSigningAlgorithm,
        PolicyUri = PolicyUri,
        TermsUri = TermsUri,
        BackchannelLogoutUri = BackchannelLogoutUri,
        FrontchannelLogoutUri = FrontchannelLogoutUri is { } frame && FollowedUri.IsSafePage(frame) ? frame : null,
        FrontchannelLogoutSessionRequired = FrontchannelLogoutSessionRequired,
        InitiateLoginUri = InitiateLoginUri is { } start && FollowedUri.IsSafePage(start) ? start : null,
        Sector = Sector,
        Logo = Logo,
        IsUnverified = IsUnverified,
        BrandId = BrandId,
        NotificationUri = NotificationUri,
        ExchangeTargets = ExchangeTargets.ToFrozenSet(StringComparer.Ordinal),
    };
}

internal sealed class ClientRegistrationTable : IEntityTypeConfiguration<ClientRegistration>
{
    public void Configure(EntityTypeBuilder<ClientRegistration> builder)
    {
        builder.ToTable("Clients");
        builder.Ignore(client => client.IsDescribed);
        builder.Property(client => client.Id).HasMaxLength(ClientRegistration.LongestId);
        builder.Property(client => client.Name).HasMaxLength(200);
        builder.Property(client => client.SecretHash).HasMaxLength(32).IsFixedLength();
        builder.Property(client => client.OtherSecretHash).HasMaxLength(32).IsFixedLength();
        builder.Property(client => client.RequestObjectSigningAlgorithm).HasMaxLength(16);
        builder.Property(client => client.UserInfoSigningAlgorithm).HasMaxLength(16);
        builder.Property(client => client.UserInfoEncryptionAlgorithm).HasMaxLength(16);
        builder.Property(client => client.UserInfoContentEncryption).HasMaxLength(16);
        builder.Property(client => client.IdTokenEncryptionAlgorithm).HasMaxLength(16);
        builder.Property(client => client.IdTokenContentEncryption).HasMaxLength(16);
        builder.Property(client => client.AuthorizationSigningAlgorithm).HasMaxLength(16);
        builder.Property(client => client.IdTokenSigningAlgorithm).HasMaxLength(16);
        builder.Property(client => client.IntrospectionSigningAlgorithm).HasMaxLength(16);
        builder.Property(client => client.SealedSecret).HasMaxLength(200);
        builder.Property(client => client.OtherSealedSecret).HasMaxLength(200);
        builder.Property(client => client.TlsSubject).HasMaxLength(500);
        builder.Property(client => client.Jwks).HasMaxLength(ClientKeySet.Longest);
        builder.Property(client => client.JwksUri).HasMaxLength(2000);
        builder.Property(client => client.BrandId).HasMaxLength(40);
        builder.Property(client => client.BackchannelLogoutUri).HasMaxLength(2000);
        builder.Property(client => client.FrontchannelLogoutUri).HasMaxLength(2000);
        builder.Property(client => client.InitiateLoginUri).HasMaxLength(2000);
        builder.Property(client => client.Sector).HasMaxLength(255);
        builder.Property(client => client.SectorIdentifierUri).HasMaxLength(2000);
        builder.Property(client => client.LogoUri).HasMaxLength(2000);
        builder.Property(client => client.ApplicationType).HasMaxLength(16);
        builder.Property(client => client.ClientUri).HasMaxLength(2000);
        builder.Property(client => client.RegistrationTokenHash).HasMaxLength(32).IsFixedLength();
        builder.Property(client => client.PolicyUri).HasMaxLength(2000);
        builder.Property(client => client.TermsUri).HasMaxLength(2000);
        builder.Property(client => client.NotificationUri).HasMaxLength(2000);
    }
}
