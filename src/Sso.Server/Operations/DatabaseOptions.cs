using System.ComponentModel;
using Microsoft.Data.Sqlite;

namespace Sso.Server.Operations;

/// <summary>Section <c>Database</c> of the configuration.</summary>
internal sealed record DatabaseOptions
{
    internal const string Sqlite = "Sqlite";

    internal const string PostgreSql = "PostgreSql";

    internal const string SqlServer = "SqlServer";

    private const string UsualFile = "Data Source=sso.db";

    /// <summary>Sqlite, PostgreSql or SqlServer.</summary>
    public string Provider { get; init; } = Sqlite;

    /// <summary>Only SQLite has a file of its own where it is not set.</summary>
    [PasswordPropertyText(true)]
    public string? ConnectionString { get; init; }

    internal bool IsSqlite => Provider == Sqlite;

    /// <summary>Empty where a server is meant and none is named.</summary>
    internal string Connection => !string.IsNullOrWhiteSpace(ConnectionString) ? ConnectionString : IsSqlite ? UsualFile : "";

    /// <summary>Null for another database, and for a connection string that cannot be read, which its rules refuse.</summary>
    internal string? SqliteFile
    {
        get
        {
            try
            {
                return IsSqlite ? new SqliteConnectionStringBuilder(Connection).DataSource : null;
            }
            catch (ArgumentException)
            {
                return null;
            }
        }
    }
}
