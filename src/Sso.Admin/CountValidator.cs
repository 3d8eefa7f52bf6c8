using FluentValidation;
using FluentValidation.Validators;

namespace Sso.Admin;

/// <summary>A list with so many entries.</summary>
public sealed class CountValidator<T, TList>(int least, int most) : PropertyValidator<T, TList>
    where TList : IReadOnlyCollection<string>
{
    public override string Name => "CountValidator";

    public override bool IsValid(ValidationContext<T> context, TList value) => value.Count >= least && value.Count <= most;
}
