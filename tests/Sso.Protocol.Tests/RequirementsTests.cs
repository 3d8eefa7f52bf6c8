using System.Text.RegularExpressions;
using Sso.Testing;
using Xunit;

namespace Sso.Protocol.Tests;

/// <summary>What tests say that they prove can be looked up in docs/requirements.md, and nothing stands there that none proves.</summary>
public sealed partial class RequirementsTests
{
    private static readonly char[] Digits = [.. "0123456789"];
    private static readonly string[] Written = [".cs", ".cshtml", ".css", ".js", ".resx", ".csproj"];

    private static readonly List<string> Documented = IdInTable()
        .Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "requirements.md")))
        .Select(match => match.Groups["id"].Value).ToList();

    private static readonly List<(string Name, bool HasSection)> Carried = Sources("tests", ".cs")
        .SelectMany(file => Trait().Matches(File.ReadAllText(file)))
        .Select(match => (match.Groups["name"].Value, match.Groups["section"].Success)).Distinct().ToList();

    [Fact]
    public void The_document_explains_each_id_of_a_test_once()
    {
        Nothing(Documented.CountBy(id => id).Where(count => count.Value > 1).Select(count => count.Key));
        Nothing(Ids().Except(Documented));
    }

    [Fact]
    public void Each_id_of_the_document_is_carried_by_a_test() => Nothing(Documented.Except(Ids()));

    [Fact]
    public void A_trait_with_a_section_names_a_specification_and_no_file() => Nothing(Carried
        .Where(trait => trait.HasSection && trait.Name.EndsWith(".md", StringComparison.Ordinal)).Select(trait => trait.Name));

    [Fact]
    public void Comments_of_src_stand_for_themselves()
    {
        var letters = Documented.Select(id => id.TrimEnd(Digits)).ToHashSet();
        var files = Directory.GetFiles(Repository.Root, "*.md").Concat(Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md"))
            .Select(file => Path.GetFileName(file)).ToHashSet();
        Nothing(
            from file in Sources("src", Written)
            from comment in Comment().Matches(File.ReadAllText(file))
            from name in IdOrFile().Matches(comment.Value)
            where name.Value.EndsWith(".md", StringComparison.Ordinal)
                ? !files.Contains(name.Value)
                : letters.Contains(name.Value.TrimEnd(Digits)) && name.Value != "S256"
            select $"{Path.GetRelativePath(Repository.Root, file)}: {name.Value}");
    }

    /// <summary>Names all of them: an assertion about a collection cuts it short.</summary>
    private static void Nothing(IEnumerable<string> wrong) => Assert.True(!wrong.Any(), string.Join(", ", wrong));

    private static IEnumerable<string> Ids() => Carried.Where(trait => !trait.HasSection).Select(trait => trait.Name);

    private static IEnumerable<string> Sources(string folder, params string[] extensions) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
            .Where(file => extensions.Contains(Path.GetExtension(file))
                && !Path.GetRelativePath(Repository.Root, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));

    [GeneratedRegex(@"^\| (?<id>[A-Z]+\d+) \|", RegexOptions.Multiline)]
    private static partial Regex IdInTable();

    [GeneratedRegex("""\bSpec\("(?<name>[^"]+)"(?:, "(?<section>[^"]+)")?\)""")]
    private static partial Regex Trait();

    [GeneratedRegex(@"(?<!:)//[^\n]*|/\*.*?\*/|@\*.*?\*@|<!--.*?-->", RegexOptions.Singleline)]
    private static partial Regex Comment();

    [GeneratedRegex(@"\b[A-Z]{1,2}\d{1,3}\b|[\w-]+\.md\b")]
    private static partial Regex IdOrFile();
}
