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
}
