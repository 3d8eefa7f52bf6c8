using Sso.Protocol;

namespace Sso.Data.Keys;

/// <summary>
/// When keys are announced, sign and are withdrawn: 14 days of announcement, 90 days of signing, 14 days of publication after that.
/// </summary>
public static class KeySchedule
{
    public static readonly TimeSpan Announcement = TimeSpan.FromDays(14);
    public static readonly TimeSpan Signing = TimeSpan.FromDays(90);
    public static readonly TimeSpan Afterglow = TimeSpan.FromDays(14);

    /// <summary>How long applications may keep the key set.</summary>
    public static readonly TimeSpan CacheAge = TimeSpan.FromMinutes(15);

    /// <summary>How long until every node has read a key: none signs with one that another does not publish.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromSeconds(5);

    /// <summary>How long making a key may take, which is done before the transaction that publishes it.</summary>
    private static readonly TimeSpan Making = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A key wanted at once signs as soon as every key set that anybody may still keep has it: one that was announced long ago, almost
    /// immediately.
    /// </summary>
    public static DateTimeOffset EarliestFor(SigningKeyRow? announced, DateTimeOffset now)
    {
        var known = (announced is null ? now : announced.CreatedAt + Making) + Spread + CacheAge;
        return known > now + Spread ? known : now + Spread;
    }

    /// <summary>
    /// The order of the key set: the keys of the default algorithm first, and of each algorithm the one that signs. Some libraries try the
    /// first key of a set and no other.
    /// </summary>
    public static IEnumerable<SigningKeyRow> InOrder(IReadOnlyCollection<SigningKeyRow> keys, DateTimeOffset now)
    {
        var algorithms = SigningAlgorithms.All.ToList();
        return keys
            .OrderBy(key => algorithms.IndexOf(key.Algorithm) is >= 0 and var place ? place : algorithms.Count)
            .ThenByDescending(key => SigningKey(keys, key.Algorithm, now) == key)
            .ThenBy(key => key.ActiveFrom);
    }

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

    /// <summary>The key that signs: of those active now, the one that became active last.</summary>
    public static SigningKeyRow? SigningKey(IEnumerable<SigningKeyRow> keys, string algorithm, DateTimeOffset now) => keys
        .Where(key => key.Algorithm == algorithm && key.ActiveFrom <= now && now < key.ActiveUntil)
        .MaxBy(key => (key.ActiveFrom, key.Id));
}
