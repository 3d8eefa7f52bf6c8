using Sso.Data.People;

namespace Sso.Admin.Brands;

/// <summary>What a support contact means to a browser: an address to write to, a number to call or a page.</summary>
public static class SupportLink
{
    private const int Longest = 200;

    /// <summary>Null for anything else.</summary>
    public static string? Of(string contact) => contact.Trim() switch
    {
        { Length: > Longest } => null,
        var page when page.StartsWith("https://", StringComparison.Ordinal) => Uri.TryCreate(page, UriKind.Absolute, out _) ? page : null,
        var number when number.All(character => char.IsAsciiDigit(character) || character is '+' or ' ')
            && number.Count(char.IsAsciiDigit) is >= 3 and <= 15 =>
            "tel:" + number.Replace(" ", "", StringComparison.Ordinal),
        var address when EmailAddress.IsPossible(address) => "mailto:" + address,
        _ => null,
    };
}
