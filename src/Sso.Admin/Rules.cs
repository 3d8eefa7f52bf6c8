using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;
using FluentValidation.Validators;

namespace Sso.Admin;

/// <summary>
/// Our use of FluentValidation: every rule says what is wrong and how to correct it, and a field is named as scripts write it.
/// </summary>
public static class Rules
{
    /// <summary>The sentence for the rule before it.</summary>
    public static IRuleBuilderOptions<T, TProperty> Says<T, TProperty>(
        this IRuleBuilderOptions<T, TProperty> rule, string what, string remedy) =>
        // FluentValidation would read braces as placeholders.
        rule.WithMessage(_ => what).WithState(_ => remedy);

    /// <summary>1 to so many characters on one line, where there is a text at all.</summary>
    public static IRuleBuilderOptions<T, string?> IsOneLine<T>(this IRuleBuilder<T, string?> rule, int longest) =>
        rule.SetValidator(new OneLineValidator<T>(longest));

    /// <summary>A list with so many entries.</summary>
    public static IRuleBuilderOptions<T, TList> HasBetween<T, TList>(this IRuleBuilder<T, TList> rule, int least, int most)
        where TList : IReadOnlyCollection<string> =>
        rule.SetValidator(new CountValidator<T, TList>(least, most));

    /// <summary>A rule that is a function from the value to its flaw.</summary>
    public static IRuleBuilderOptionsConditions<T, TProperty> HasNoFlaw<T, TProperty>(
        this IRuleBuilder<T, TProperty> rule, Func<T, TProperty, Flaw?> find) =>
        rule.Custom((value, context) =>
        {
            if (find(context.InstanceToValidate, value) is { } flaw)
            {
                context.AddFailure(new ValidationFailure(context.PropertyPath, flaw.What) { CustomState = flaw.Remedy });
            }
        });

    /// <summary>Null if every rule holds.</summary>
    public static Refusal? Check<T>(this AbstractValidator<T> rules, T input)
    {
        var result = rules.Validate(input);
        return result.IsValid ? null : Refusal.Invalid([.. result.Errors.Select(ToProblem)]);
    }

    private static FieldProblem ToProblem(ValidationFailure failure) =>
        new(
            JsonNamingPolicy.SnakeCaseLower.ConvertName(WithoutIndex(failure.PropertyName)),
            failure.ErrorMessage, failure.CustomState as string ?? "");

    /// <summary>A list is one field; the sentence quotes the value.</summary>
    private static string WithoutIndex(string property) =>
        property.IndexOf('[', StringComparison.Ordinal) is > 0 and var end ? property[..end] : property;
}

/// <summary>What is wrong with one value and how to correct it, in words for the operator.</summary>
public record Flaw(string What, string Remedy);

/// <summary>A list with so many entries.</summary>
public sealed class CountValidator<T, TList>(int least, int most) : PropertyValidator<T, TList>
    where TList : IReadOnlyCollection<string>
{
    public override string Name => "CountValidator";

    public override bool IsValid(ValidationContext<T> context, TList value) => value.Count >= least && value.Count <= most;
}

/// <summary>A text that somebody reads on one line, neither empty nor too long; null is nothing to refuse.</summary>
public sealed class OneLineValidator<T>(int longest) : PropertyValidator<T, string?>
{
    public override string Name => "OneLineValidator";

    public override bool IsValid(ValidationContext<T> context, string? value) =>
        value is null || (value.Trim().Length > 0 && value.Trim().Length <= longest && !value.Any(char.IsControl));
}
