namespace Sso.Protocol;

public sealed partial class OAuthError
{
    /// <summary>Proofs of possession and certificates, to which tokens are bound.</summary>
    private static readonly List<DocumentedError> Keys = [];

    /// <summary>RFC 9449 §8.</summary>
    public static readonly OAuthError UseDpopNonce = new(Line(
        Keys, "dpop-nonce", "use_dpop_nonce", "The DPoP proof must carry the nonce of the header DPoP-Nonce. Make a new proof with it.",
        "Put the value of the header DPoP-Nonce of this answer into the proof as nonce and send the request again "
            + "(RFC 9449 §8). Libraries do this by themselves. Each answer may bring a newer one.",
        "Metti il valore dell’header DPoP-Nonce di questa risposta nella proof, come nonce, e ripeti la richiesta (RFC 9449 §8).",
        statusAtResource: 401));

    /// <summary>RFC 9449 §5.2.</summary>
    public static readonly OAuthError DpopProofMissing = new(Line(
        Keys, "dpop-missing", "invalid_dpop_proof", "This client gets tokens only with a DPoP proof, and none was sent.",
        "Send the header DPoP with each token request (RFC 9449 §5), or have an operator register the client without --dpop.",
        "Invia l’header DPoP in ogni richiesta di token (RFC 9449 §5), oppure fai registrare il client senza --dpop.",
        statusAtResource: 401));

    private static readonly DocumentedError InvalidDpopProofLine = Line(
        Keys, "dpop-invalid", "invalid_dpop_proof", "The DPoP proof is missing, was used before, or is not for this request.",
        "Make a new proof for every request: typ dpop+jwt, the public key as jwk, htm and htu of the "
            + "request, iat of now, a new jti, and with an access token its ath (RFC 9449 §4.2). A proof counts "
            + "once and for a minute. Why it was refused stands in the log.",
        "Fai una proof nuova per ogni richiesta: typ dpop+jwt, chiave pubblica in jwk, htm e htu della "
            + "richiesta, iat di adesso, jti nuovo e, con un access token, ath (RFC 9449 §4.2).",
        statusAtResource: 401);

    public static OAuthError InvalidDpopProof(string why) => new(InvalidDpopProofLine, reason: why);

    public static readonly OAuthError DpopKeyFormat = new(Line(
        Keys, "dpop-key-format", InvalidRequest, "The dpop_jkt must be 43 characters of base64url.",
        "It is the SHA-256 thumbprint of the key that will sign the proofs (RFC 7638).",
        "È l’impronta SHA-256 della chiave che firmerà le proof (RFC 7638)."));

    /// <summary>RFC 8705 §3.4.</summary>
    public static readonly OAuthError CertificateMissing = new(Line(
        Keys, "certificate-missing", InvalidRequest,
        "This client gets tokens only with its certificate (mutual TLS) or a DPoP proof, and none was shown.",
        "Connect with the client certificate, to the addresses of mtls_endpoint_aliases where the metadata has them (RFC 8705 §3, §5).",
        "Collegati con il certificato del client, agli indirizzi di mtls_endpoint_aliases se la discovery li riporta (RFC 8705)."));

    public static readonly OAuthError AccessTokenTwice = new(Line(
        Keys, "access-token-twice", InvalidRequest, "The access token is sent more than once.",
        "Send it in the Authorization header only (RFC 6750 §2).",
        "Invialo solo nell’header Authorization (RFC 6750 §2)."));
}
