using OpenIddict.Abstractions;
using Sso.Protocol.Pkce;

namespace Sso.Protocol.Authorization;

/// <summary>A checked authorization request (OIDC Core §3.1.2.1), immutable, stamped with the time of its arrival.</summary>
public sealed record AuthorizationRequest
{
    /// <summary>Distinguishes consent to an individual claim from consent to a scope, which cannot hold a space.</summary>
    public const string ClaimPrefix = "claim ";

    /// <summary>Identifies this request for its whole life; proofs carry it.</summary>
    public required Guid FlowId { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public required Client Client { get; init; }

    public required VerifiedRedirectUri RedirectUri { get; init; }

    public required FrozenSet<string> Scopes { get; init; }

    /// <summary>RFC 8707 §2.1; empty if none was named.</summary>
    public ImmutableArray<string> Resources { get; init; } = [];

    public ResponseType ResponseType { get; init; } = ResponseType.Code;

    /// <summary>One of <see cref="ResponseModes.All"/>, never the one that leaves the choice to the response type.</summary>
    public string ResponseMode { get; init; } = ResponseModes.Query;

    public string? State { get; init; }

    public AnswerTarget Target => new(Client, RedirectUri, ResponseMode, State);

    public string? Nonce { get; init; }

    public CodeChallenge? CodeChallenge { get; init; }

    /// <summary>The thumbprint of the only key that may redeem the code (RFC 9449 §10); null means any.</summary>
    public string? DpopKey { get; init; }

    public Prompt Prompt { get; init; }

    public TimeSpan? MaxAge { get; init; }

    public string? LoginHint { get; init; }

    /// <summary>The subject of a valid id_token_hint; if another person is signed in, the request cannot be answered.</summary>
    public string? HintedSubject { get; init; }

    public ImmutableArray<string> UiLocales { get; init; } = [];

    /// <summary>Individual claims (OIDC Core §5.5), as far as the registration covers them.</summary>
    public RequestedClaims Claims { get; init; } = RequestedClaims.None;

    /// <summary>RFC 9396 §2; null if there are none.</summary>
    public AuthorizationDetails? Details { get; init; }

    /// <summary>To be allowed: the scopes, and each claim that none of them brings, written with <see cref="ClaimPrefix"/>.</summary>
    public FrozenSet<string> Asked =>
        Claims == RequestedClaims.None ? Scopes : [.. Scopes, .. Claims.Beyond(Scopes).Select(claim => ClaimPrefix + claim)];

    /// <summary>In order of preference (OIDC Core §3.1.2.1), including those of the parameter claims.</summary>
    public ImmutableArray<string> AcrValues { get; init; } = [];

    /// <summary>The parameters as they came, for sealing into a flow handle and parsing again when it is opened.</summary>
    public required OpenIddictRequest Parameters { get; init; }

    /// <summary>The request_uri of a request that was pushed (RFC 9126 §4); no other gets here with one.</summary>
    public string? PushedAs => WaitingId is null ? Parameters.Text("request_uri") : null;

    /// <summary>
    /// True if allowing it now says nothing about the next time. That goes for authorization details, such as a payment (RFC 9396 §7.1),
    /// and for a native application at a loopback address or a scheme of its own: its id is public and any program on that computer can
    /// listen there, so somebody has to say that it is the one they started (RFC 6749 §10.2, RFC 8252 §8.6). Web pages are distinguished by
    /// their origin.
    /// </summary>
    public bool IsAllowedEachTime => Details is not null
        || (Client is { IsPublic: true, Origins.Count: 0 } && !RedirectUri.Value.StartsWith("https://", StringComparison.Ordinal));

    /// <summary>The request of another device that this one answers (RFC 8628 §3.3, CIBA Core §7): it ends on a page.</summary>
    public Guid? WaitingId { get; init; }
}
