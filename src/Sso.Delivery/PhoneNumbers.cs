using System.Collections.Frozen;
using Microsoft.Extensions.Options;

namespace Sso.Delivery;

/// <summary>The numbers that this installation sends to (<c>Delivery:AllowedCountries</c>).</summary>
public sealed class PhoneNumbers(IOptions<DeliveryOptions> options)
{
    private readonly FrozenSet<string> _served = options.Value.Served.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>In the order of the setting: the first is preset in the selector.</summary>
    public IReadOnlyList<Country> Countries { get; } = [.. options.Value.Served.Select(Country.Find).OfType<Country>()];

    public PhoneNumberOutcome Parse(string? country, string? input) => PhoneNumber.Parse(country, input, _served);
}
