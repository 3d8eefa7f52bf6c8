using System.Collections.Immutable;
using Sso.Protocol;

namespace Sso.Admin.Keys;

/// <summary>Whether an application has a key that signs next, or signs since lately.</summary>
public enum FetchState
{
    /// <summary>The key set was not sent to any of its addresses since the key is in it.</summary>
    NotFetched,

    /// <summary>It is at work, and from where is not known.</summary>
    Unknown,

    /// <summary>The key set with the key was sent to one of its addresses.</summary>
    Fetched,
}

/// <param name="At">When the key set was last sent to it, in <see cref="FetchState.Fetched"/> with the key; null: never.</param>
/// <param name="Addresses">From where it asks, the most recent first.</param>
/// <param name="IsShared">True if others ask from the same address, so that the fetch may be theirs.</param>
public sealed record ApplicationFetch(
    string ClientId, string Name, FetchState State, DateTimeOffset? At, ImmutableArray<string> Addresses, bool IsShared);

/// <summary>Keys of one rotation, and who of the applications at work has them.</summary>
/// <param name="Kids">Of one key for each algorithm.</param>
/// <param name="ActiveFrom">When they begin to sign, or began.</param>
/// <param name="Applications">Those that lack them first; without those that evidently need no key set.</param>
public sealed record KeyFetches(
    ImmutableArray<string> Kids, ImmutableArray<string> Algorithms, DateTimeOffset ActiveFrom,
    ImmutableArray<ApplicationFetch> Applications)
{
    public IEnumerable<ApplicationFetch> Lagging => Applications.Where(item => item.State == FetchState.NotFetched);

    public int Count(FetchState state) => Applications.Count(item => item.State == state);

    public FetchCount Summary =>
        new(Count(FetchState.Fetched), Count(FetchState.Unknown), [.. Lagging.Select(item => item.ClientId)]);

    /// <summary>
    /// Only what was sent to an address is known, not who has read it, so this says how it looks. Left out are applications that have
    /// never fetched a key set and evidently go without: machines, which only get tokens for themselves; those that came after the key
    /// began to sign and met no other; and those that went on through the change before this one (OIDC Core §3.1.3.7 lets an application
    /// trust the connection instead of the signature).
    /// </summary>
    /// <param name="keys">All there are.</param>
    /// <param name="when">Which of them are told of.</param>
    /// <param name="applications">The confidential ones that are enabled.</param>
    /// <param name="since">Before that nobody is at work any more.</param>
    internal static ImmutableArray<KeyFetches> Of(
        IReadOnlyCollection<KeyView> keys, Func<KeyView, bool> when, IReadOnlyCollection<FetchingApplication> applications,
        DateTimeOffset since)
    {
        var shared = applications.SelectMany(item => item.Addresses).GroupBy(row => row.Address, StringComparer.Ordinal)
            .Where(rows => rows.Count() > 1).Select(rows => rows.Key).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. keys.Where(key => SigningAlgorithms.All.Contains(key.Algorithm) && when(key))
                .GroupBy(key => (key.ActiveFrom, key.CreatedAt)).OrderBy(rotation => rotation.Key)
                .Select(rotation => new KeyFetches(
                    [.. rotation.Select(key => key.Kid)],
                    [.. rotation.Select(key => key.Algorithm)],
                    rotation.Key.ActiveFrom,
                    [
                        .. applications.Select(item => item.Judge(rotation.First(), Before(rotation.First(), keys), shared, since))
                            .OfType<ApplicationFetch>()
                            .OrderBy(item => item.State).ThenBy(item => item.Name, StringComparer.OrdinalIgnoreCase)
                            .ThenBy(item => item.ClientId, StringComparer.Ordinal),
                    ])),
        ];
    }

    private static KeyView? Before(KeyView key, IEnumerable<KeyView> keys) =>
        keys.Where(other => other.Algorithm == key.Algorithm && other.ActiveFrom < key.ActiveFrom).MaxBy(other => other.ActiveFrom);
}

/// <summary>An address from where an application asks.</summary>
internal sealed record FetchingAddress(
    string Address, DateTimeOffset FirstRequestAt, DateTimeOffset LastRequestAt, DateTimeOffset? FetchedAt, DateTimeOffset? NewestKeyAt);

/// <param name="IsMachine">It gets tokens for itself only.</param>
/// <param name="SecretUsedAt">When one of its secrets was last used; null for another method, or never.</param>
internal sealed record FetchingApplication(
    string Id, string Name, bool IsMachine, DateTimeOffset? SecretUsedAt, ImmutableArray<FetchingAddress> Addresses)
{
    /// <summary>Null if it has nothing to fetch.</summary>
    public ApplicationFetch? Judge(KeyView key, KeyView? before, HashSet<string> shared, DateTimeOffset since)
    {
        var rows = Addresses.Where(row => row.LastRequestAt >= since).OrderByDescending(row => row.LastRequestAt).ToList();
        if (rows.Count == 0)
        {
            return SecretUsedAt >= since && !IsMachine ? Say(FetchState.Unknown, []) : null;
        }

        var having = rows.FindAll(row => row.NewestKeyAt >= key.CreatedAt);
        if (having.Count > 0)
        {
            return Say(FetchState.Fetched, having);
        }

        return rows.TrueForAll(row => row.FetchedAt is null) && (IsMachine || IsUnmoved(key, before, rows))
            ? null
            : Say(FetchState.NotFetched, rows);

        ApplicationFetch Say(FetchState state, List<FetchingAddress> about) => new(
            Id, Name, state, about.Max(row => row.FetchedAt), [.. rows.Select(row => row.Address)],
            about.Count > 0 && about.TrueForAll(row => shared.Contains(row.Address)));
    }

    /// <summary>It met no other key, or went on through the change before.</summary>
    private static bool IsUnmoved(KeyView key, KeyView? before, List<FetchingAddress> rows)
    {
        var first = rows.Min(row => row.FirstRequestAt);
        return first >= key.ActiveFrom || (first < before?.ActiveFrom && rows[0].LastRequestAt > before.ActiveFrom);
    }
}
