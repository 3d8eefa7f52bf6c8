namespace Sso.Data.Keys;

/// <summary>
/// When keys are announced, sign and leave: 14 days of announcement, 90 days of signing, 14 days of publication after that.
/// </summary>
public static class KeySchedule
{
    public static readonly TimeSpan Announcement = TimeSpan.FromDays(14);
    public static readonly TimeSpan Signing = TimeSpan.FromDays(90);
    public static readonly TimeSpan Afterglow = TimeSpan.FromDays(14);

    /// <summary>
    /// A key that is wanted at once signs only when every node has read it, so that no node signs with a key
    /// that another does not publish (F17).
    /// </summary>
    public static readonly TimeSpan Spread = TimeSpan.FromSeconds(5);

    public static (DateTimeOffset ActiveUntil, DateTimeOffset PublishedUntil) TimesFor(DateTimeOffset activeFrom) =>
        (activeFrom + Signing, activeFrom + Signing + Afterglow);

    /// <summary>
    /// The keys that are missing now, each with the time from which it signs. The first key of an algorithm signs at once; a successor is
    /// made when the latest key has no more than the announcement period left.
    /// </summary>
    public static IEnumerable<(string Algorithm, DateTimeOffset ActiveFrom)> Missing(
        IReadOnlyCollection<SigningKeyRow> keys, IEnumerable<string> algorithms, DateTimeOffset now)
    {
        foreach (var algorithm in algorithms)
        {
            var lastEnd = keys.Where(key => key.Algorithm == algorithm).Select(key => (DateTimeOffset?)key.ActiveUntil).Max();
            if (lastEnd is null || lastEnd <= now)
            {
                yield return (algorithm, now);
            }
            else if (lastEnd - now <= Announcement)
            {
                yield return (algorithm, lastEnd.Value);
            }
        }
    }

    /// <summary>The key that signs: among those active now the one that became active last.</summary>
    public static SigningKeyRow? SigningKey(IEnumerable<SigningKeyRow> keys, string algorithm, DateTimeOffset now) => keys
        .Where(key => key.Algorithm == algorithm && key.ActiveFrom <= now && now < key.ActiveUntil)
        .MaxBy(key => (key.ActiveFrom, key.Id));
}
