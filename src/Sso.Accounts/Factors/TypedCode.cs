using Sso.Protocol;

namespace Sso.Accounts.Factors;

/// <summary>Codes as people type and paste them: spaces, hyphens and the digits of other scripts are not mistakes.</summary>
internal static class TypedCode
{
    /// <summary>Six ASCII digits; null if there are not six.</summary>
    public static string? SixDigits(string typed)
    {
        var code = string.Concat(
            TypedText.CleanCode(typed).Where(character => !char.IsWhiteSpace(character) && character is not ('-' or '.')));
        return code.Length == 6 && code.All(char.IsAsciiDigit) ? code : null;
    }
}
