namespace Sso.Interop.Tests;

/// <summary>Where the work tree is, seen from the folder the tests run in.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>Debug or Release: the folder above that of the framework.</summary>
    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string FindRoot(DirectoryInfo? folder) => folder switch
    {
        null => throw new InvalidOperationException("The tests do not run inside the work tree."),
        _ when File.Exists(Path.Combine(folder.FullName, "Sso.sln")) => folder.FullName,
        _ => FindRoot(folder.Parent),
    };
}
