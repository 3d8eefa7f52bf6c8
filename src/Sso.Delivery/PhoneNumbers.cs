using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Sso.Delivery;

/// <summary>The numbers that this installation sends to (<c>Delivery:AllowedCountries</c>).</summary>
public sealed class PhoneNumbers(IOptions<DeliveryOptions> options)
{
    private static readonly FrozenSet<string> Known = Country.KnownCodes.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly FrozenSet<string> _served = options.Value.AllowedCountries.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>In the order of the setting: the first is preset in the selector.</summary>
    public IReadOnlyList<Country> Countries { get; } = [.. options.Value.AllowedCountries.Select(Country.Find).OfType<Country>()];

    public PhoneNumberOutcome Parse(string? country, string? input) => PhoneNumber.Parse(country, input, _served);

    /// <summary>
    /// A number by which somebody is looked for: of any country, since others may have been served when it was proved. Without a country
    /// code it is one of the first country of the setting.
    /// </summary>
    public PhoneNumberOutcome ParseSought(string? input) =>
        PhoneNumber.Parse(Countries is [var first, ..] ? first.Code : null, input, Known);
}

/// <summary>The outcome of reading a number that a person typed.</summary>
public abstract record PhoneNumberOutcome
{
    private PhoneNumberOutcome()
    {
    }

    /// <summary>If the number's country is not the selected one, the page switches the selector and says so.</summary>
    public sealed record Valid(PhoneNumber Number) : PhoneNumberOutcome;

    public sealed record Empty : PhoneNumberOutcome;

    public sealed record Invalid : PhoneNumberOutcome;

    /// <summary>A number of that country, but fixed, premium or another kind that cannot receive texts.</summary>
    public sealed record NotMobile : PhoneNumberOutcome;

    public sealed record CountryNotServed : PhoneNumberOutcome;
}
