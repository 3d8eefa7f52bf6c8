using System.Globalization;
using System.Text;

namespace Sso.Protocol;

/// <summary>
/// What people type and paste, as they meant it: the one place that knows what keyboards, phones and copied pages put into it. Passwords
/// never come here, and free text (the name of a person or of a phone) keeps its characters.
/// </summary>
public static class TypedText
{
    /// <summary>Names and mail addresses: nothing invisible, plain dashes and spaces, full-width forms as ASCII, NFC, trimmed.</summary>
    public static string Clean(string typed) => Fold(typed, foldDigits: false);

    /// <summary>A code or a number: the same, and the digits of every script as ASCII.</summary>
    public static string CleanCode(string typed) => Fold(typed, foldDigits: true);

    /// <summary>Half a surrogate pair becomes U+FFFD, which no name, code or number has.</summary>
    private static string Fold(string typed, bool foldDigits)
    {
        var text = new StringBuilder(typed.Length);
        foreach (var rune in typed.EnumerateRunes())
        {
            if (!IsInvisible(rune))
            {
                text.Append(Plain(rune, foldDigits));
            }
        }

        return text.ToString().Normalize(NormalizationForm.FormC).Trim();
    }

    private static Rune Plain(Rune rune, bool foldDigits) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.SpaceSeparator => new(' '),
        UnicodeCategory.DashPunctuation => new('-'),
        // The minus sign, the hyphen bullet and the modifier minus.
        _ when rune.Value is 0x2212 or 0x2043 or 0x02D7 => new('-'),
        UnicodeCategory.DecimalDigitNumber when foldDigits => new('0' + (int)Rune.GetNumericValue(rune)),
        _ when rune.Value is >= 0xFF01 and <= 0xFF5E => new(rune.Value - 0xFEE0),
        _ => rune,
    };

    /// <summary>Direction marks, zero-width and joining characters, and whatever else Unicode calls ignorable by default.</summary>
    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format
        || rune.Value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2065 or 0x3164
            or (>= 0xFE00 and <= 0xFE0F) or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF);
}
