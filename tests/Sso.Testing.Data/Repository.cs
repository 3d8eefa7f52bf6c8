namespace Sso.Testing;

/// <summary>Where the sources are.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sso.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("Sso.sln is not above " + AppContext.BaseDirectory);
        }

        return folder.FullName;
    }
}
