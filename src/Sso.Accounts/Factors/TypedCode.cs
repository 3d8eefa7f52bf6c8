using Sso.Protocol;

namespace Sso.Accounts.Factors;

/// <summary>Codes as people type and paste them: spaces, hyphens and the digits of other scripts are not mistakes.</summary>
internal static class TypedCode
{
    /// <summary>Six ASCII digits.</summary>
    public static Result<string, CodeOutcome> SixDigits(string? typed) => Read(typed, static text =>
    {
        var code = string.Concat(
            TypedText.CleanCode(text).Where(character => !char.IsWhiteSpace(character) && character is not ('-' or '.')));
        return code.Length == 6 && code.All(char.IsAsciiDigit) ? code : null;
    });

    /// <param name="clean">The code in its one spelling; null if it has not the shape of one.</param>
    public static Result<string, CodeOutcome> Read(string? typed, Func<string, string?> clean) =>
        string.IsNullOrWhiteSpace(typed) ? new CodeOutcome.Empty()
        : clean(typed) is { } code ? code
        : new CodeOutcome.Format();
}
