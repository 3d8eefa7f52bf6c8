using FluentValidation;
using Sso.Settings;

namespace Sso.Accounts;

internal sealed class SignInRules : AbstractValidator<SignInOptions>
{
    public SignInRules()
    {
        RuleFor(signIn => signIn.AccountPolicy).IsOneOf("required", "when-enrolled");
        RuleFor(signIn => signIn.LostFactor).IsOneOf("wait", SignInOptions.LostFactorByContact);
        RuleFor(signIn => signIn.LostFactorWait).LiesBetween(TimeSpan.FromHours(1), TimeSpan.FromDays(30));
        RuleFor(signIn => signIn.AccountDeletionWait).LiesBetween(TimeSpan.FromDays(1), TimeSpan.FromDays(90));
    }
}
