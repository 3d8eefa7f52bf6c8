namespace Sso.Protocol;

public sealed partial class OAuthError
{
    /// <summary>Credentials of applications, codes, tokens, and what a client is not registered for.</summary>
    private static readonly List<DocumentedError> Credentials = [];

    private static readonly DocumentedError TooManyAttemptsLine = Line(
        Credentials, "too-many-attempts", "invalid_client", "Too many failed attempts of this client from this address. Wait * seconds.",
        "Stop retrying with wrong credentials; the right ones pass at any time.",
        "Troppi tentativi con credenziali sbagliate. Quelle giuste passano sempre: correggi la configurazione.",
        status: 429);

    public static OAuthError TooManyAttempts(TimeSpan wait) => new(TooManyAttemptsLine, Seconds(wait), "throttled") { RetryAfter = wait };

    private static readonly DocumentedError InvalidClientLine = Line(
        Credentials, "client-authentication-failed", "invalid_client",
        "Client authentication failed: unknown client, or not its secret, key or certificate.",
        "Compare client_id and secret, key or certificate with the registration (sso client show). In the "
            + "Authorization header, id and secret are form-urlencoded before base64 (RFC 6749 §2.3.1). An "
            + "operator sees which of them it was with sso client refusals.",
        "Client sconosciuto, o segreto, chiave o certificato non suoi. Confronta con la "
            + "registrazione (sso client show); sso client refusals dice qual è il caso.",
        status: 401);

    public static OAuthError InvalidClient(string why) => new(InvalidClientLine, reason: why);

    private static readonly DocumentedError WrongMethodLine = Line(
        Credentials, "client-authentication-method", "invalid_client", "This client is registered for *",
        "Prove the client the way it is registered, as the description says, or have an operator change the way (sso client set "
            + "--auth). A client secret may come in the Authorization header or in the body, whichever of the two is registered.",
        "Il client è registrato per un altro metodo. Usa quello della descrizione, o fallo cambiare "
            + "(sso client set --auth). Il segreto va bene sia nell’header sia nel body.",
        status: 401);

    /// <summary>That a client exists is no secret, and how it authenticates helps nobody but its developer.</summary>
    public static OAuthError WrongMethod(ClientAuthenticationMethod registered) => new(
        WrongMethodLine, $"{registered.Name()}: {HowTo(registered)}.", "another method than the registered one");

    private static readonly DocumentedError UnacceptableAssertionLine = Line(
        Credentials, "client-assertion-unacceptable", "invalid_client",
        "The client_assertion has a good signature and is not acceptable: *",
        "The key is right and one claim is not: the description says which (RFC 7523 §3). exp may "
            + "lie 60 minutes ahead, for a FAPI client 5; jti is new each time.",
        "La chiave è giusta, un claim no: la descrizione dice quale (RFC 7523 §3). exp può "
            + "essere tra 60 minuti, per un client FAPI tra 5; jti è sempre nuovo.",
        status: 401);

    /// <summary>For somebody who signed with the client's key, and so is no stranger.</summary>
    public static OAuthError UnacceptableAssertion(string why) => new(UnacceptableAssertionLine, $"{why}.", why);

    private static readonly DocumentedError InvalidGrantLine = Line(
        Credentials, "code-or-token-invalid", "invalid_grant", "The code or token is not valid.",
        "A code lives 60 seconds, works once, and only for the client, redirect_uri and code_verifier it was made with; a refresh "
            + "token only in its newest form. Begin a new sign-in; do not retry. Why it was refused stands in sso client refusals.",
        "Un codice vale 60 secondi, una volta sola, per il client, il redirect_uri e il code_verifier con cui è nato; un refresh "
            + "token solo nella forma più recente. Fai un nuovo accesso senza riprovare. Il motivo esatto è in sso client refusals.");

    /// <summary>A client always gets the same sentence about a refused code or refresh token; the reason is for us.</summary>
    public static OAuthError InvalidGrant(string why) => new(InvalidGrantLine, reason: why);

    private static readonly DocumentedError InvalidTokenLine = Line(
        Credentials, "access-token-invalid", "invalid_token",
        "The access token is missing, expired, revoked or not meant for this endpoint.",
        "Refresh it or begin anew. An ID token is no access token, and one for another API is not taken here.",
        "Rinnovalo o rifai l’accesso. Un ID token non è un access token, e uno per un’altra API qui non vale.",
        status: 401);

    public static OAuthError InvalidToken(string why) => new(InvalidTokenLine, reason: why);

    public static readonly OAuthError InsufficientScope = new(Line(
        Credentials, "openid-scope-missing", "insufficient_scope", "The access token lacks the scope openid.",
        "Userinfo tells about a person who signed in with OpenID Connect; a token of the client credentials grant has no person.",
        "Userinfo parla di una persona che ha fatto accesso con OpenID Connect. Un token senza persona non basta.",
        status: 403));

    private static readonly DocumentedError ApiScopeMissing = Line(
        Credentials, "api-scope-missing", "insufficient_scope", "The access token lacks the scope *.",
        "Register the client for that scope, and ask for a token with it.",
        "Registra il client per quello scope, e chiedi un token che lo contenga.",
        status: 403);

    /// <summary>RFC 6750 §3.1, at our own API.</summary>
    public static OAuthError ApiScopeLacking(string scope) => new(ApiScopeMissing, scope, $"lacks {scope}");

    public static readonly OAuthError UnsupportedGrantType = new(Line(
        Credentials, "grant-type-unknown", "unsupported_grant_type",
        "This server does not offer that grant_type; its metadata lists those that it does.",
        "See grant_types_supported in the discovery document. The password grant is never offered.",
        "I grant offerti sono in grant_types_supported della discovery. Il password grant non c’è mai."));

    public static readonly OAuthError UnauthorizedGrantType = new(Line(
        Credentials, "grant-type-unregistered", "unauthorized_client", "This client is not registered for that grant_type.",
        "Have an operator register it, or use another grant.",
        "Il client non è registrato per questo grant. Chiedi a chi gestisce il server, o usane un altro."));

    public static readonly OAuthError UnauthorizedResponseType = new(Line(
        Credentials, "response-type-unregistered", "unauthorized_client", "This client is not registered for the authorization code grant.",
        "A machine client signs nobody in. Use a client of another type.",
        "Un client di tipo machine non fa accedere persone. Usa un client di altro tipo."));

    public static readonly OAuthError UnsupportedResponseType = new(Line(
        Credentials, "response-type-unknown", "unsupported_response_type",
        "The response_type must be code, or another one that an operator switched on for this client.",
        "Send response_type=code. No response type sends an access token through the browser.",
        "Invia response_type=code. Nessun response type fa passare un access token dal browser."));

    public static readonly OAuthError ScopeMissing = new(Line(
        Credentials, "scope-missing", "invalid_scope", "The parameter scope is missing.",
        "Say what is asked for, for example openid.",
        "Di’ che cosa chiedi, per esempio openid."));

    /// <summary>RFC 6749 §3.3, §4.1.2.1, §5.2: a malformed scope has the same code as an unknown one.</summary>
    public static readonly OAuthError MalformedScope = new(Line(
        Credentials, "scope-characters", "invalid_scope", "The scope holds a character that is not allowed.",
        "Scopes are printable ASCII without quotes and backslash, separated by single spaces (RFC 6749 §3.3).",
        "Gli scope sono ASCII stampabile, senza virgolette e barra inversa, separati da spazi (RFC 6749 §3.3)."));

    public static readonly OAuthError OpenIdMissing = new(Line(
        Credentials, "scope-without-openid", "invalid_scope", "The scope must contain openid.",
        "Signing a person in is OpenID Connect here: add openid to the scope.",
        "L’accesso di una persona qui è OpenID Connect: aggiungi openid allo scope."));

    private static readonly DocumentedError InvalidScopeLine = Line(
        Credentials, "scope-unregistered", "invalid_scope", "The scope * does not exist or this client is not registered for it.",
        "Have an operator add the scope to the client, or leave it out.",
        "Lo scope non esiste o non è registrato per il client. Fallo aggiungere o lascialo fuori.");

    public static OAuthError InvalidScope(string scope) => new(InvalidScopeLine, Printable(scope));

    private static readonly DocumentedError InvalidTargetLine = Line(
        Credentials, "resource-unregistered", "invalid_target", "The resource * is not registered, or this client has none of its scopes.",
        "See sso resource list. A client may ask for an API of which it has a scope (RFC 8707).",
        "La resource non è registrata o il client non ha alcuno dei suoi scope (RFC 8707).");

    public static OAuthError InvalidTarget(string resource) => new(InvalidTargetLine, Printable(resource));

    /// <summary>RFC 7009 §2.2.1.</summary>
    public static readonly OAuthError UnsupportedTokenType = new(Line(
        Credentials, "token-type-not-revocable", "unsupported_token_type",
        "An access token of the client credentials grant cannot be revoked: it ends by itself.",
        "It lives for minutes. Disable the client to stop it at once.",
        "Dura pochi minuti e finisce da solo. Per fermarlo subito va disattivato il client."));
}
