namespace Sso.Server.Http;

/// <summary>Who reads the answers of an address: a program, which wants the error of the standard, or a person, who wants a page.</summary>
internal static class ApplicationEndpoints
{
    /// <summary>All protocol endpoints but authorization, sign-out and the frame of Session Management, which are for browsers.</summary>
    public static bool Contains(PathString path) =>
        path.StartsWithSegments("/connect")
        && !path.StartsWithSegments("/connect/authorize")
        && !path.StartsWithSegments("/connect/logout")
        && !path.StartsWithSegments("/connect/checksession");
}
