namespace Sso.Server.Operations;

/// <summary>Where the operating system keeps a file from us: often because root made it, and another account runs the program.</summary>
internal static class FileRights
{
    /// <summary>What to do; null where it is something else that is wrong with the file.</summary>
    public static string? Remedy(Exception exception) => exception is UnauthorizedAccessException
        ? $"This command runs as {Environment.UserName}: let that account at the file and its folder, or name another file."
        : null;
}
