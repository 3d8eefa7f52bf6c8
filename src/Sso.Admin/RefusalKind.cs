namespace Sso.Admin;

/// <summary>The kinds of refusal, for the status of an API and the exit code of a command.</summary>
public enum RefusalKind
{
    Invalid,
    NotFound,

    /// <summary>The name is in use.</summary>
    Taken,

    /// <summary>It is not what the caller saw: somebody changed it since.</summary>
    Stale,

    /// <summary>Not for this caller.</summary>
    Forbidden,
}
