using FluentValidation;
using Sso.Settings;

namespace Sso.Delivery.Spending;

internal sealed class ConversionRules : AbstractValidator<ConversionOptions>
{
    public ConversionRules()
    {
        RuleFor(conversion => conversion.Sample).InclusiveBetween(5, 1000).WithMessage("must lie between {From} and {To} texts.");
        RuleFor(conversion => conversion.Floor)
            .Must(part => part is >= 0 and < 1).WithMessage("must be at least 0 (never closes) and below 1.");
        RuleFor(conversion => conversion.Pause).LiesBetween(TimeSpan.FromMinutes(1), TimeSpan.FromDays(1));
    }
}
