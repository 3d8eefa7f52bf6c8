using System.Diagnostics;
using Sso.Data.Delivery;

namespace Sso.Delivery;

/// <summary>
/// What the messages say: the code first, because locked screens show the beginning; the brand, how long it is valid, a warning; and last
/// the line that makes the phone fill in the code only on our host (WICG origin-bound one-time codes). A notice says what happened and whom
/// to ask. No link, nothing that a user could have written, one GSM-7 part.
/// </summary>
public sealed class TextTemplates(string brand, string host)
{
    public static IReadOnlyList<string> Languages { get; } = ["it", "en"];

    /// <summary>The text in that language; in English if we do not write that language.</summary>
    public string Write(TextPurpose purpose, string language, string code) => Sentence(purpose, language, code) + $"\n\n@{host} #{code}";

    public string Write(TextNotice notice, string language) => (IsItalian(language), notice) switch
    {
        (true, TextNotice.Test) => $"{brand}: questo è un SMS di prova, chiesto da te nella console.",
        (false, TextNotice.Test) => $"{brand}: this is a test text, which you asked for in the console.",
        (var isItalian, _) => Tell(notice, isItalian),
    };

    private string Tell(TextNotice notice, bool isItalian) => isItalian
        ? $"{brand}: {InItalian(notice)} Non sei stato tu? Leggi la nostra e-mail o contattaci."
        : $"{brand}: {InEnglish(notice)} Wasn't it you? Read our e-mail or contact us.";

    /// <summary>The longest of all messages, to be checked at start.</summary>
    public string Longest() => Languages
        .SelectMany(language => Enum.GetValues<TextNotice>().Select(notice => Write(notice, language))
            .Append(Write(TextPurpose.SignIn, language, "000000"))
            .Append(Write(TextPurpose.Enrolment, language, "000000")))
        .MaxBy(Gsm7.Units)!;

    private string Sentence(TextPurpose purpose, string language, string code) => (IsItalian(language), purpose) switch
    {
        (true, TextPurpose.Enrolment) => $"{code} è il tuo codice di verifica {brand}. Scade tra 5 minuti. Non comunicarlo a nessuno.",
        (true, TextPurpose.SignIn) => $"{code} è il tuo codice di accesso {brand}. Scade tra 5 minuti. Non comunicarlo a nessuno.",
        (false, TextPurpose.Enrolment) =>
            $"{code} is your {brand} verification code. It expires in 5 minutes. Do not share it with anyone.",
        (false, TextPurpose.SignIn) => $"{code} is your {brand} sign-in code. It expires in 5 minutes. Do not share it with anyone.",
        _ => throw new UnreachableException(),
    };

    private static string InItalian(TextNotice notice) => notice switch
    {
        TextNotice.PasswordChanged => "la password del tuo account è cambiata.",
        TextNotice.EmailChanged => "l'indirizzo e-mail del tuo account è cambiato.",
        TextNotice.NumberChanged => "il numero di telefono del tuo account è cambiato.",
        TextNotice.NumberRemoved => "questo numero è stato tolto dal tuo account.",
        TextNotice.FactorAdded => "è stato aggiunto un metodo di autenticazione.",
        TextNotice.FactorRemoved => "è stato tolto un metodo di autenticazione.",
        TextNotice.TwoFactorDisabled => "l'autenticazione a due fattori è stata disattivata.",
        TextNotice.RecoveryCodeUsed => "è stato usato un codice di recupero.",
        TextNotice.FactorsLost => "è stato chiesto di cambiare i metodi di autenticazione.",
        TextNotice.FactorsReplaced => "i tuoi metodi di autenticazione sono stati sostituiti.",
        TextNotice.NumberNotForSignIn => "questo numero non serve più per accedere al tuo account.",
        TextNotice.NumberNotForNotices => "questo numero non riceverà più i nostri avvisi.",
        TextNotice.DeletionRequested => "è stata chiesta la cancellazione del tuo account.",
        _ => throw new UnreachableException(),
    };

    private static string InEnglish(TextNotice notice) => notice switch
    {
        TextNotice.PasswordChanged => "the password of your account was changed.",
        TextNotice.EmailChanged => "the e-mail address of your account was changed.",
        TextNotice.NumberChanged => "the phone number of your account was changed.",
        TextNotice.NumberRemoved => "this number was removed from your account.",
        TextNotice.FactorAdded => "an authentication method was added to your account.",
        TextNotice.FactorRemoved => "an authentication method was removed from your account.",
        TextNotice.TwoFactorDisabled => "two-factor authentication was turned off.",
        TextNotice.RecoveryCodeUsed => "a recovery code was used.",
        TextNotice.FactorsLost => "somebody asked to replace your authentication methods.",
        TextNotice.FactorsReplaced => "your authentication methods were replaced.",
        TextNotice.NumberNotForSignIn => "this number no longer serves to sign in to your account.",
        TextNotice.NumberNotForNotices => "this number will no longer get our notices.",
        TextNotice.DeletionRequested => "the deletion of your account was requested.",
        _ => throw new UnreachableException(),
    };

    private static bool IsItalian(string language) =>
        language.Equals("it", StringComparison.OrdinalIgnoreCase) || language.StartsWith("it-", StringComparison.OrdinalIgnoreCase);
}
