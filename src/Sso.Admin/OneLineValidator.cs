using FluentValidation;
using FluentValidation.Validators;

namespace Sso.Admin;

/// <summary>A text that somebody reads on one line, neither empty nor too long; null is nothing to refuse.</summary>
public sealed class OneLineValidator<T>(int longest) : PropertyValidator<T, string?>
{
    public override string Name => "OneLineValidator";

    public override bool IsValid(ValidationContext<T> context, string? value) =>
        value is null || (value.Trim().Length > 0 && value.Trim().Length <= longest && !value.Any(char.IsControl));
}
