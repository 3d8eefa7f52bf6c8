using FluentValidation;

namespace Sso.Delivery.Spending;

internal sealed class BudgetRules : AbstractValidator<BudgetOptions>
{
    public BudgetRules()
    {
        RuleFor(budget => budget.PerHour).Must(IsBounded).WithMessage($"must be more than 0 and at most {Money.Most} euro.");
        RuleFor(budget => budget.PerDay).Must(IsBounded).WithMessage($"must be more than 0 and at most {Money.Most} euro.");
    }

    private static bool IsBounded(decimal euro) => euro is > 0 and <= Money.Most;
}
