using FluentValidation;
using FluentValidation.Validators;

namespace Sso.Settings;

/// <summary>The name of a file that is there; null is nothing to refuse.</summary>
internal sealed class FileValidator<T> : PropertyValidator<T, string?>
{
    public override string Name => "FileValidator";

    public override bool IsValid(ValidationContext<T> context, string? value) => value is null || File.Exists(value);

    protected override string GetDefaultMessageTemplate(string errorCode) => "is \"{PropertyValue}\", and there is no such file.";
}
