namespace Sso.Admin.Keys;

/// <summary>The stage of a signing key's life.</summary>
public enum KeyState
{
    /// <summary>It is in the key set, so that applications know it before it signs.</summary>
    Announced,

    /// <summary>Signs.</summary>
    Active,

    /// <summary>It no longer signs, but is still in the key set for the tokens that it signed.</summary>
    Retiring,

    /// <summary>No longer in the key set.</summary>
    Gone,
}
