using System.Text.RegularExpressions;

namespace Sso.Data.People;

/// <summary>
/// Which addresses an account may have (RFC 5321 §4.1.2, RFC 6531 §3.3): a local part without quotes, one at sign, a domain name. Nothing
/// that a mail program reads as a display name, a comment, a second recipient or a change of writing direction.
/// </summary>
public static partial class EmailAddress
{
    private const int Longest = 254;
    private const string Atom = @"[\p{L}\p{N}\p{M}!#$%&'*+/=?^_`{|}~-]+";
    private const string Label = @"[\p{L}\p{N}\p{M}]+(?:-+[\p{L}\p{N}\p{M}]+)*";

    public static bool IsPossible(string email) =>
        email.Trim() is { Length: <= Longest } trimmed && Grammar().IsMatch(trimmed) && SignInName.Normalize(trimmed).Length <= 256;

    /// <summary>"a•••@example.it"</summary>
    public static string Mask(string address) =>
        address.LastIndexOf('@') is > 0 and var at ? $"{address[0]}•••{address[at..]}" : "•••";

    [GeneratedRegex($@"\A{Atom}(?:\.{Atom})*@{Label}(?:\.{Label})*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Grammar();
}
