using System.Collections.Frozen;
using System.Collections.Immutable;
using Sso.Protocol.Authorization;
using Sso.Protocol.Outgoing;
using Sso.Protocol.Tokens;

namespace Sso.Protocol.Clients;

/// <summary>A registration as every request sees it: frozen, shared, replaced as a whole when an operator changes it (RFC 7591 §2).</summary>
public sealed record Client
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required ClientAuthenticationMethod AuthenticationMethod { get; init; }

    public ImmutableArray<ClientSecret> Secrets { get; init; } = [];

    /// <summary>The secrets of a client that signs with them (client_secret_jwt), sealed: no other client has a readable one.</summary>
    public ImmutableArray<byte[]> SealedSecrets { get; init; } = [];

    public ClientProfile Profile { get; init; }

    public bool IsFapi => Profile == ClientProfile.Fapi2;

    /// <summary>True: it gets tokens only with a DPoP proof (RFC 9449 §5.2).</summary>
    public bool DpopBound { get; init; }

    /// <summary>True: its tokens are bound to the certificate that it shows (RFC 8705 §3.4).</summary>
    public bool CertificateBound { get; init; }

    /// <summary>What the certificate of a tls_client_auth client must be issued to (RFC 8705 §2.1.2).</summary>
    public TlsSubject? TlsSubject { get; init; }

    /// <summary>Its public keys as registered by value (RFC 7591 §2).</summary>
    public ClientKeySet? Jwks { get; init; }

    /// <summary>Where its public keys are; never followed but through the guarded client. A client has this or <see cref="Jwks"/>.</summary>
    public string? JwksUri { get; init; }

    public FrozenSet<string> RedirectUris { get; init; } = [];

    public FrozenSet<string> PostLogoutRedirectUris { get; init; } = [];

    /// <summary>Browser origins that may call token, userinfo and revocation (only ever filled for public clients).</summary>
    public FrozenSet<string> Origins { get; init; } = [];

    public FrozenSet<string> GrantTypes { get; init; } = [];

    public FrozenSet<string> Scopes { get; init; } = [];

    /// <summary>False only for an older confidential client, by an operator's switch (RFC 9700 §2.1.1).</summary>
    public bool RequirePkce { get; init; } = true;

    /// <summary>True: a request that was not pushed is refused (RFC 9126 §6).</summary>
    public bool RequiresPushedRequests { get; init; }

    /// <summary>True: people allow it once, and again when it asks for more.</summary>
    public bool ConsentRequired { get; init; }

    public SecondFactorPolicy SecondFactor { get; init; } = SecondFactorPolicy.Required;

    /// <summary>How many sign-ins a person without a second factor may still make before enrolment is demanded.</summary>
    public int GraceSignIns { get; init; }

    /// <summary>What this client takes beside the password: text messages can be refused here, codes by mail accepted.</summary>
    public FrozenSet<ProofMethod> AcceptedFactors { get; init; } = ProofMethods.SecondFactors;

    /// <summary>What an operator switched off for the whole installation: it proves nothing any more, not even that another factor may be added.</summary>
    public FrozenSet<ProofMethod> WithheldFactors { get; init; } = [];

    /// <summary>
    /// True: the password is enough for 30 days in a browser that was remembered at a challenge. Off unless an operator switches it on, because the tokens of
    /// such a sign-in rest on one proof.
    /// </summary>
    public bool AcceptsTrustedDevices { get; init; }

    /// <summary>The types of authorization_details that it may ask for (RFC 9396 §10).</summary>
    public FrozenSet<string> AuthorizationDetailTypes { get; init; } = [];

    /// <summary>Addresses of request objects that may be fetched, without fragments (RFC 9101 §5.2).</summary>
    public FrozenSet<string> RequestUris { get; init; } = [];

    /// <summary>Null: any of <see cref="SigningAlgorithms.All"/>.</summary>
    public string? RequestObjectSigningAlgorithm { get; init; }

    /// <summary>True: a request that is not signed is refused, also where it is pushed (RFC 9101 §10.5).</summary>
    public bool RequiresSignedRequests { get; init; }

    /// <summary>Null: userinfo answers plain JSON (OIDC Core §5.3.2).</summary>
    public string? UserInfoSigningAlgorithm { get; init; }

    public TokenEncryption? UserInfoEncryption { get; init; }

    public TokenEncryption? IdTokenEncryption { get; init; }

    /// <summary>
    /// True: ID tokens may come back through the browser (response types <c>id_token</c> and <c>code id_token</c>). Off unless server and registration are
    /// switched on for it.
    /// </summary>
    public bool AllowsIdTokenResponses { get; init; }

    /// <summary>
    /// True: ID tokens of the token endpoint carry the claims of the granted scopes too (OIDC Core §5.4), for applications that never ask
    /// userinfo.
    /// </summary>
    public bool IdTokenClaims { get; init; }

    /// <summary>The algorithm of signed answers (JARM §3); RS256 unless registered otherwise.</summary>
    public string AuthorizationSigningAlgorithm { get; init; } = SigningAlgorithms.RS256;

    /// <summary>RS256 unless registered otherwise (OIDC Core §15.1).</summary>
    public string IdTokenSigningAlgorithm { get; init; } = SigningAlgorithms.RS256;

    /// <summary>RS256 unless registered otherwise (RFC 9701 §6).</summary>
    public string IntrospectionSigningAlgorithm { get; init; } = SigningAlgorithms.RS256;

    public string? PolicyUri { get; init; }

    public string? TermsUri { get; init; }

    /// <summary>Where it hears that a session is over, from server to server (Back-Channel Logout §2.2).</summary>
    public string? BackchannelLogoutUri { get; init; }

    /// <summary>What the browser loads when a session is over (Front-Channel Logout §2).</summary>
    public string? FrontchannelLogoutUri { get; init; }

    public bool FrontchannelLogoutSessionRequired { get; init; }

    /// <summary>Where a sign-in that begins here starts (OIDC Core §4).</summary>
    public string? InitiateLoginUri { get; init; }

    /// <summary>The host for which its subjects are made (OIDC Core §8.1); null for public subjects.</summary>
    public string? Sector { get; init; }

    /// <summary>The key of that sector's subjects; set where the sector is.</summary>
    public byte[]? SectorKey { get; init; }

    /// <summary>The sub of a person for this client: public, or made for its sector alone (OIDC Core §8).</summary>
    public string SubjectOf(Guid personId) => Sector is null
        ? personId.ToString("N")
        : PairwiseSubject.Of(SectorKey ?? throw new InvalidOperationException("A pairwise client without its key."), personId);

    /// <summary>The sid of a session for this client: as it is, or made for its sector alone.</summary>
    public string SidOf(Guid sessionId) => (Sector is null ? sessionId : PairwiseSession.Of(SessionKey, sessionId)).ToString("N");

    /// <summary>The session of a sid that this client was given; null for what is none.</summary>
    public Guid? SessionOf(string? sid) =>
        !Guid.TryParseExact(sid, "N", out var id) ? null
        : Sector is null ? id
        : PairwiseSession.Read(SessionKey, id);

    private byte[] SessionKey => PairwiseSession.KeyOf(SectorKey ?? throw new InvalidOperationException("A pairwise client without its key."));

    /// <summary>Our copy of its picture, a data URI.</summary>
    public string? Logo { get; init; }

    /// <summary>True: it registered itself; pages say that nobody has verified it.</summary>
    public bool IsUnverified { get; init; }

    public RegisteredBy RegisteredBy => IsUnverified ? RegisteredBy.Application : RegisteredBy.Operator;

    /// <summary>The brand of the pages on the way to this client; null is that of the host.</summary>
    public string? BrandId { get; init; }

    /// <summary>Where the client is told that a backchannel authentication was answered (CIBA Core §10.2, ping mode); null where it polls.</summary>
    public string? NotificationUri { get; init; }

    public bool IsNotified => NotificationUri is not null;

    /// <summary>The resources for which this client may exchange the tokens that it is called with (RFC 8693).</summary>
    public FrozenSet<string> ExchangeTargets { get; init; } = [];

    public bool IsPublic => AuthenticationMethod == ClientAuthenticationMethod.None;
}
