namespace Sso.Data.SqlServer;

/// <summary>What a database on SQL Server has to be set to, and the statements that set it.</summary>
/// <param name="Collation">That of the database, and so of every text column of ours and of every text that the server makes
/// itself.</param>
/// <param name="IsSnapshot">READ_COMMITTED_SNAPSHOT is on.</param>
public sealed record DatabaseSettings(string Collation, bool IsSnapshot)
{
    /// <summary>
    /// Names, codes and addresses are compared as they are written: another collation takes SHOP for shop and ß for ss, and so does a
    /// unique index. It is set for the whole database, because EF Core sends lists as JSON, which has the collation of the database.
    /// </summary>
    public const string Binary = "Latin1_General_100_BIN2";

    public const string Query =
        "SELECT CONVERT(nvarchar(128), DATABASEPROPERTYEX(DB_NAME(), 'Collation')) AS [Collation], "
        + "[is_read_committed_snapshot_on] AS [IsSnapshot]\n"
        + "FROM [sys].[databases] WHERE [database_id] = DB_ID()";

    public const string SetCollation = "ALTER DATABASE CURRENT COLLATE " + Binary;

    /// <summary>Fails at once if somebody is connected, instead of waiting for them.</summary>
    public const string SetSnapshot = "ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ON WITH NO_WAIT";

    public bool IsBinary =>
        Collation.EndsWith("_BIN2", StringComparison.Ordinal) || Collation.EndsWith("_BIN2_UTF8", StringComparison.Ordinal);

    /// <summary>Null if nothing is wrong.</summary>
    public string? Flaw => !IsBinary
            ? $"The collation of the database is {Collation}, which takes different names for one. "
                + $"Make the database with COLLATE {Binary}, and then run: sso db migrate"
        : !IsSnapshot
            ? "READ_COMMITTED_SNAPSHOT is off, so that readers wait for writers. "
                + $"Stop the server and run as the owner of the database: {SetSnapshot}"
        : null;
}
