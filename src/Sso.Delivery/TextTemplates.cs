using Sso.Data.Delivery;

namespace Sso.Delivery;

/// <summary>
/// What the messages say: the code first, because locked screens show the beginning; the brand, its life, a warning; and last the line that lets the
/// phone fill the code in on our host only (WICG origin-bound one-time codes). No link, nothing a user could have written, one GSM-7 part.
/// </summary>
public sealed class TextTemplates(string brand, string host)
{
    public static IReadOnlyList<string> Languages { get; } = ["it", "en"];

    /// <summary>The text in that language; in English when we do not write it.</summary>
    public string Write(TextPurpose purpose, string language, string code) => Sentence(purpose, language, code) + $"\n\n@{host} #{code}";

    /// <summary>The longest of all messages, to be checked at start.</summary>
    public string Longest() => Languages
        .SelectMany(language => Enum.GetValues<TextPurpose>().Select(purpose => Write(purpose, language, "000000")))
        .MaxBy(Gsm7.Units)!;

    private string Sentence(TextPurpose purpose, string language, string code) => (IsItalian(language), purpose) switch
    {
        (true, TextPurpose.Enrolment) => $"{code} è il tuo codice di verifica {brand}. Scade tra 5 minuti. Non comunicarlo a nessuno.",
        (true, _) => $"{code} è il tuo codice di accesso {brand}. Scade tra 5 minuti. Non comunicarlo a nessuno.",
        (false, TextPurpose.Enrolment) => $"{code} is your {brand} verification code. It expires in 5 minutes. Do not share it with anyone.",
        (false, _) => $"{code} is your {brand} sign-in code. It expires in 5 minutes. Do not share it with anyone.",
    };

    private static bool IsItalian(string language) =>
        language.Equals("it", StringComparison.OrdinalIgnoreCase) || language.StartsWith("it-", StringComparison.OrdinalIgnoreCase);
}
