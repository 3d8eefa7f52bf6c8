using FluentValidation;
using Sso.Settings;

namespace Sso.Accounts.Limits;

internal sealed class LimitRules : AbstractValidator<LimitOptions>
{
    public LimitRules()
    {
        RuleFor(limits => limits.Pushes).LiesBetween(1, 10_000);
        RuleFor(limits => limits.Fetches).LiesBetween(1, 1_000);
        RuleFor(limits => limits.Proofs).LiesBetween(1, 100_000);
        RuleFor(limits => limits.ApiRequests).LiesBetween(1, 100_000);
    }
}
