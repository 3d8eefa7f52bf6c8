namespace Sso.Data.Factors;

/// <summary>Things that count once: assertions and proofs that clients make.</summary>
public static class SingleUse
{
    /// <summary>
    /// True for the first on any node; the primary key decides. Stored: a hash, until it would be refused anyway. Nothing
    /// else may be pending in this context.
    /// </summary>
    /// <param name="kind">A constant of the caller.</param>
    /// <param name="name">What it is known by, with whoever made it.</param>
    public static Task<bool> TrySpendAsync(
        this SsoDbContext database, string kind, string name, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellation) =>
        database.TryInsertAsync(
            new AttemptCounter { Key = AttemptCounter.KeyOf(kind, name), Count = 1, WindowStart = now, ExpiresAt = until }, cancellation);
}
