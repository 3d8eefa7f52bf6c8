namespace Sso.Server.Authorization;

/// <summary>What became of a waiting request.</summary>
internal enum WaitingAnswer
{
    /// <summary>Its time is over, or it had already been answered.</summary>
    Late,
    Approved,
    Denied,
}
