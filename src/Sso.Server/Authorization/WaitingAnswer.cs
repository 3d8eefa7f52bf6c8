namespace Sso.Server.Authorization;

/// <summary>What became of a request that waited.</summary>
public enum WaitingAnswer
{
    /// <summary>Its time is over, or it was answered before.</summary>
    Late,
    Approved,
    Denied,
}
