using System.Text.RegularExpressions;
using Sso.Testing;
using Xunit;

namespace Sso.Protocol.Tests;

/// <summary>
/// Folders of a project import each other in one direction only, so that each can be read, tested and moved without the others above it.
/// Read from the lines that import, and from names that are written out in full. What stands beside the folders belongs to
/// none of them: it is what all of them share, or puts them together.
/// </summary>
public sealed partial class CirclesTests
{
    public static TheoryData<string> Projects() =>
        [.. Directory.GetDirectories(Source).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private static string Source => Path.Combine(Repository.Root, "src");

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_folders_import_each_other_in_a_circle(string project)
    {
        var imports = Imports(project);
        var circle = imports.Keys.Order(StringComparer.Ordinal).Where(folder => Reached(folder, imports).Contains(folder)).ToList();
        Assert.True(
            circle.Count == 0,
            $"{project}: in a circle are {string.Join(", ", circle)}.\n" + string.Join('\n', circle.SelectMany(folder => imports[folder]
                .Where(to => circle.Contains(to.Key)).Select(to => $"{folder} -> {to.Key}: {string.Join(", ", to.Value)}"))));
    }

    /// <summary>
    /// Else what a file belongs to, and what it sees without importing it, could not be read from where it is. The errors of OAuth are one
    /// class in several files, which everything of the protocol sees.
    /// </summary>
    [Theory]
    [MemberData(nameof(Projects))]
    public void A_namespace_is_the_path_of_its_folder(string project)
    {
        var strange = Files(project).Where(file => file.EndsWith(".cs", StringComparison.Ordinal))
            .Select(file => (Path: file, Name: NamespaceLine().Match(File.ReadAllText(Path.Combine(Source, file))).Groups[1].Value))
            .Where(file => file.Name.Length > 0
                && Path.GetDirectoryName(file.Path)!.Replace(Path.DirectorySeparatorChar, '.') is var expected
                && file.Name != expected && !(file.Name == "Sso.Protocol" && expected == "Sso.Protocol.Errors"));
        Assert.Empty(strange);
    }

    private static Dictionary<string, Dictionary<string, List<string>>> Imports(string project)
    {
        var files = Files(project).Where(file => FolderOf(file) is not null).ToList();
        var folders = files.Select(file => FolderOf(file)!).ToHashSet(StringComparer.Ordinal);
        var named = new Regex($@"(?<![\w.]){Regex.Escape(project)}\.(\w+)");
        // What the project imports for all of its files, each folder imports.
        var everywhere = named.Matches(File.ReadAllText(Path.Combine(Source, project, project + ".csproj")))
            .Select(match => match.Groups[1].Value).Where(folders.Contains).ToList();
        var result = folders.ToDictionary(
            folder => folder,
            folder => everywhere.Where(to => to != folder).ToDictionary(to => to, _ => new List<string> { "every file" }),
            StringComparer.Ordinal);
        foreach (var file in files)
        {
            var others = File.ReadLines(Path.Combine(Source, file))
                .Where(line => !Uncounted().IsMatch(line))
                .SelectMany(line => named.Matches(line)).Select(match => match.Groups[1].Value)
                .Where(folder => folder != FolderOf(file) && folders.Contains(folder)).Distinct(StringComparer.Ordinal);
            foreach (var folder in others)
            {
                var into = result[FolderOf(file)!];
                into.TryAdd(folder, []);
                into[folder].Add(Path.GetFileName(file));
            }
        }

        return result;
    }

    private static HashSet<string> Reached(string from, Dictionary<string, Dictionary<string, List<string>>> imports)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>(imports[from].Keys);
        while (open.TryPop(out var folder))
        {
            if (reached.Add(folder))
            {
                foreach (var next in imports[folder].Keys)
                {
                    open.Push(next);
                }
            }
        }

        return reached;
    }

    /// <summary>The directory below the project; null for what stands beside the directories.</summary>
    private static string? FolderOf(string file) => file.Split(Path.DirectorySeparatorChar) is [_, var folder, _, ..] ? folder : null;

    /// <summary>Relative to src, without what a build makes and without migrations, which a tool writes.</summary>
    private static IEnumerable<string> Files(string project) =>
        Directory.EnumerateFiles(Path.Combine(Source, project), "*.cs*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".cshtml", StringComparison.Ordinal))
            .Select(file => Path.GetRelativePath(Source, file))
            .Where(file => file.Split(Path.DirectorySeparatorChar)[1] is not ("bin" or "obj" or "Migrations"));

    /// <summary>Comments, and the line that says where the file itself belongs.</summary>
    [GeneratedRegex(@"^\s*(?://|@?namespace )")]
    private static partial Regex Uncounted();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
