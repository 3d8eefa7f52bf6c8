using System.Data.Common;

namespace Sso.Data.Factors;

/// <summary>Things that count once: assertions and proofs made by clients.</summary>
public static class SingleUse
{
    private static readonly HotStatement Insertion = HotStatement.InsertOf<AttemptCounter>();

    /// <summary>
    /// True for the first on any node; the primary key decides. Stored: a hash, until it would be refused anyway. Not to be called inside a
    /// transaction, which an existing key would end.
    /// </summary>
    /// <param name="kind">A constant of the caller.</param>
    /// <param name="name">The name by which it is known, with that of whoever made it.</param>
    public static async Task<bool> TrySpendAsync(
        this SsoDbContext database, string kind, string name, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellation)
    {
        var row = new AttemptCounter { Key = AttemptCounter.KeyOf(kind, name), Count = 1, WindowStart = now, ExpiresAt = until };
        try
        {
            return await Insertion.ExecuteAsync(database, HotStatement.ValuesOf(database, row), cancellation) == 1;
        }
        catch (DbException exception) when (database.IsDuplicateKey(exception))
        {
            return false;
        }
    }
}
