namespace Sso.Protocol.Errors;

/// <summary>What this server does not do, what it cannot do now, and a line for each code.</summary>
internal static class OtherErrors
{
    public static readonly IReadOnlyList<DocumentedError> All =
    [
        new("server-unavailable", "temporarily_unavailable", "The server cannot answer at the moment. Try again in a few seconds.",
            "Honour Retry-After. Nothing was lost: a code that was not redeemed can still be.",
            "Rispetta Retry-After. Nulla è andato perso: un codice non usato vale ancora."),
        new("too-many-requests", "temporarily_unavailable", "Too many requests of this kind. Wait * seconds.",
            "Honour Retry-After, and look for a loop.",
            "Rispetta Retry-After e cerca un ciclo nella tua applicazione."),
        new("registration-not-read", "invalid_client_metadata",
            "The body must be a JSON object of client metadata, with content type application/json.",
            "Lists are JSON arrays of texts, and no member occurs twice (RFC 7591 §2).",
            "Le liste sono array JSON di testi e nessun membro compare due volte (RFC 7591 §2)."),
        new("no-encryption-key", "temporarily_unavailable",
            "The answer must be encrypted to a key of the client, and none can be had for the registered algorithm.",
            "Publish a public key for that algorithm in your key set, and see that its address answers.",
            "Pubblica una chiave per quell’algoritmo nel tuo key set e verifica che l’indirizzo risponda."),
        Of(
            "insufficient_user_authentication", "Send the person to sign in with the acr_values and max_age of the challenge (RFC 9470).",
            "Chiedi un nuovo accesso con acr_values e max_age indicati (RFC 9470)."),
        Of("invalid_request", "The description names the parameter and the rule.", "La descrizione indica il parametro e la regola."),
        Of("invalid_client", "The client could not be authenticated.", "Il client non è stato autenticato."),
        Of("invalid_grant", "Begin a new sign-in.", "Fai un nuovo accesso."),
        Of("invalid_scope", "The description names the scope.", "La descrizione indica lo scope."),
        Of("invalid_target", "The description names the resource.", "La descrizione indica la resource."),
        Of("invalid_token", "The token is not in force here.", "Il token qui non vale."),
        Of("insufficient_scope", "The token lacks a scope.", "Al token manca uno scope."),
        Of("access_denied", "The person or a policy said no.", "La persona o una regola ha detto di no."),
        Of("unauthorized_client", "The client is not registered for this.", "Il client non è registrato per questo."),
        Of(
            "unsupported_response_type", "See response_types_supported in the discovery document.",
            "Vedi response_types_supported nella discovery."),
        Of(
            "invalid_client_metadata", "The description names the member of the registration and the rule (RFC 7591 §3.2.2).",
            "La descrizione indica il membro della registrazione e la regola (RFC 7591 §3.2.2)."),
        Of(
            "invalid_redirect_uri", "The description says what is wrong with the redirect URI.",
            "La descrizione dice che cosa non va nel redirect URI."),
        Of(
            "invalid_request_object", "The description names what is wrong with the JWT; iss is the client, aud the issuer.",
            "La descrizione dice che cosa non va nel JWT; iss è il client, aud è l’issuer."),
        Of(
            "invalid_authorization_details",
            "The description names what is wrong; authorization_details_types_supported lists the types (RFC 9396).",
            "La descrizione dice che cosa non va; i tipi sono in authorization_details_types_supported (RFC 9396)."),
        Of("request_not_supported", "Send plain parameters, or push them.", "Invia parametri semplici, o inviali al PAR."),
        Of(
            "request_uri_not_supported", "Send plain parameters, or push them and use the request_uri that you get.",
            "Invia parametri semplici, o usa il request_uri ottenuto dal PAR."),
        Of("registration_not_supported", "Register the client first.", "Registra prima il client."),
    ];

    /// <summary>For whatever has this code and no line of its own; the description says more.</summary>
    private static DocumentedError Of(string code, string remedy, string italian) =>
        new(code.Replace('_', '-'), code, null, remedy, italian);
}
