namespace Sso.Server.Operations;

/// <summary>Where the operating system keeps a file from us: often because root made it, and another account runs the program.</summary>
internal static class FileRights
{
    /// <summary>What to do; null where it is something else that is wrong with the file.</summary>
    /// <param name="exception">What the attempt to open it ended in.</param>
    /// <param name="isNamed">Whoever runs this wrote its name, and can write another.</param>
    public static string? Remedy(Exception exception, bool isNamed = true) => exception is UnauthorizedAccessException
        ? $"This command runs as {Environment.UserName}: let that account at the file and its folder"
            + (isNamed ? ", or name another file." : ".")
        : null;
}
