using FluentValidation;
using FluentValidation.Validators;

namespace Sso.Settings;

/// <summary>An absolute address of one of these schemes; null is no address and nothing to refuse.</summary>
internal sealed class AddressValidator<T>(string[] schemes) : PropertyValidator<T, string?>
{
    public override string Name => "AddressValidator";

    public override bool IsValid(ValidationContext<T> context, string? value) => value is null
        || (value.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0
            && Uri.TryCreate(value, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme, StringComparer.Ordinal));

    protected override string GetDefaultMessageTemplate(string errorCode) =>
        $"is \"{{PropertyValue}}\": write an address that begins with {string.Join(" or ", schemes)}:.";
}
