using System.Collections.Immutable;
using Sso.Protocol;
using Sso.Protocol.Authorization;
using Sso.Server.Operations;

namespace Sso.Server.StepUp;

/// <summary>
/// The named actions of this installation (RFC 9470): one place that says how fresh and how strong a sign-in must be for a domain transfer,
/// a payment, or a change of the account. Read once, from section <c>Actions</c> of the configuration.
/// </summary>
public sealed class ActionCatalogue
{
    /// <summary>Ours: the pages of the account area that change something.</summary>
    public const string AccountChange = "account.change";

    /// <summary>A factor must not be changed on an older proof.</summary>
    private static readonly TimeSpan LongestAccountChange = InteractionPolicy.EnrolmentAge;

    private static readonly TimeSpan LongestAge = TimeSpan.FromDays(30);

    private ActionCatalogue(ImmutableArray<ActionRule> rules) => Rules = rules;

    /// <summary>By name.</summary>
    public ImmutableArray<ActionRule> Rules { get; }

    /// <summary>How old a proof may be for a change of the account.</summary>
    public TimeSpan AccountChangeAge => Rules.First(rule => rule.Name == AccountChange).MaxAge ?? LongestAccountChange;

    /// <summary>The catalogue, or what is wrong with the settings as a sentence that names the setting.</summary>
    public static (ActionCatalogue? Catalogue, string? Problem) Read(IConfiguration configuration)
    {
        var options = configuration.ReadSettings<Dictionary<string, ActionOptions>>("Actions");
        if (options.Select(pair => Flaw(pair.Key, pair.Value)).OfType<string>().FirstOrDefault() is { } flaw)
        {
            return (null, flaw);
        }

        options.TryAdd(AccountChange, new ActionOptions { MaxAge = LongestAccountChange });
        return (new(
        [
            .. options.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => new ActionRule(pair.Key, pair.Value.Acr, pair.Value.MaxAge, [.. pair.Value.Scopes])),
        ]), null);
    }

    /// <summary>The first rule for one of these scopes that a token does not meet.</summary>
    public ActionRule? Unmet(IReadOnlyList<string> scopes, string? acr, DateTimeOffset? authenticatedAt, DateTimeOffset now) =>
        Rules.FirstOrDefault(rule => rule.Scopes.Overlaps(scopes) && !rule.IsMetBy(acr, authenticatedAt, now));

    private static string? Flaw(string name, ActionOptions action) => action switch
    {
        _ when name.Length > 60 || !name.All(
            character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '-' or '_') =>
            $"Actions:{name}: a name has at most 60 small letters, digits and . - _, for example domain.transfer.",
        { Acr: null, MaxAge: null } => $"Actions:{name} demands nothing. Set Acr, MaxAge or both.",
        { Acr: { } acr } when !Authentication.AcrValues.Contains(acr) =>
            $"Actions:{name}:Acr must be one of {string.Join(", ", Authentication.AcrValues)}.",
        { MaxAge: { } age } when age < TimeSpan.FromSeconds(30) || age > LongestAge =>
            $"Actions:{name}:MaxAge must lie between 00:00:30 and 30.00:00:00.",
        _ when action.Scopes.FirstOrDefault(scope => !Scopes.Claims.ContainsKey(scope)) is { } scope =>
            $"Actions:{name}:Scopes holds \"{scope}\": userinfo guards "
                + $"{string.Join(", ", Scopes.Claims.Keys.Order(StringComparer.Ordinal))}.",
        _ when name == AccountChange && (action.Acr is not null || action.Scopes.Count > 0 || action.MaxAge > LongestAccountChange) =>
            $"Actions:{AccountChange} may only have a MaxAge of at most 00:05:00; SignIn:AccountPolicy says what "
                + "else the account area demands.",
        _ => null,
    };
}
