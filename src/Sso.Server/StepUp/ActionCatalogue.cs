using System.Collections.Immutable;

namespace Sso.Server.StepUp;

/// <summary>Says how fresh and strong a sign-in must be for a named action, such as a domain transfer (RFC 9470).</summary>
internal sealed class ActionCatalogue
{
    /// <summary>Ours: the pages of the account area that change something.</summary>
    public const string AccountChange = "account.change";

    /// <summary>A factor must not be changed on the strength of an older proof.</summary>
    internal static readonly TimeSpan LongestAccountChange = InteractionPolicy.EnrolmentAge;

    internal static readonly TimeSpan LongestAge = TimeSpan.FromDays(30);

    internal ActionCatalogue(ActionSettings settings)
    {
        var actions = new Dictionary<string, ActionOptions>(settings.Actions, StringComparer.Ordinal);
        actions.TryAdd(AccountChange, new ActionOptions { MaxAge = LongestAccountChange });
        Rules =
        [
            .. actions.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => new ActionRule(pair.Key, pair.Value.Acr, pair.Value.MaxAge, [.. pair.Value.Scopes])),
        ];
    }

    /// <summary>By name.</summary>
    public ImmutableArray<ActionRule> Rules { get; }

    /// <summary>How old a proof may be for a change to the account.</summary>
    public TimeSpan AccountChangeAge => Rules.First(rule => rule.Name == AccountChange).MaxAge ?? LongestAccountChange;

    /// <summary>The first rule for one of these scopes that a token does not meet.</summary>
    public ActionRule? Unmet(IReadOnlyList<string> scopes, string? acr, DateTimeOffset? authenticatedAt, DateTimeOffset now) =>
        Rules.FirstOrDefault(rule => rule.Scopes.Overlaps(scopes) && !rule.IsMetBy(acr, authenticatedAt, now));
}
