using FluentValidation;

namespace Sso.Settings;

/// <summary>Rules that several sections share. A message goes on where the name of the setting ends.</summary>
public static class SettingsRules
{
    public static IRuleBuilderOptions<T, TProperty> LiesBetween<T, TProperty>(
        this IRuleBuilder<T, TProperty> rule, TProperty least, TProperty most)
        where TProperty : IComparable<TProperty>, IComparable =>
        rule.InclusiveBetween(least, most).WithMessage("must lie between {From} and {To}.");

    public static IRuleBuilderOptions<T, string?> IsOneOf<T>(this IRuleBuilder<T, string?> rule, params string[] known) =>
        rule.SetValidator(new OneOfValidator<T>(known));

    /// <summary>An absolute address of one of these schemes, in the characters that RFC 3986 §2 gives it.</summary>
    public static IRuleBuilderOptions<T, string?> IsAddress<T>(this IRuleBuilder<T, string?> rule, params string[] schemes) =>
        rule.SetValidator(new AddressValidator<T>(schemes));

    public static IRuleBuilderOptions<T, string?> IsFile<T>(this IRuleBuilder<T, string?> rule) =>
        rule.SetValidator(new FileValidator<T>());

    /// <summary>The members are named by their keys.</summary>
    public static IRuleBuilderInitialCollection<T, KeyValuePair<string, TValue>> ByKey<T, TValue>(
        this IRuleBuilderInitialCollection<T, KeyValuePair<string, TValue>> rule) =>
        rule.OverrideIndexer((_, _, member, _) => $"[{member.Key}]");
}
