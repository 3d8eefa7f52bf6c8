namespace Sso.Admin.Keys;

/// <summary>Where a signing key stands in its life.</summary>
public enum KeyState
{
    /// <summary>In the key set, so that applications know it before it signs.</summary>
    Announced,

    /// <summary>Signs.</summary>
    Active,

    /// <summary>Signs no more; still in the key set for the tokens it signed.</summary>
    Retiring,

    /// <summary>No longer in the key set.</summary>
    Gone,
}
