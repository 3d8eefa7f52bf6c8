namespace Sso.Protocol;

public sealed partial class OAuthError
{
    /// <summary>What a person did or must do, as an application learns it.</summary>
    private static readonly List<DocumentedError> SignIns = [];

    public static readonly OAuthError LoginRequired = new(Line(
        SignIns, "login-required", "login_required", "prompt=none was sent and the user must sign in.",
        "Nothing was shown, as you asked. Send the same request without prompt=none.",
        "Non è stata mostrata alcuna pagina, come richiesto. Ripeti la richiesta senza prompt=none."));

    public static readonly OAuthError WrongUser = new(Line(
        SignIns, "wrong-user", "login_required", "The user who is signed in is not the one that id_token_hint or the claim sub names.",
        "Another person uses this browser. Forget the session in your application and begin anew.",
        "Nel browser ha fatto accesso un’altra persona. Chiudi la sessione nella tua applicazione e ricomincia."));

    public static readonly OAuthError InteractionRequired = new(Line(
        SignIns, "interaction-required", "interaction_required", "prompt=none was sent and the user must complete a step of the sign-in.",
        "Send the same request without prompt=none.",
        "Manca un passo dell’accesso, per esempio il secondo fattore. Ripeti la richiesta senza prompt=none."));

    public static readonly OAuthError ConsentRequired = new(Line(
        SignIns, "consent-required", "consent_required", "prompt=none was sent and the user must consent.",
        "Send the same request without prompt=none.",
        "Serve il consenso della persona. Ripeti la richiesta senza prompt=none."));

    public static readonly OAuthError Cancelled = new(Line(
        SignIns, "cancelled", "access_denied", "The user cancelled the sign-in.",
        "Show the person where they were, and let them begin again.",
        "La persona ha annullato l’accesso. Riportala dov’era e lasciala ricominciare quando vuole."));

    public static readonly OAuthError Denied = new(Line(
        SignIns, "refused", "access_denied", "The user refused.",
        "Stop asking. The person knows why.",
        "La persona ha detto di no. Non chiedere di nuovo."));

    public static readonly OAuthError UnmetAuthenticationRequirements = new(Line(
        SignIns, "unmet-authentication-requirements", "unmet_authentication_requirements",
        "The demanded authentication cannot be reached by this user.",
        "The acr that you demand needs a method that this person does not have or that is switched off "
            + "for your client. Ask for a weaker one, or tell the person to set one up.",
        "L’acr richiesto vuole un metodo che la persona non ha o che non è attivo per la tua "
            + "applicazione. Chiedine uno più debole, o invita la persona a configurarlo."));

    /// <summary>RFC 8628 §3.5, CIBA Core §11: the client asks again after the interval.</summary>
    public static readonly OAuthError AuthorizationPending = new(Line(
        SignIns, "authorization-pending", "authorization_pending", "The user has not answered yet. Ask again after the interval.",
        "This is no failure: go on asking at the given interval.",
        "Non è un guasto: la persona non ha ancora risposto. Richiedi dopo l’intervallo indicato."));

    /// <summary>RFC 8628 §3.5, CIBA Core §11.</summary>
    public static readonly OAuthError SlowDown = new(Line(
        SignIns, "slow-down", "slow_down", "Asked before the interval was over. The interval is five seconds longer from now on.",
        "Add five seconds to your interval for the rest of this flow.",
        "Hai chiesto prima della fine dell’intervallo. Da ora è più lungo di cinque secondi."));

    public static readonly OAuthError ExpiredToken = new(Line(
        SignIns, "expired-token", "expired_token", "The user did not answer in time, or the answer was not fetched in time. Begin anew.",
        "Begin anew when the person wants to.",
        "Il tempo è finito prima della risposta, o prima che venisse ritirata. Ricomincia."));
}
