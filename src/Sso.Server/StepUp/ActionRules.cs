using FluentValidation;
using Sso.Settings;

namespace Sso.Server.StepUp;

internal sealed class ActionRules : AbstractValidator<ActionSettings>
{
    public ActionRules() => RuleForEach(settings => settings.Actions).ByKey()
        .Must(action => action.Key.Length is > 0 and <= 60 && action.Key.All(IsOfName))
        .WithMessage("is misnamed: a name has at most 60 small letters, digits and . - _, for example domain.transfer.")
        .Must(action => action.Value is not { Acr: null, MaxAge: null })
        .WithMessage("demands nothing. Set Acr, MaxAge or both.")
        .Must(action => action.Key != ActionCatalogue.AccountChange || IsOnlyYounger(action.Value))
        .WithMessage(
            "may only have a MaxAge of at most 00:05:00; SignIn:AccountPolicy says what else the account area demands.")
        .ChildRules(action =>
        {
            action.RuleFor(one => one.Value.Acr)
                .Must(acr => acr is null || Authentication.AcrValues.Contains(acr))
                .OverridePropertyName(nameof(ActionOptions.Acr))
                .WithMessage($"must be one of {string.Join(", ", Authentication.AcrValues)}.");
            action.RuleFor(one => one.Value.MaxAge)
                .InclusiveBetween(TimeSpan.FromSeconds(30), ActionCatalogue.LongestAge)
                .OverridePropertyName(nameof(ActionOptions.MaxAge))
                .WithMessage("must lie between {From} and {To}.");
            action.RuleForEach(one => one.Value.Scopes)
                .Must(Scopes.Claims.ContainsKey)
                .OverridePropertyName(nameof(ActionOptions.Scopes))
                .WithMessage("holds \"{PropertyValue}\": userinfo guards "
                    + $"{string.Join(", ", Scopes.Claims.Keys.Order(StringComparer.Ordinal))}.");
        });

    private static bool IsOfName(char character) =>
        char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '-' or '_';

    private static bool IsOnlyYounger(ActionOptions action) =>
        action.Acr is null && action.Scopes.Count == 0 && !(action.MaxAge > ActionCatalogue.LongestAccountChange);
}
