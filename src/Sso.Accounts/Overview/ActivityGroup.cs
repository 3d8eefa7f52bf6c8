using Sso.Data.Operations;
using Sso.Protocol;

namespace Sso.Accounts.Overview;

/// <summary>
/// Lines that belong together, newest first: the steps of one sign-in, or attempts that failed one after the other in the same way.
/// </summary>
public sealed record ActivityGroup(IReadOnlyList<ActivityView> Lines)
{
    /// <summary>The steps of one sign-in take no longer than this.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMinutes(20);

    private static readonly SecurityEventKind[] Steps =
    [
        SecurityEventKind.SignedIn, SecurityEventKind.SecondFactorProved,
        SecurityEventKind.RecoveryCodeUsed, SecurityEventKind.PasswordProved,
    ];

    /// <summary>The line that says what it was: for a sign-in, the one that completed it.</summary>
    public ActivityView Main => Lines.FirstOrDefault(line => line.Kind == SecurityEventKind.SignedIn) ?? Lines[0];

    public bool IsFailure => OwnActivity.IsFailure(Main.Kind);

    public bool IsSignIn => Main.Kind == SecurityEventKind.SignedIn;

    /// <summary>The methods with which it was proved, the password first: two steps may have the same instant.</summary>
    public IEnumerable<ProofMethod> Methods => Lines
        .Select(line => line.Kind == SecurityEventKind.PasswordProved ? ProofMethod.Password : line.Method).OfType<ProofMethod>().Distinct()
        .OrderBy(method => method != ProofMethod.Password);

    public DateTimeOffset From => Lines[^1].At;

    public DateTimeOffset To => Lines[0].At;

    /// <param name="dayOf">The day of an instant where the reader is: no group spans midnight.</param>
    public static IReadOnlyList<ActivityGroup> Of(IEnumerable<ActivityView> lines, Func<DateTimeOffset, DateOnly> dayOf)
    {
        List<List<ActivityView>> groups = [];
        foreach (var line in lines)
        {
            if (groups.Count > 0 && groups[^1] is var last && dayOf(last[0].At) == dayOf(line.At) && Belongs(line, last))
            {
                last.Add(line);
            }
            else
            {
                groups.Add([line]);
            }
        }

        return [.. groups.Select(group => new ActivityGroup(group))];
    }

    private static bool Belongs(ActivityView line, List<ActivityView> group) =>
        OwnActivity.IsFailure(line.Kind)
            ? group.TrueForAll(
                other => (other.Kind, other.Address, other.App, other.Device) == (line.Kind, line.Address, line.App, line.Device))
            : line.SessionId is not null && Steps.Contains(line.Kind) && group[0].At - line.At <= Together
                && group.TrueForAll(other => other.SessionId == line.SessionId && Steps.Contains(other.Kind) && other.Kind != line.Kind);
}
