using System.Globalization;
using Sso.Protocol.Clients;

namespace Sso.Protocol;

/// <summary>
/// An error that an application receives (RFC 6749 §4.1.2.1, §5.2; OIDC Core §3.1.2.6). Every error that
/// Sso can answer is made in this file.
/// </summary>
/// <param name="Code">The registered error code.</param>
/// <param name="Description">
/// For the developer of the application: names the parameter and the rule. ASCII without quotes (RFC 6749 §5.2).
/// </param>
/// <param name="Reason">For our log only, never sent.</param>
public sealed record OAuthError(string Code, string Description, string? Reason = null)
{
    /// <summary>A limit was reached, and this is how long it stays so: answered with status 429 (RFC 6585 §4) and Retry-After.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>RFC 9110 §15.5.6.</summary>
    public static readonly OAuthError MethodNotTaken = new(
        "invalid_request", "This endpoint does not take that method: the Allow header names those that it takes.");

    public static readonly OAuthError UnknownCharset = new(
        "invalid_request", "The charset of the form is not known here. Send it as UTF-8, or in one with a byte for each character.");

    public static readonly OAuthError UnsupportedGrantType = new(
        "unsupported_grant_type", "This server does not offer that grant_type; its metadata lists those that it does.");

    public static readonly OAuthError UnauthorizedGrantType = new(
        "unauthorized_client", "This client is not registered for that grant_type.");

    public static readonly OAuthError UnauthorizedResponseType = new(
        "unauthorized_client", "This client is not registered for the authorization code grant.");

    public static readonly OAuthError UnsupportedResponseType = new(
        "unsupported_response_type", "The response_type must be code, or another one that an operator switched on for this client.");

    public static readonly OAuthError RequestNotSupported = new(
        "request_not_supported", "An unsigned request object is not supported: sign it with a key of the client.");

    public static readonly OAuthError RequestUriNotSupported = new(
        "request_uri_not_supported", "An unsigned request object is not supported: sign it with a key of the client.");

    /// <summary>RFC 9101 §10.5.</summary>
    public static readonly OAuthError MustBeSigned = new(
        "invalid_request", "This client must send its authorization requests as signed request objects.");

    public static readonly OAuthError InvalidRequestUri = new(
        "invalid_request_uri", "The request_uri is not registered for this client, or no request object could be fetched there.");

    /// <summary>RFC 9126 §6.</summary>
    public static readonly OAuthError MustBePushed = new(
        "invalid_request", "This client must push its authorization requests and send the request_uri it is given.");

    public static readonly OAuthError RegistrationNotSupported = new(
        "registration_not_supported", "The registration parameter is not supported.");

    /// <summary>RFC 7591 §3.2.2.</summary>
    public static readonly OAuthError NoMetadata = new(
        "invalid_client_metadata", "The body must be a JSON object of client metadata, with content type application/json.");

    public static readonly OAuthError LoginRequired = new(
        "login_required", "prompt=none was sent and the user must sign in.");

    public static readonly OAuthError InteractionRequired = new(
        "interaction_required", "prompt=none was sent and the user must complete a step of the sign-in.");

    public static readonly OAuthError ConsentRequired = new(
        "consent_required", "prompt=none was sent and the user must consent.");

    public static readonly OAuthError AccountSelectionRequired = new(
        "account_selection_required", "prompt=none was sent and the user must choose an account.");

    public static readonly OAuthError Cancelled = new(
        "access_denied", "The user cancelled the sign-in.");

    /// <summary>RFC 8628 §3.5, CIBA Core §11: the client asks again after the interval.</summary>
    public static readonly OAuthError AuthorizationPending = new(
        "authorization_pending", "The user has not answered yet. Ask again after the interval.");

    /// <summary>RFC 8628 §3.5, CIBA Core §11.</summary>
    public static readonly OAuthError SlowDown = new(
        "slow_down", "Asked before the interval was over. The interval is five seconds longer from now on.");

    public static readonly OAuthError ExpiredToken = new(
        "expired_token", "The user did not answer in time, or the answer was not fetched in time. Begin anew.");

    public static readonly OAuthError Denied = new(
        "access_denied", "The user refused.");

    /// <summary>CIBA Core §13: the same for nobody and for somebody who may not be asked.</summary>
    public static readonly OAuthError UnknownUser = new(
        "unknown_user_id", "The hint does not name anybody who can be asked.");

    public static readonly OAuthError InvalidBindingMessage = new(
        "invalid_binding_message", "The binding_message may have 64 letters, digits, spaces and - . , : # / at most.");

    public static readonly OAuthError NothingToExchange = new(
        "invalid_scope", "The subject_token has no scope of the resource that is asked for.");

    public static readonly OAuthError UnacceptableActor = new(
        "invalid_request", "The actor_token is not an access token that this client got for itself.");

    public static readonly OAuthError BoundSubject = new(
        "invalid_request",
        "The subject_token is bound to a key: send a DPoP proof or your certificate, to which the new token is bound in turn.");

    public static readonly OAuthError BoundActor = new(
        "invalid_request", "The actor_token is bound to a key of this client: prove that key with this request.");

    public static readonly OAuthError ScopeMissing = new(
        "invalid_scope", "The parameter scope is missing.");

    public static readonly OAuthError UnmetAuthenticationRequirements = new(
        "unmet_authentication_requirements", "The demanded authentication cannot be reached by this user.");

    public static readonly OAuthError WrongUser = new(
        "login_required", "The user who is signed in is not the one that id_token_hint or the claim sub names.");

    public static readonly OAuthError TemporarilyUnavailable = new(
        "temporarily_unavailable", "The server cannot answer at the moment. Try again in a few seconds.");

    /// <summary>
    /// RFC 7591 §3.2.2. What is wrong is written for operators too, so characters that RFC 6749 §5.2 forbids are replaced.
    /// </summary>
    public static OAuthError InvalidMetadata(string field, string what) => new(
        field == "redirect_uris" ? "invalid_redirect_uri" : "invalid_client_metadata",
        string.Concat($"{field}: {what}".Select(character => character is >= ' ' and <= '~' and not '"' and not '\\' ? character : '?')));

    /// <summary>Never sent in clear instead.</summary>
    public static readonly OAuthError NoEncryptionKey = new(
        "temporarily_unavailable",
        "The answer must be encrypted to a key of the client, and none can be had for the registered algorithm.");

    public static OAuthError TooManyAttempts(TimeSpan wait) => new(
        "invalid_client", $"Too many failed attempts of this client from this address. Wait {Seconds(wait)} seconds.", "throttled")
    {
        RetryAfter = wait,
    };

    /// <summary>RFC 7009 §2.2.1.</summary>
    public static readonly OAuthError UnsupportedTokenType = new(
        "unsupported_token_type", "An access token of the client credentials grant cannot be revoked: it ends by itself.");

    public static OAuthError TooManyRequests(TimeSpan wait) => new(
        "temporarily_unavailable", $"Too many requests of this kind. Wait {Seconds(wait)} seconds.", "throttled")
    {
        RetryAfter = wait,
    };

    public static OAuthError InvalidRequest(string description) => new("invalid_request", description);

    /// <summary>RFC 9396 §5.</summary>
    public static OAuthError InvalidAuthorizationDetails(string description) => new("invalid_authorization_details", description);

    /// <summary>RFC 9101 §7.</summary>
    public static OAuthError InvalidRequestObject(string description) => new("invalid_request_object", description);

    /// <summary>CIBA Core §13 knows no code of its own for a signed request that is not right.</summary>
    public static OAuthError UnacceptableBackchannelRequest(string why) => new(
        "invalid_request", $"The signed authentication request is not acceptable: {why}");

    /// <summary>RFC 9396 §5.</summary>
    public static readonly OAuthError DetailsInTokenRequest = new(
        "invalid_authorization_details", "A token request takes no authorization_details: they are asked for where the person sees them.");

    /// <summary>RFC 6749 §3.3, §4.1.2.1, §5.2: a malformed scope has the same code as an unknown one.</summary>
    public static readonly OAuthError MalformedScope = new("invalid_scope", "The scope holds a character that is not allowed.");

    public static readonly OAuthError OpenIdMissing = new("invalid_scope", "The scope must contain openid.");

    public static OAuthError InvalidScope(string scope) => new(
        "invalid_scope", $"The scope {Printable(scope)} does not exist or this client is not registered for it.");

    public static OAuthError InvalidTarget(string resource) => new(
        "invalid_target", $"The resource {Printable(resource)} is not registered, or this client has none of its scopes.");

    /// <summary>What a client learns about a refused code or refresh token is always the same sentence; why is for us.</summary>
    public static OAuthError InvalidGrant(string why) => new("invalid_grant", "The code or token is not valid.", why);

    /// <summary>RFC 8693 §2.2.2: invalid_request, and always the same sentence.</summary>
    public static OAuthError UnacceptableSubject(string why) => new(
        "invalid_request", "The subject_token is not an access token in force that is meant for this client.", why);

    public static OAuthError InvalidClient(string why) => new(
        "invalid_client", "Client authentication failed: unknown client, or not its secret, key or certificate.", why);

    /// <summary>
    /// That a client exists, the authorization endpoint tells everybody; how it proves itself helps nobody but its developer.
    /// </summary>
    public static OAuthError WrongMethod(ClientAuthenticationMethod registered) => new(
        "invalid_client", $"This client is registered for {registered.Name()}: {HowTo(registered)}.",
        "another method than the registered one");

    /// <summary>For whoever signed with the key of the client, and so is no stranger.</summary>
    public static OAuthError UnacceptableAssertion(string why) => new(
        "invalid_client", $"The client_assertion has a good signature and is not acceptable: {why}.", why);

    /// <summary>RFC 9449 §8.</summary>
    public static readonly OAuthError UseDpopNonce = new(
        "use_dpop_nonce", "The DPoP proof must carry the nonce of the header DPoP-Nonce. Make a new proof with it.");

    /// <summary>RFC 9449 §5.2.</summary>
    public static readonly OAuthError DpopProofMissing = new(
        "invalid_dpop_proof", "This client gets tokens only with a DPoP proof, and none was sent.");

    /// <summary>RFC 8705 §3.4.</summary>
    public static readonly OAuthError CertificateMissing = new(
        "invalid_request", "This client gets tokens only with its certificate (mutual TLS) or a DPoP proof, and none was shown.");

    public static OAuthError InvalidDpopProof(string why) => new(
        "invalid_dpop_proof", "The DPoP proof is missing, was used before, or is not for this request.", why);

    public static OAuthError InvalidToken(string why) => new(
        "invalid_token", "The access token is missing, expired, revoked or not meant for this endpoint.", why);

    public static readonly OAuthError InsufficientScope = new(
        "insufficient_scope", "The access token lacks the scope openid.");

    /// <summary>RFC 9470 §3.</summary>
    public static readonly OAuthError InsufficientUserAuthentication = new(
        "insufficient_user_authentication",
        "The sign-in behind the token is too old or too weak for this. Ask anew with the acr_values and max_age given here.");

    private static string Seconds(TimeSpan wait) => Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    private static string HowTo(ClientAuthenticationMethod method) => method switch
    {
        ClientAuthenticationMethod.None => "send client_id alone, without a secret",
        _ when method.IsByCertificate() => "send client_id and show the certificate, without a secret",
        _ when method.IsByAssertion() => "send client_assertion_type and client_assertion, without a secret",
        _ => "send client_id and client_secret, in the Authorization header or in the body",
    };

    /// <summary>Keeps the characters that RFC 6749 §5.2 allows in a description, so that nothing sent to us is mirrored raw.</summary>
    private static string Printable(string value)
    {
        var kept = value.Where(character => character is (>= '#' and <= '[') or (>= ']' and <= '~') or '!').Take(80);
        return string.Concat(kept);
    }
}
