using System.Collections.Immutable;

namespace Sso.Admin.Keys;

/// <summary>A signing key as an operator reads it: never its private part.</summary>
public sealed record KeyView
{
    public required string Kid { get; init; }

    public required string Algorithm { get; init; }

    public required KeyState State { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ActiveFrom { get; init; }

    public required DateTimeOffset ActiveUntil { get; init; }

    public required DateTimeOffset PublishedUntil { get; init; }

    /// <summary>Who has it; null for keys of which that is not asked, as they signed for long.</summary>
    public FetchCount? Fetches { get; init; }
}

/// <summary>How many of the applications at work have fetched a key.</summary>
/// <param name="Unknown">Of how many it is not known from where they ask.</param>
/// <param name="NotFetched">The ids of those that were not seen to fetch it.</param>
public sealed record FetchCount(int Fetched, int Unknown, ImmutableArray<string> NotFetched);
