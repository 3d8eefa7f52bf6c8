using Sso.Protocol;

namespace Sso.Delivery;

/// <summary>
/// A mobile number that may receive a code. Only <see cref="Parse"/> can make one from what a person typed; it prints masked.
/// </summary>
public sealed record PhoneNumber
{
    private const int LongestInput = 64;
    private const int LongestNumber = 15;

    private PhoneNumber(Country country, string national) => (Country, National) = (country, national);

    public Country Country { get; }

    /// <summary>The form that is stored, and that Twilio wants: +393123456789.</summary>
    public string E164 => $"+{Country.CallingCode}{National}";

    /// <summary>Vonage wants no plus: 393123456789.</summary>
    public string ForVonage => Country.CallingCode + National;

    /// <summary>
    /// Calling code and the first three digits, which in many countries name the carrier: what is closed when its codes are not entered.
    /// </summary>
    public string Prefix => $"+{Country.CallingCode}{National[..Math.Min(3, National.Length)]}";

    /// <summary>Ten thousand neighbouring numbers: everything but the last four digits.</summary>
    public string Range => E164[..^Math.Min(4, National.Length)];

    /// <summary>For a person who has not finished signing in; it does not reveal the length.</summary>
    public string Masked => $"+{Country.CallingCode} ••• ••• ••{National[^2..]}";

    /// <summary>For its owner: +39 312 345 6789.</summary>
    public string Grouped => $"+{Country.CallingCode} " + string.Join(' ', Groups());

    private string National { get; }

    /// <summary>Reads what a person typed next to a country selector. A plus in the text wins over the selector.</summary>
    public static PhoneNumberOutcome Parse(string? country, string? input, IReadOnlySet<string> served)
    {
        if (string.IsNullOrWhiteSpace(input))
        {
            return new PhoneNumberOutcome.Empty();
        }

        if (input.Length > LongestInput || Digits(input) is not { } text)
        {
            return new PhoneNumberOutcome.Invalid();
        }

        if (text.Length == 0)
        {
            return new PhoneNumberOutcome.Empty();
        }

        if (text.StartsWith('+'))
        {
            return International(text[1..], country, served);
        }

        if (text.StartsWith("00", StringComparison.Ordinal))
        {
            return International(text[2..], country, served);
        }

        if (Country.Find(country) is not { } selected || !served.Contains(selected.Code))
        {
            return new PhoneNumberOutcome.CountryNotServed();
        }

        return Checked(selected, selected == Country.Italy ? ItalianNumbers.National(text) : selected.WithoutTrunkZero(text));
    }

    /// <summary>A number that was parsed before it was stored.</summary>
    /// <exception cref="FormatException">The text is not a number of a country we know.</exception>
    public static PhoneNumber FromStored(string e164) =>
        e164 is ['+', .. var digits] && digits.All(char.IsAsciiDigit) && Country.OfDigits(digits).FirstOrDefault() is { } country
            && digits.Length >= country.CallingCode.Length + 2
            ? new(country, digits[country.CallingCode.Length..])
            : throw new FormatException("A stored phone number is not in E.164.");

    public override string ToString() => Masked;

    private static PhoneNumberOutcome International(string digits, string? selected, IReadOnlySet<string> served)
    {
        if (digits.Length is < 7 or > LongestNumber || digits.StartsWith('0'))
        {
            return new PhoneNumberOutcome.Invalid();
        }

        // Satellite, shared-cost and premium codes (+800, +808, +87x, +88x, +979) belong to no country and so are never served. Two
        // countries share +1: the selected one, otherwise the first that is served.
        var country = Country.OfDigits(digits)
            .Where(candidate => served.Contains(candidate.Code))
            .OrderByDescending(candidate => candidate.Code.Equals(selected, StringComparison.OrdinalIgnoreCase))
            .FirstOrDefault();
        return country is null
            ? new PhoneNumberOutcome.CountryNotServed()
            : Checked(country, country.WithoutTrunkZero(digits[country.CallingCode.Length..]));
    }

    private static PhoneNumberOutcome Checked(Country country, string national) => country.KindOf(national) switch
    {
        NumberKind.Mobile => new PhoneNumberOutcome.Valid(new(country, national)),
        NumberKind.Other => new PhoneNumberOutcome.NotMobile(),
        NumberKind.Abroad => new PhoneNumberOutcome.CountryNotServed(),
        _ => new PhoneNumberOutcome.Invalid(),
    };

    /// <summary>
    /// ASCII digits with at most one plus in front; null if anything else remains once the separators that people type are dropped.
    /// </summary>
    private static string? Digits(string input)
    {
        var digits = string.Concat(
            TypedText.CleanCode(input).Where(character => !"-./()[] \t".Contains(character, StringComparison.Ordinal)));
        return digits == "+" || digits.LastIndexOf('+') > 0 || !digits.All(character => char.IsAsciiDigit(character) || character == '+')
            ? null
            : digits;
    }

    private IEnumerable<string> Groups()
    {
        var start = 0;
        // Groups of three, and at the end what is left: two, three or four digits.
        while (National.Length - start > 4)
        {
            yield return National.Substring(start, 3);
            start += 3;
        }

        yield return National[start..];
    }
}
