namespace Sso.Server.Authorization;

/// <summary>What became of a waiting request.</summary>
public enum WaitingAnswer
{
    /// <summary>Its time is over, or it had already been answered.</summary>
    Late,
    Approved,
    Denied,
}
