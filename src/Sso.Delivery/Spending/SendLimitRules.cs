using System.Linq.Expressions;
using FluentValidation;
using Sso.Settings;

namespace Sso.Delivery.Spending;

internal sealed class SendLimitRules : AbstractValidator<SendLimitOptions>
{
    public SendLimitRules()
    {
        foreach (var limit in (Expression<Func<SendLimitOptions, int>>[])
            [
                limits => limits.PerNumberAndHour, limits => limits.PerNumberAndDay, limits => limits.PerAccountAndDay,
                limits => limits.PerAddressAndHour, limits => limits.PerRangeAndHour, limits => limits.PerPrefixAndHour,
                limits => limits.PerHour, limits => limits.PerDay,
            ])
        {
            RuleFor(limit).LiesBetween(1, 1_000_000);
        }
    }
}
