using FluentValidation;

namespace Sso.Delivery;

/// <summary>The part of <see cref="DeliveryOptions"/> that the command line needs, which reads numbers and sends none.</summary>
public sealed class ServedCountryRules : AbstractValidator<DeliveryOptions>
{
    public ServedCountryRules() => RuleForEach(delivery => delivery.AllowedCountries)
        .Must(code => Country.Find(code) is not null)
        .WithMessage($"names \"{{PropertyValue}}\". Known: {string.Join(' ', Country.KnownCodes)}.");
}
