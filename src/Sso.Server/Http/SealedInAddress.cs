namespace Sso.Server.Http;

/// <summary>What is carried in an address.</summary>
internal static class SealedInAddress
{
    /// <summary>Request lines are cut at 8 KiB by common proxies; what is longer would not come back.</summary>
    public const int Longest = 6 * 1024;
}
