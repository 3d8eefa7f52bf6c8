namespace Sso.Server.Sessions;

/// <summary>Why a session is over, as far as its browser did not do it itself.</summary>
public enum SessionEnd
{
    /// <summary>From elsewhere: another device, a new password, an operator.</summary>
    Ended,

    /// <summary>It was not used for long, or had lived long enough.</summary>
    Idle,
}
