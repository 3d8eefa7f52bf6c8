namespace Sso.Protocol.Errors;

/// <summary>What a person did or must do, as an application learns it.</summary>
internal static class SignInErrors
{
    public static readonly IReadOnlyList<DocumentedError> All =
    [
        new("login-required", "login_required", "prompt=none was sent and the user must sign in.",
            "Nothing was shown, as you asked. Send the same request without prompt=none.",
            "Non è stata mostrata alcuna pagina, come richiesto. Ripeti la richiesta senza prompt=none."),
        new("wrong-user", "login_required", "The user who is signed in is not the one that id_token_hint or the claim sub names.",
            "Another person uses this browser. Forget the session in your application and begin anew.",
            "Nel browser ha fatto accesso un’altra persona. Chiudi la sessione nella tua applicazione e ricomincia."),
        new("interaction-required", "interaction_required", "prompt=none was sent and the user must complete a step of the sign-in.",
            "Send the same request without prompt=none.",
            "Manca un passo dell’accesso, per esempio il secondo fattore. Ripeti la richiesta senza prompt=none."),
        new("consent-required", "consent_required", "prompt=none was sent and the user must consent.",
            "Send the same request without prompt=none.",
            "Serve il consenso della persona. Ripeti la richiesta senza prompt=none."),
        new("account-selection-required", "account_selection_required", "prompt=none was sent and the user must choose an account.",
            "Send the same request without prompt=none.",
            "La persona deve scegliere un account. Ripeti la richiesta senza prompt=none."),
        new("cancelled", "access_denied", "The user cancelled the sign-in.",
            "Show the person where they were, and let them begin again.",
            "La persona ha annullato l’accesso. Riportala dov’era e lasciala ricominciare quando vuole."),
        new("refused", "access_denied", "The user refused.",
            "Stop asking. The person knows why.",
            "La persona ha detto di no. Non chiedere di nuovo."),
        new("unmet-authentication-requirements", "unmet_authentication_requirements",
            "The demanded authentication cannot be reached by this user.",
            "The acr that you demand needs a method that this person does not have or that is switched off for your client. Ask for "
                + "a weaker one, or tell the person to set one up.",
            "L’acr richiesto vuole un metodo che la persona non ha o che non è attivo per la tua applicazione. Chiedine uno più "
                + "debole, o invita la persona a configurarlo."),
        new("authorization-pending", "authorization_pending", "The user has not answered yet. Ask again after the interval.",
            "This is no failure: go on asking at the given interval.",
            "Non è un guasto: la persona non ha ancora risposto. Richiedi dopo l’intervallo indicato."),
        new("slow-down", "slow_down", "Asked before the interval was over. The interval is five seconds longer from now on.",
            "Add five seconds to your interval for the rest of this flow.",
            "Hai chiesto prima della fine dell’intervallo. Da ora è più lungo di cinque secondi."),
        new("expired-token", "expired_token", "The user did not answer in time, or the answer was not fetched in time. Begin anew.",
            "Begin anew when the person wants to.",
            "Il tempo è finito prima della risposta, o prima che venisse ritirata. Ricomincia."),
    ];
}
