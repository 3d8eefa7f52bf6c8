namespace Sso.Protocol;

public sealed partial class OAuthError
{
    /// <summary>Requests about somebody who is not in front of the application, and exchanges of tokens.</summary>
    private static readonly List<DocumentedError> Backchannel = [];

    /// <summary>CIBA Core §13: the same for an unknown person and for one who may not be asked.</summary>
    public static readonly OAuthError UnknownUser = new(Line(
        Backchannel, "unknown-user", "unknown_user_id", "The hint does not name anybody who can be asked.",
        "Nobody has this name, or the account is closed; the answer does not tell which "
            + "(CIBA Core §13). Ask the person for the name they sign in with.",
        "Nessuno ha questo nome, oppure l’account è chiuso: la risposta non dice quale "
            + "(CIBA Core §13). Chiedi alla persona il nome con cui accede."));

    public static readonly OAuthError InvalidBindingMessage = new(Line(
        Backchannel, "binding-message", "invalid_binding_message",
        "The binding_message may have 64 letters, digits, spaces and - . , : # / at most.",
        "Send something short that the person sees with you too, for example an order number.",
        "Invia un testo breve che la persona vede anche da te, per esempio un numero "
            + "d’ordine: 64 caratteri tra lettere, cifre, spazi e - . , : # /."));

    public static readonly OAuthError OneHint = new(Line(
        Backchannel, "one-hint", InvalidRequest, "Send exactly one of login_hint and id_token_hint.",
        "One hint says who is meant; two could contradict each other (CIBA Core §7.1).",
        "Invia un solo hint, login_hint o id_token_hint: due potrebbero contraddirsi (CIBA Core §7.1)."));

    public static readonly OAuthError LoginHintToken = new(Line(
        Backchannel, "login-hint-token", InvalidRequest, "The login_hint_token is not supported. Send login_hint or id_token_hint.",
        "Name the person by user name, mail address or an ID token that you were given.",
        "Indica la persona con il nome utente, l’indirizzo e-mail o un ID token che hai ricevuto."));

    public static readonly OAuthError IdTokenHintOfOthers = new(Line(
        Backchannel, "id-token-hint-of-others", InvalidRequest, "The id_token_hint is not an ID token of this server for this client.",
        "Send an ID token that this very client was given; it may have expired.",
        "Invia un ID token ricevuto proprio da questo client; può essere scaduto."));

    private static readonly DocumentedError UnacceptableBackchannelRequestLine = Line(
        Backchannel, "signed-backchannel-request", InvalidRequest, "The signed authentication request is not acceptable: *",
        "Sign it with a registered key of your client, with iss, aud (the issuer), iat, exp, nbf and jti, at most 60 minutes "
            + "long; every parameter stands inside, and beside it only what proves the client (CIBA Core §7.1.1).",
        "Firmala con una chiave registrata del client, con iss, aud (l’issuer), iat, exp, nbf e jti, per 60 minuti al massimo; "
            + "tutti i parametri stanno dentro, accanto solo ciò che autentica il client (CIBA Core §7.1.1).");

    /// <summary>CIBA Core §13 has no code of its own for a signed request that is not right.</summary>
    public static OAuthError UnacceptableBackchannelRequest(string why) => new(UnacceptableBackchannelRequestLine, why);

    public static readonly OAuthError NotificationToken = new(Line(
        Backchannel, "notification-token", InvalidRequest,
        "In ping mode the parameter client_notification_token must be a Bearer token of at most 1024 characters.",
        "Make one for each request: letters, digits and - . _ ~ + / (RFC 6750 §2.1). It comes back to you with the notification.",
        "Creane uno per ogni richiesta: lettere, cifre e - . _ ~ + / (RFC 6750 §2.1). Ti torna con la notifica."));

    public static readonly OAuthError RequestedExpiry = new(Line(
        Backchannel, "requested-expiry", InvalidRequest, "The requested_expiry must be a positive number of seconds.",
        "A whole number; more than 600 becomes 600, and expires_in says so.",
        "Un numero intero positivo; più di 600 diventa 600, come dice expires_in."));

    private static readonly DocumentedError UnacceptableSubjectLine = Line(
        Backchannel, "subject-token", InvalidRequest, "The subject_token is not an access token in force that is meant for this client.",
        "Exchange the access token that your API was called with. It must be in force, and the API "
            + "must be registered with your client (sso resource add --client).",
        "Scambia l’access token con cui è stata chiamata la tua API: deve valere "
            + "ancora, e l’API deve essere registrata con il tuo client.");

    /// <summary>RFC 8693 §2.2.2: invalid_request, and always the same sentence.</summary>
    public static OAuthError UnacceptableSubject(string why) => new(UnacceptableSubjectLine, reason: why);

    public static readonly OAuthError SubjectTokenType = new(Line(
        Backchannel, "subject-token-type", InvalidRequest, "The subject_token_type must be that of access tokens.",
        "Send urn:ietf:params:oauth:token-type:access_token. ID tokens and refresh tokens are not exchanged.",
        "Invia urn:ietf:params:oauth:token-type:access_token. Gli ID token e i refresh token non si scambiano."));

    public static readonly OAuthError RequestedTokenType = new(Line(
        Backchannel, "requested-token-type", InvalidRequest, "The requested_token_type must be that of access tokens.",
        "Leave it out, or send urn:ietf:params:oauth:token-type:access_token.",
        "Lascialo fuori, o invia urn:ietf:params:oauth:token-type:access_token."));

    public static readonly OAuthError ActorTokenType = new(Line(
        Backchannel, "actor-token-type", InvalidRequest,
        "The actor_token_type must be that of access tokens, and stand beside an actor_token only.",
        "Send both or neither (RFC 8693 §2.1).",
        "Invia entrambi o nessuno dei due (RFC 8693 §2.1)."));

    public static readonly OAuthError UnacceptableActor = new(Line(
        Backchannel, "actor-token", InvalidRequest, "The actor_token is not an access token that this client got for itself.",
        "The actor is the client that authenticates. Leave the token out, or send one of the client credentials grant.",
        "Chi agisce è il client autenticato. Lascia fuori il token, o inviane uno ottenuto con client credentials."));

    public static readonly OAuthError BoundSubject = new(Line(
        Backchannel, "bound-subject-token", InvalidRequest,
        "The subject_token is bound to a key: send a DPoP proof or your certificate, to which the new token is bound in turn.",
        "A token that is worth nothing without a key must not become one that anybody can use. Send a DPoP proof of your own key "
            + "(RFC 9449 §5), or register your client for bound tokens (--certificate-bound) and call with its certificate.",
        "Un token legato a una chiave non deve diventare un token che chiunque può usare. Invia una prova DPoP della tua "
            + "chiave (RFC 9449 §5), o chiama con il certificato del client registrato per token legati."));

    public static readonly OAuthError BoundActor = new(Line(
        Backchannel, "bound-actor-token", InvalidRequest,
        "The actor_token is bound to a key of this client: prove that key with this request.",
        "You got this token with a DPoP proof or your certificate. Send a proof of the same key now, or leave the actor_token out.",
        "Hai ottenuto questo token con una prova DPoP o con il tuo certificato. Prova "
            + "ora la stessa chiave, o lascia fuori actor_token."));

    public static readonly OAuthError ExchangeTarget = new(Line(
        Backchannel, "exchange-target", InvalidRequest, "Name the resource or the audience of the new token.",
        "Your client may exchange for several resources: say for which.",
        "Il client può scambiare token per più resource: indica quale."));

    public static readonly OAuthError NothingToExchange = new(Line(
        Backchannel, "nothing-to-exchange", "invalid_scope", "The subject_token has no scope of the resource that is asked for.",
        "An exchange never adds a scope. The application that calls you must ask for the scopes of the API behind you too.",
        "Uno scambio non aggiunge scope. L’applicazione che ti chiama deve chiedere anche gli scope dell’API che chiami tu."));
}
