namespace Sso.Accounts.Sessions;

/// <summary>Why a session is over, if its browser did not end it itself.</summary>
public enum SessionEnd
{
    /// <summary>From elsewhere: another device, a new password, an operator.</summary>
    Ended,

    /// <summary>It was not used for too long, or was too old.</summary>
    Expired,
}
