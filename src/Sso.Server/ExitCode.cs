namespace Sso.Server;

/// <summary>The outcomes that a script can distinguish.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>
    /// The operation was refused: a rule was broken, a name is unknown or in use. Of the server: a setting with which it will not run.
    /// </summary>
    public const int Refused = 1;

    /// <summary>The command was written wrongly, or a setting is missing.</summary>
    public const int Usage = 2;

    /// <summary>The database does not answer, or its schema is not this program's.</summary>
    public const int Database = 3;

    /// <summary>A plan that was asked to tell has changes, and they break nothing.</summary>
    public const int Changes = 4;

    /// <summary>A plan that was asked to tell breaks an application.</summary>
    public const int Breaks = 5;
}
