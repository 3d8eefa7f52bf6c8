using FluentValidation;
using FluentValidation.Validators;

namespace Sso.Settings;

/// <summary>One of a few words; null is none of them.</summary>
internal sealed class OneOfValidator<T>(string[] known) : PropertyValidator<T, string?>
{
    public override string Name => "OneOfValidator";

    public override bool IsValid(ValidationContext<T> context, string? value)
    {
        context.MessageFormatter.AppendArgument("Known", known.Length == 1 ? known[0] : $"{string.Join(", ", known[..^1])} or {known[^1]}");
        return known.Contains(value, StringComparer.Ordinal);
    }

    protected override string GetDefaultMessageTemplate(string errorCode) => "is \"{PropertyValue}\". Set it to {Known}.";
}
