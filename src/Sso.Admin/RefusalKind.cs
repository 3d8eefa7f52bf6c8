namespace Sso.Admin;

/// <summary>The kinds of refusal, for the status of an API and the exit code of a command.</summary>
public enum RefusalKind
{
    Invalid,
    NotFound,

    /// <summary>The name is in use.</summary>
    Taken,

    /// <summary>Whoever asks may not.</summary>
    Denied,

    /// <summary>Not now: a limit was reached.</summary>
    TooOften,

    /// <summary>It is not what the caller saw: somebody changed it since.</summary>
    Stale,
}
