using System.Runtime.InteropServices;

namespace Sso.Demo;

/// <summary>The projects of the two programs, where the build puts them, and the runtime that builds and runs them.</summary>
internal static class Programs
{
    /// <summary>This program's own folder: src/Sso.Demo/bin/Debug/net10.0.</summary>
    private static readonly DirectoryInfo Output = new(AppContext.BaseDirectory);

    private static readonly string Sources = Output.Parent!.Parent!.Parent!.Parent!.FullName;

    public static string Server => Find("Sso.Server", "sso.dll");

    public static string ClientArea => Find("ClientArea", "ClientArea.dll");

    public static string[] Projects =>
        [Path.Combine(Sources, "Sso.Server", "Sso.Server.csproj"), Path.Combine(Sources, "ClientArea", "ClientArea.csproj")];

    public static string Configuration => Output.Parent!.Name;

    /// <summary>The host of the very runtime that runs this program: <c>dotnet</c> need not be on the path.</summary>
    public static string Runtime { get; } = Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    /// <summary>The same configuration and framework below the other project: src/Sso.Server/bin/Debug/net10.0.</summary>
    private static string Find(string project, string assembly) =>
        Path.Combine(Sources, project, "bin", Configuration, Output.Name, assembly);
}
