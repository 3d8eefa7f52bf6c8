using System.Text.Json.Serialization;

namespace Sso.Protocol.Clients;

/// <summary>
/// What a client is and may do (RFC 7591 §2): the one description shared by what an operator asks for, what an application registers
/// itself, the row and every request. In memory it is replaced as a whole when it changes, and nobody writes to it.
/// </summary>
public record Client
{
    private ClientType? _type;
    private ClientAuthenticationMethod? _method;
    private bool? _isPairwise;
    private bool? _asksByBackchannel;
    private ReadKeys? _read;

    [JsonPropertyName("client_id"), JsonPropertyOrder(-4)]
    public required string Id { get; init; }

    /// <summary>What people read on the sign-in page.</summary>
    [JsonPropertyOrder(-3)]
    public required string Name { get; set; }

    /// <summary>Given at registration and not stored: the server needs what follows from it, and can infer it from that.</summary>
    [JsonPropertyOrder(-2)]
    public ClientType Type { get => _type ?? TypeOfOthers(); set => _type = value; }

    /// <summary>How it authenticates; unless registered otherwise, as is usual for its type: a secret in the header, or nothing.</summary>
    [JsonPropertyOrder(-1)]
    public ClientAuthenticationMethod AuthenticationMethod
    {
        get => _method
            ?? (Type is ClientType.Web or ClientType.Machine
                ? ClientAuthenticationMethod.ClientSecretBasic
                : ClientAuthenticationMethod.None);
        set => _method = value;
    }

    /// <summary>
    /// It has no address yet to which a browser could come back, so nobody can sign in to it: some products show theirs only once they are
    /// given a client id.
    /// </summary>
    [JsonIgnore]
    public bool IsDraft => Type is not (ClientType.Machine or ClientType.Device) && RedirectUris.Count == 0;

    [JsonIgnore]
    public bool IsPublic => AuthenticationMethod == ClientAuthenticationMethod.None;

    /// <summary>A set of rules that it follows as a whole.</summary>
    public ClientProfile Profile { get; set; }

    [JsonIgnore]
    public bool IsFapi => Profile == ClientProfile.Fapi2;

    /// <summary>True: it gets tokens only with a DPoP proof (RFC 9449 §5.2).</summary>
    public bool DpopBound { get; set; }

    /// <summary>True: its tokens are bound to the certificate that it presents (RFC 8705 §3.4).</summary>
    public bool CertificateBound { get; set; }

    /// <summary>What the certificate of a tls_client_auth client must be issued to, as TlsSubject writes it (RFC 8705 §2.1.2).</summary>
    public string? TlsSubject { get; set; }

    /// <summary>Its public keys by value: the JSON of a key set (RFC 7517 §5).</summary>
    public string? Jwks { get; set; }

    /// <summary>The keys of <see cref="Jwks"/>; null if there are none that can be used.</summary>
    [JsonIgnore]
    public ClientKeySet? KeySet
    {
        get
        {
            // A copy that was given other keys still has the old parsed keys.
            var read = _read;
            if (Jwks is not null && !ReferenceEquals(read?.Json, Jwks))
            {
                _read = read = new(Jwks, ClientKeySet.Parse(Jwks));
            }

            return Jwks is null ? null : read?.Keys;
        }
    }

    /// <summary>Where its public keys are; only ever fetched through the guarded client. A client has this or <see cref="Jwks"/>.</summary>
    public string? JwksUri { get; set; }

    public IReadOnlyList<string> GrantTypes { get; set; } = [];

    public IReadOnlyList<string> Scopes { get; set; } = [];

    /// <summary>May be empty, for products that reveal their address once they have an id: nobody can sign in there yet.</summary>
    public IReadOnlyList<string> RedirectUris { get; set; } = [];

    public IReadOnlyList<string> PostLogoutRedirectUris { get; set; } = [];

    /// <summary>Browser origins that may call token, userinfo and revocation (only ever filled for public clients).</summary>
    public IReadOnlyList<string> Origins { get; set; } = [];

    /// <summary>False only for an older confidential client, by an operator's switch (RFC 9700 §2.1.1).</summary>
    public bool RequirePkce { get; set; } = true;

    /// <summary>True: a request that was not pushed is refused (RFC 9126 §6).</summary>
    public bool RequiresPushedRequests { get; set; }

    public SecondFactorPolicy SecondFactor { get; set; } = SecondFactorPolicy.Required;

    /// <summary>How many sign-ins a person without a second factor may still make before enrolment is demanded.</summary>
    public int GraceSignIns { get; set; }

    /// <summary>False: this client does not accept codes sent by text message.</summary>
    public bool AcceptsTextMessages { get; set; } = true;

    /// <summary>True: people without a second factor may use a code sent to their confirmed address instead.</summary>
    public bool AcceptsMailCodes { get; set; }

    /// <summary>What this client accepts besides the password.</summary>
    [JsonIgnore]
    public FrozenSet<ProofMethod> AcceptedFactors => ProofMethods.Accepted(AcceptsTextMessages, AcceptsMailCodes);

    /// <summary>True: in a remembered browser the password is enough for 30 days. Off, because such tokens rest on one proof.</summary>
    public bool AcceptsTrustedDevices { get; set; }

    /// <summary>True: people are asked to allow it once, and again when it asks for more.</summary>
    public bool ConsentRequired { get; set; }

    /// <summary>Where it is told that a session is over, from server to server (Back-Channel Logout §2.2).</summary>
    public string? BackchannelLogoutUri { get; set; }

    /// <summary>True: it needs the sid in a logout token; we always send it.</summary>
    public bool BackchannelLogoutSessionRequired { get; set; }

    /// <summary>What the browser loads when a session is over (Front-Channel Logout §2).</summary>
    public string? FrontchannelLogoutUri { get; set; }

    /// <summary>True: iss and sid are added to it.</summary>
    public bool FrontchannelLogoutSessionRequired { get; set; }

    /// <summary>Where a sign-in that is begun by us starts (OIDC Core §4).</summary>
    public string? InitiateLoginUri { get; set; }

    /// <summary>True: people have a different subject in each sector (OIDC Core §8.1).</summary>
    [JsonIgnore]
    public bool Pairwise { get => _isPairwise ?? Sector is not null; set => _isPairwise = value; }

    /// <summary>The host for which its subjects are made (OIDC Core §8.1); null for public subjects.</summary>
    public string? Sector { get; set; }

    /// <summary>The file that names every redirection URI of the sector; null if their host is the sector.</summary>
    public string? SectorIdentifierUri { get; set; }

    /// <summary>True: it registered itself, so nobody has verified who it is, and pages say so (RFC 7591 §5).</summary>
    public bool IsUnverified { get; set; }

    [JsonIgnore]
    public RegisteredBy RegisteredBy => IsUnverified ? RegisteredBy.Application : RegisteredBy.Operator;

    /// <summary>The brand of the pages on the way to this client; null means that of the host.</summary>
    [JsonPropertyName("brand")]
    public string? BrandId { get; set; }

    /// <summary>The types of authorization_details that it may ask for (RFC 9396 §10).</summary>
    public IReadOnlyList<string> AuthorizationDetailTypes { get; set; } = [];

    /// <summary>Addresses of request objects that may be fetched, without fragments (RFC 9101 §5.2).</summary>
    public IReadOnlyList<string> RequestUris { get; set; } = [];

    /// <summary>Null means any that the server accepts (RFC 9101 §10.1).</summary>
    public string? RequestObjectSigningAlgorithm { get; set; }

    /// <summary>True: a request that is not signed is refused, also where it is pushed (RFC 9101 §10.5).</summary>
    public bool RequiresSignedRequests { get; set; }

    /// <summary>True: it may ask people through a back channel; they answer in the account area (CIBA Core).</summary>
    [JsonIgnore]
    public bool AsksByBackchannel
    {
        get => _asksByBackchannel ?? GrantTypes.Contains(Protocol.GrantTypes.Ciba);
        set => _asksByBackchannel = value;
    }

    /// <summary>Where it is told that a backchannel authentication was answered (CIBA Core §10.2, ping mode); null if it polls.</summary>
    public string? NotificationUri { get; set; }

    [JsonIgnore]
    public bool IsNotified => NotificationUri is not null;

    /// <summary>The resources for which this client may exchange the tokens that it is called with (RFC 8693).</summary>
    public IReadOnlyList<string> ExchangeTargets { get; set; } = [];

    /// <summary>Null means that userinfo answers plain JSON (OIDC Core §5.3.2).</summary>
    public string? UserInfoSigningAlgorithm { get; set; }

    /// <summary>Null means not encrypted.</summary>
    public TokenEncryption? UserInfoEncryption
    {
        get => TokenEncryption.Of(UserInfoEncryptionAlgorithm, UserInfoContentEncryption);
        set => (UserInfoEncryptionAlgorithm, UserInfoContentEncryption) = (value?.Algorithm, value?.Content);
    }

    /// <summary>As stored: how the key of encrypted userinfo is agreed on (RFC 7518 §4.1).</summary>
    [JsonIgnore]
    public string? UserInfoEncryptionAlgorithm { get; set; }

    [JsonIgnore]
    public string? UserInfoContentEncryption { get; set; }

    /// <summary>Likewise of ID tokens (OIDC Core §10.2).</summary>
    public TokenEncryption? IdTokenEncryption
    {
        get => TokenEncryption.Of(IdTokenEncryptionAlgorithm, IdTokenContentEncryption);
        set => (IdTokenEncryptionAlgorithm, IdTokenContentEncryption) = (value?.Algorithm, value?.Content);
    }

    [JsonIgnore]
    public string? IdTokenEncryptionAlgorithm { get; set; }

    [JsonIgnore]
    public string? IdTokenContentEncryption { get; set; }

    /// <summary>True: the response types <c>id_token</c> and <c>code id_token</c>, switched on for server and registration.</summary>
    public bool AllowsIdTokenResponses { get; set; }

    /// <summary>True: ID tokens of the token endpoint carry the claims of the scopes too (§5.4), for who never asks userinfo.</summary>
    public bool IdTokenClaims { get; set; }

    /// <summary>The algorithm of signed answers (JARM §3); RS256 unless registered otherwise.</summary>
    public string AuthorizationSigningAlgorithm { get; set; } = SigningAlgorithms.RS256;

    /// <summary>RS256 unless registered otherwise (OIDC Core §15.1).</summary>
    public string IdTokenSigningAlgorithm { get; set; } = SigningAlgorithms.RS256;

    /// <summary>RS256 unless registered otherwise (RFC 9701 §6).</summary>
    public string IntrospectionSigningAlgorithm { get; set; } = SigningAlgorithms.RS256;

    public string? PolicyUri { get; set; }

    public string? TermsUri { get; set; }

    /// <summary>The home page of the application.</summary>
    public string? ClientUri { get; set; }

    /// <summary>Its picture, of which a copy is kept.</summary>
    public string? LogoUri { get; set; }

    /// <summary>Our copy of that picture, as a data URI: pages show this and nothing from elsewhere.</summary>
    [JsonIgnore]
    public string? Logo { get; set; }

    /// <summary>As registered: web or native; null if an operator registered it.</summary>
    public string? ApplicationType { get; set; }

    public IReadOnlyList<string> Contacts { get; set; } = [];

    /// <summary>Only once it was read into memory: its secrets, those that have ended too.</summary>
    [JsonIgnore]
    public ImmutableArray<ClientSecret> Secrets { get; init; } = [];

    /// <summary>Likewise: the key of its sector's subjects; set if the sector is.</summary>
    [JsonIgnore]
    public byte[]? SectorKey { get; init; }

    /// <summary>What an operator switched off for the whole installation: it proves nothing, not even for adding a factor.</summary>
    [JsonIgnore]
    public FrozenSet<ProofMethod> WithheldFactors { get; init; } = [];

    /// <summary>The sub of a person for this client: public, or made for its sector alone (OIDC Core §8).</summary>
    public string SubjectOf(Guid personId) => Sector is null
        ? personId.ToString("N")
        : PairwiseSubject.Of(SectorKey ?? throw new InvalidOperationException("A pairwise client without its key."), personId);

    /// <summary>The sid of a session for this client: the session's own, or made for its sector alone.</summary>
    public string SidOf(Guid sessionId) => (Sector is null ? sessionId : PairwiseSession.Of(SessionKey, sessionId)).ToString("N");

    /// <summary>The session of a sid that this client was given; null if it is not one.</summary>
    public Guid? SessionOf(string? sid) =>
        !Guid.TryParseExact(sid, "N", out var id) ? null
        : Sector is null ? id
        : PairwiseSession.Read(SessionKey, id);

    private byte[] SessionKey =>
        PairwiseSession.KeyOf(SectorKey ?? throw new InvalidOperationException("A pairwise client without its key."));

    private ClientType TypeOfOthers() => this switch
    {
        _ when GrantTypes.Contains(Protocol.GrantTypes.DeviceCode) && !GrantTypes.Contains(Protocol.GrantTypes.AuthorizationCode) =>
            ClientType.Device,
        _ when !GrantTypes.Contains(Protocol.GrantTypes.AuthorizationCode) && !AllowsIdTokenResponses => ClientType.Machine,
        { _method: not (null or ClientAuthenticationMethod.None) } => ClientType.Web,
        { Origins.Count: > 0 } => ClientType.Spa,
        // A page that has no address yet has no origin either; of the two only an installed program gets a refresh token unasked.
        { RedirectUris.Count: 0 } when !GrantTypes.Contains(Protocol.GrantTypes.RefreshToken) => ClientType.Spa,
        _ => ClientType.Native,
    };

    /// <summary>By default a record would print its secrets.</summary>
    public override string ToString() => $"client {Id}";

    private sealed record ReadKeys(string Json, ClientKeySet? Keys);
}
