using FluentValidation;
using Sso.Settings;

namespace Sso.Server.Authorization;

internal sealed class AuthorizationTypeRules : AbstractValidator<AuthorizationTypeSettings>
{
    public AuthorizationTypeRules()
    {
        RuleForEach(settings => settings.AuthorizationTypes).ChildRules(type =>
        {
            type.RuleFor(one => one.Type)
                .Matches("^[!#-\\[\\]-~]{1,200}\\z")
                .WithMessage("must have 1 to 200 printable characters without spaces, quotes and backslash.");
            type.RuleFor(one => one.English)
                .NotEmpty().WithMessage("is missing: what people read at consent, such as \"make a payment\".");
            type.RuleFor(one => one.Italian)
                .NotEmpty().WithMessage("is missing: what people read at consent, such as \"fare un pagamento\".");
            type.RuleForEach(one => one.Fields).ByKey()
                .Must(field => DetailField.Parse(field.Value) is not null)
                .WithMessage("must be string, number, boolean, object or array, with ! behind it where it is required.")
                .Must(field => field.Key is not ("type" or "actions" or "locations"))
                .WithMessage("has a meaning of its own (RFC 9396 §2). Leave it out.");
        });
        RuleForEach(settings => settings.AuthorizationTypes.GroupBy(type => type.Type))
            .Must(types => types.Count() == 1)
            .OverridePropertyName(settings => settings.AuthorizationTypes)
            .WithMessage((_, types) => $"names \"{types.Key}\" twice.");
    }
}
