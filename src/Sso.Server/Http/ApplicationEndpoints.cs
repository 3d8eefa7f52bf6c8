namespace Sso.Server.Http;

/// <summary>Who reads the answers of an address: a program, which wants the error of the standard, or a person, who wants a page.</summary>
internal static class ApplicationEndpoints
{
    /// <summary>
    /// The authorization endpoint, sign-out and the frame of Session Management are for browsers, every other
    /// protocol endpoint for applications.
    /// </summary>
    public static bool Contains(PathString path) =>
        path.StartsWithSegments("/connect")
        && !path.StartsWithSegments("/connect/authorize")
        && !path.StartsWithSegments("/connect/logout")
        && !path.StartsWithSegments("/connect/checksession");
}
