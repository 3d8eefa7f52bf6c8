using System.Runtime.InteropServices;

namespace Sso.Demo;

/// <summary>Where the build put the two programs, and the runtime that runs them.</summary>
internal static class Programs
{
    public static string Server => Find("Sso.Server", "sso.dll");

    public static string ClientArea => Find("ClientArea", "ClientArea.dll");

    /// <summary>The host of the very runtime that runs this program: <c>dotnet</c> need not be on the path.</summary>
    public static string Runtime { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>
    /// The same configuration and framework beneath the other project: src/Sso.Demo/bin/Debug/net10.0 → src/Sso.Server/bin/Debug/net10.0.
    /// </summary>
    private static string Find(string project, string assembly)
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var source = output.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(source.FullName, project, "bin", output.Parent.Name, output.Name, assembly);
    }
}
