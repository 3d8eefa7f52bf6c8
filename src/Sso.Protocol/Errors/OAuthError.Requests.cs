using Sso.Protocol.Authorization;

namespace Sso.Protocol;

public sealed partial class OAuthError
{
    /// <summary>Parameters that are missing, repeated or not what the standard asks for.</summary>
    private static readonly List<DocumentedError> Requests = [];

    public static readonly OAuthError ChallengeMissing = new(Line(
        Requests, "challenge-missing", InvalidRequest, "The parameter code_challenge is missing: PKCE with S256 is required.",
        "Make a new verifier for each request and send the S256 of it as code_challenge (RFC 7636). "
            + "Every current OpenID Connect library does so when PKCE is switched on.",
        "Manca code_challenge: serve PKCE con S256. Genera un verifier nuovo per ogni richiesta e inviane "
            + "l’hash (RFC 7636). Le librerie attuali lo fanno quando PKCE è attivo."));

    public static readonly OAuthError ChallengeMethod = new(Line(
        Requests, "challenge-method", InvalidRequest, "The code_challenge_method must be S256.",
        "The method plain protects nothing and is not taken. Send code_challenge_method=S256.",
        "Il metodo plain non protegge e non è accettato. Invia code_challenge_method=S256."));

    public static readonly OAuthError ChallengeFormat = new(Line(
        Requests, "challenge-format", InvalidRequest, "The code_challenge must be 43 characters of base64url.",
        "It is the SHA-256 of the verifier as base64url without padding.",
        "È lo SHA-256 del verifier, in base64url senza padding: 43 caratteri."));

    public static readonly OAuthError NonceMissing = new(Line(
        Requests, "nonce-missing", InvalidRequest, "The parameter nonce is missing: it is required where an ID token comes back.",
        "Send a random nonce and compare it with the one in the ID token (OIDC Core §3.2.2.1).",
        "Manca nonce, obbligatorio quando l’ID token torna dal browser. Invia un "
            + "valore casuale e confrontalo con quello nell’ID token."));

    private static readonly DocumentedError ParameterMissingLine = Line(
        Requests, "parameter-missing", InvalidRequest, "The parameter * is missing.",
        "Send the parameter that is named. One without a value counts as missing.",
        "Manca il parametro indicato. Un parametro senza valore conta come mancante.");

    public static OAuthError ParameterMissing(string name) => new(ParameterMissingLine, name) { Subject = name };

    private static readonly DocumentedError ParameterTwiceLine = Line(
        Requests, "parameter-twice", InvalidRequest, "The parameter * is sent more than once.",
        "Each parameter may occur once (RFC 6749 §3.1); only resource may repeat. Look for one "
            + "that stands both in the URL that you configured and in the request.",
        "Ogni parametro può comparire una sola volta (RFC 6749 §3.1); solo resource si può ripetere.");

    public static OAuthError ParameterTwice(string name) => new(ParameterTwiceLine, name) { Subject = name };

    private static readonly DocumentedError ParameterUnreadableLine = Line(
        Requests, "parameter-unreadable", InvalidRequest, "The parameter * is too long or holds a NUL character.",
        "A value may have 8192 characters. Push long requests (RFC 9126).",
        "Un valore può avere 8192 caratteri e nessun carattere NUL. Per richieste "
            + "lunghe usa le pushed authorization requests (RFC 9126).");

    public static OAuthError ParameterUnreadable(string name) => new(ParameterUnreadableLine, name) { Subject = name };

    public static readonly OAuthError RequestUnreadable = new(Line(
        Requests, "request-unreadable", InvalidRequest, "The request could not be read: it breaks off or has too many parameters.",
        "Send a whole form of at most 64 KiB with at most 1024 parameters.",
        "Invia un form intero, al massimo 64 KiB e 1024 parametri."));

    public static readonly OAuthError ResourceOnce = new(Line(
        Requests, "resource-once", InvalidRequest, "The parameter resource must be sent once.",
        "Send one resource to WebFinger: a URL or an address (RFC 7033 §4.1).",
        "Invia a WebFinger un solo resource: un URL o un indirizzo (RFC 7033 §4.1)."));

    public static readonly OAuthError ClaimsUnreadable = new(Line(
        Requests, "claims-unreadable", InvalidRequest, "The claims parameter must be a JSON object as in OpenID Connect Core 5.5.",
        "Send an object with userinfo and id_token, each an object of claim names. Check that it is URL-encoded once.",
        "Invia un oggetto JSON con userinfo e id_token, ciascuno un oggetto di nomi di claim, codificato una volta sola nell’URL."));

    public static readonly OAuthError MaxAgeFormat = new(Line(
        Requests, "max-age-format", InvalidRequest, "The max_age must be a number of seconds.",
        "A whole number without a sign, for example 300.",
        "Un numero intero senza segno, per esempio 300."));

    public static readonly OAuthError PromptUnknown = new(Line(
        Requests, "prompt-unknown", InvalidRequest, "The prompt must be none, login, consent or select_account.",
        "Several are separated by spaces. The metadata lists them in prompt_values_supported.",
        "I valori ammessi sono none, login, consent e select_account, separati da spazi."));

    public static readonly OAuthError PromptNoneAlone = new(Line(
        Requests, "prompt-none-alone", InvalidRequest, "The prompt none stands alone.",
        "None forbids every page, so nothing can be asked for beside it (OIDC Core §3.1.2.1).",
        "None vieta ogni pagina: non può stare insieme ad altri valori (OIDC Core §3.1.2.1)."));

    public static readonly OAuthError HintForeign = new(Line(
        Requests, "hint-foreign", InvalidRequest, "The id_token_hint is not an ID token of this server.",
        "Send an ID token that this issuer gave you, unchanged. It may have expired.",
        "Invia un ID token ricevuto da questo issuer, senza modifiche. Può essere scaduto."));

    public static readonly OAuthError RedirectUriPushed = new(Line(
        Requests, "redirect-uri-pushed", InvalidRequest, "The redirect_uri is missing or not registered for this client.",
        "It is compared letter by letter. An operator sees what was sent and what is registered with sso client refusals.",
        "Il confronto è lettera per lettera. Chi gestisce il server vede il valore "
            + "inviato e quello registrato con sso client refusals."));

    public static readonly OAuthError ResponseModeUnknown = new(Line(
        Requests, "response-mode", InvalidRequest, "The response_mode must be one of *.",
        "Leave it out to have the usual one of the response type.",
        "Lascialo fuori per avere quello usuale del response type."), string.Join(", ", ResponseModes.All));

    public static readonly OAuthError ResponseModeQuery = new(Line(
        Requests, "response-mode-query", InvalidRequest, "The response_mode must not be query where an ID token comes back.",
        "A token in a query ends in logs. Use form_post or fragment.",
        "Un token nella query finisce nei log. Usa form_post o fragment."));

    public static readonly OAuthError RequestUriPushed = new(Line(
        Requests, "request-uri-pushed", InvalidRequest, "The parameter request_uri cannot be pushed.",
        "Push the parameters themselves; the answer is the request_uri (RFC 9126 §2.1).",
        "Invia i parametri stessi; la risposta è il request_uri (RFC 9126 §2.1)."));

    /// <summary>RFC 9126 §6.</summary>
    public static readonly OAuthError MustBePushed = new(Line(
        Requests, "must-be-pushed", InvalidRequest,
        "This client must push its authorization requests and send the request_uri it is given.",
        "Post the parameters to pushed_authorization_request_endpoint and send the browser with client_id and request_uri only.",
        "Invia i parametri a pushed_authorization_request_endpoint e manda il browser solo con client_id e request_uri."));

    public static readonly OAuthError RequestObjectTwice = new(Line(
        Requests, "request-object-twice", InvalidRequest, "The parameters request and request_uri exclude each other.",
        "Send the request object by value or by address, not both (RFC 9101 §5).",
        "Invia il request object per valore o per indirizzo, non in entrambi i modi (RFC 9101 §5)."));

    /// <summary>RFC 9101 §10.5.</summary>
    public static readonly OAuthError MustBeSigned = new(Line(
        Requests, "must-be-signed", InvalidRequest, "This client must send its authorization requests as signed request objects.",
        "Sign the parameters as a JWT with a registered key and send it as request (RFC 9101 §4).",
        "Firma i parametri in un JWT con una chiave registrata e invialo come request (RFC 9101 §4)."));

    public static readonly OAuthError InvalidRequestUri = new(Line(
        Requests, "request-uri-foreign", "invalid_request_uri",
        "The request_uri is not registered for this client, or no request object could be fetched there.",
        "It is compared letter by letter; the object must come by https within seconds "
            + "and be small. The reason stands in the server's log.",
        "Il confronto è lettera per lettera; l’oggetto deve arrivare via https in pochi "
            + "secondi ed essere piccolo. Il motivo è nel log del server."));

    public static readonly OAuthError RequestTooLongForUrl = new(Line(
        Requests, "request-too-long-for-url", InvalidRequest,
        "The request is too long for a URL. Leave out id_token_hint or shorten the parameters.",
        "Push the request (RFC 9126): then only its name travels through the browser.",
        "Usa le pushed authorization requests (RFC 9126): nel browser viaggia solo il nome della richiesta."));

    public static readonly OAuthError RequestTooLong = new(Line(
        Requests, "request-too-long", InvalidRequest, "The request is too long. Name fewer scopes, resources and details.",
        "Ask for what is needed now, and for more when it is needed.",
        "Chiedi meno scope e resource: solo quello che serve ora."));

    /// <summary>RFC 9110 §15.5.6.</summary>
    private static readonly DocumentedError MethodLine = Line(
        Requests, "method", InvalidRequest, "This endpoint does not take *.",
        "Most endpoints take a form by POST only: secrets in a URL end in logs.",
        "Quasi tutti gli endpoint accettano solo un form con POST. Un segreto in un URL finisce nei log.",
        status: 405);

    /// <param name="method">As it was sent.</param>
    /// <param name="taken">Those that the endpoint takes.</param>
    public static OAuthError MethodNotTaken(string method, string taken) =>
        new(MethodLine, $"the method {Printable(method)}, but {taken}") { Subject = taken };

    public static readonly OAuthError FormOnly = new(Line(
        Requests, "form-only", InvalidRequest, "The body must be application/x-www-form-urlencoded.",
        "Not JSON and not multipart (RFC 6749 appendix B).",
        "Né JSON né multipart: un form (RFC 6749, appendice B)."));

    public static readonly OAuthError UnknownCharset = new(Line(
        Requests, "form-charset", InvalidRequest,
        "The charset of the form is not known here. Send it as UTF-8, or in one with a byte for each character.",
        "Leave charset out of Content-Type: then it is UTF-8. ISO-8859-1, Windows-1252 and their like are read too.",
        "Togli charset da Content-Type: allora vale UTF-8. Anche ISO-8859-1, Windows-1252 e simili sono accettati."));

    public static readonly OAuthError CredentialsTwice = new(Line(
        Requests, "credentials-twice", InvalidRequest, "Client credentials are sent in more than one way.",
        "Use one method, the registered one (RFC 6749 §2.3).",
        "Usa un solo metodo, quello registrato (RFC 6749 §2.3)."));
}
