namespace Microsoft.SqlServer.Server;

/// <summary>How a user-defined type is written to the wire; the values are those of SQL Server.</summary>
public enum Format
{
    Unknown = 0,
    Native = 1,
    UserDefined = 2,
}
