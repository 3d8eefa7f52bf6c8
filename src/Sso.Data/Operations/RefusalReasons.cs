namespace Sso.Data.Operations;

/// <summary>Reasons of refusals that the record and its readers must call the same, and that are no errors of a standard.</summary>
public static class RefusalReasons
{
    /// <summary>An operator switched the client off.</summary>
    public const string IsOff = "the client is off";

    /// <summary>A sign-out was to end at an address that is not registered for that.</summary>
    public const string PostLogout = "post-logout-redirect-uri";
}
