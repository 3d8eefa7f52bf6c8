namespace Sso.Accounts.Administrators;

/// <summary>Section <c>Console</c> of the configuration.</summary>
public sealed record ConsoleOptions
{
    /// <summary>
    /// True: what takes protection away needs two administrators. Until a second one agrees nothing changes, and no wait takes their place.
    /// </summary>
    public bool TwoPeople { get; init; }
}
