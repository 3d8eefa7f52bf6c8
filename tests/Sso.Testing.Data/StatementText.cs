using System.Text.RegularExpressions;

namespace Sso.Testing;

/// <summary>
/// What EF Core sends, in one spelling for all databases: names in double quotes, an update beginning with the name of its table, and
/// nothing before the first statement.
/// </summary>
public static partial class StatementText
{
    public static string Of(string command)
    {
        var text = Settings().Replace(Brackets().Replace(command, "\"$1\""), "");
        return AliasedUpdate().Replace(AliasedDelete().Replace(text, "DELETE FROM $2 AS $1"), "UPDATE $3 AS $1 SET $2");
    }

    /// <summary>SQL Server quotes by brackets; an empty pair is none.</summary>
    [GeneratedRegex(@"\[([A-Za-z_][A-Za-z0-9_]*)\]")]
    private static partial Regex Brackets();

    /// <summary>What SQL Server is told about a batch before it.</summary>
    [GeneratedRegex(@"^\s*(SET (NOCOUNT ON|IMPLICIT_TRANSACTIONS (ON|OFF));\s*)+")]
    private static partial Regex Settings();

    [GeneratedRegex("^UPDATE (\"\\w+\")\\s+SET (.*?)\\s+FROM (\"\\w+\") AS \\1", RegexOptions.Singleline)]
    private static partial Regex AliasedUpdate();

    [GeneratedRegex("^DELETE (\"\\w+\")\\s+FROM (\"\\w+\") AS \\1", RegexOptions.Singleline)]
    private static partial Regex AliasedDelete();
}
