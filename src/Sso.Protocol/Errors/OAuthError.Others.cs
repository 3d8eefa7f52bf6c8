namespace Sso.Protocol;

public sealed partial class OAuthError
{
    /// <summary>What this server does not do, and what it cannot do at present.</summary>
    private static readonly List<DocumentedError> Others = [];

    public static readonly OAuthError TemporarilyUnavailable = new(Line(
        Others, "server-unavailable", "temporarily_unavailable", "The server cannot answer at the moment. Try again in a few seconds.",
        "Honour Retry-After. Nothing was lost: a code that was not redeemed can still be.",
        "Rispetta Retry-After. Nulla è andato perso: un codice non usato vale ancora.",
        status: 503));

    private static readonly DocumentedError TooManyRequestsLine = Line(
        Others, "too-many-requests", "temporarily_unavailable", "Too many requests of this kind. Wait * seconds.",
        "Honour Retry-After, and look for a loop.",
        "Rispetta Retry-After e cerca un ciclo nella tua applicazione.",
        status: 429);

    public static OAuthError TooManyRequests(TimeSpan wait) => new(TooManyRequestsLine, Seconds(wait), "throttled") { RetryAfter = wait };

    /// <summary>RFC 7591 §3.2.2.</summary>
    public static readonly OAuthError NoMetadata = new(Line(
        Others, "registration-not-read", "invalid_client_metadata",
        "The body must be a JSON object of client metadata, with content type application/json.",
        "Lists are JSON arrays of texts, and no member occurs twice (RFC 7591 §2).",
        "Le liste sono array JSON di testi e nessun membro compare due volte (RFC 7591 §2)."));

    /// <summary>It is never sent in the clear instead.</summary>
    public static readonly OAuthError NoEncryptionKey = new(Line(
        Others, "no-encryption-key", "temporarily_unavailable",
        "The answer must be encrypted to a key of the client, and none can be had for the registered algorithm.",
        "Publish a public key for that algorithm in your key set, and see that its address answers.",
        "Pubblica una chiave per quell’algoritmo nel tuo key set e verifica che l’indirizzo risponda.",
        status: 503));

    /// <summary>RFC 9470 §3.</summary>
    public static readonly OAuthError InsufficientUserAuthentication = new(Line(
        Others, "insufficient-user-authentication", "insufficient_user_authentication",
        "The sign-in behind the token is too old or too weak for this. Ask anew with the acr_values and max_age given here.",
        "Send the person to sign in with the acr_values and max_age of the challenge (RFC 9470).",
        "Chiedi un nuovo accesso con acr_values e max_age indicati (RFC 9470).",
        status: 401));

    private static readonly DocumentedError InvalidMetadataLine = Line(
        Others, "invalid-client-metadata", "invalid_client_metadata", null,
        "The description names the member of the registration and the rule (RFC 7591 §3.2.2).",
        "La descrizione indica il membro della registrazione e la regola (RFC 7591 §3.2.2).");

    private static readonly DocumentedError InvalidRedirectUriLine = Line(
        Others, "invalid-redirect-uri", "invalid_redirect_uri", null,
        "The description says what is wrong with the redirect URI.",
        "La descrizione dice che cosa non va nel redirect URI.");

    /// <summary>RFC 7591 §3.2.2. Written for operators too, so characters that RFC 6749 §5.2 forbids are replaced.</summary>
    public static OAuthError InvalidMetadata(string field, string what) => new(
        field == "redirect_uris" ? InvalidRedirectUriLine : InvalidMetadataLine,
        string.Concat($"{field}: {what}".Select(character => character is >= ' ' and <= '~' and not '"' and not '\\' ? character : '?')));

    private static readonly DocumentedError InvalidRequestObjectLine = Line(
        Others, "invalid-request-object", "invalid_request_object", null,
        "The description names what is wrong with the JWT; iss is the client, aud the issuer.",
        "La descrizione dice che cosa non va nel JWT; iss è il client, aud è l’issuer.");

    /// <summary>RFC 9101 §7.</summary>
    public static OAuthError InvalidRequestObject(string what) => new(InvalidRequestObjectLine, what);

    private static readonly DocumentedError InvalidAuthorizationDetailsLine = Line(
        Others, "invalid-authorization-details", "invalid_authorization_details", null,
        "The description names what is wrong; authorization_details_types_supported lists the types (RFC 9396).",
        "La descrizione dice che cosa non va; i tipi sono in authorization_details_types_supported (RFC 9396).");

    /// <summary>RFC 9396 §5.</summary>
    public static OAuthError InvalidAuthorizationDetails(string what) => new(InvalidAuthorizationDetailsLine, what);

    /// <summary>RFC 9396 §5.</summary>
    public static readonly OAuthError DetailsInTokenRequest = InvalidAuthorizationDetails(
        "A token request takes no authorization_details: they are asked for where the person sees them.");

    public static readonly OAuthError RequestNotSupported = new(Line(
        Others, "request-not-supported", "request_not_supported", Unsigned,
        "Send plain parameters, or push them.",
        "Invia parametri semplici, o inviali al PAR."));

    public static readonly OAuthError RequestUriNotSupported = new(Line(
        Others, "request-uri-not-supported", "request_uri_not_supported", Unsigned,
        "Send plain parameters, or push them and use the request_uri that you get.",
        "Invia parametri semplici, o usa il request_uri ottenuto dal PAR."));

    public static readonly OAuthError RegistrationNotSupported = new(Line(
        Others, "registration-not-supported", "registration_not_supported", "The registration parameter is not supported.",
        "Register the client first.",
        "Registra prima il client."));
}
