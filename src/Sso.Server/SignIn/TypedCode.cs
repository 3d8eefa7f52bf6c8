using System.Globalization;

namespace Sso.Server.SignIn;

/// <summary>Codes as people type and paste them: spaces, hyphens and the digits of other scripts are no mistake.</summary>
internal static class TypedCode
{
    /// <summary>Six ASCII digits; null when there are not six.</summary>
    public static string? SixDigits(string typed)
    {
        var digits = typed.Where(character => char.GetUnicodeCategory(character) == UnicodeCategory.DecimalDigitNumber)
            .Select(character => (char)('0' + (int)char.GetNumericValue(character))).ToArray();
        var onlySeparators = typed.All(character => char.IsWhiteSpace(character) || character is '-' or '.' || char.IsDigit(character)
            || char.GetUnicodeCategory(character) is UnicodeCategory.DashPunctuation or UnicodeCategory.Format);
        return onlySeparators && digits.Length == 6 ? new string(digits) : null;
    }
}
