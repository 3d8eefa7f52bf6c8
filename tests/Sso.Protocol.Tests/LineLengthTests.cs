using System.Globalization;
using System.Text.RegularExpressions;
using Sso.Testing;
using Xunit;

namespace Sso.Protocol.Tests;

/// <summary>C# is read in columns as wide as .editorconfig says; migrations are written by a tool.</summary>
public sealed partial class LineLengthTests
{
    [Fact]
    public void No_line_is_longer_than_the_editor_is_told()
    {
        var longest = int.Parse(
            Limit().Match(File.ReadAllText(Path.Combine(Repository.Root, ".editorconfig"))).Groups[1].Value, CultureInfo.InvariantCulture);
        var wrong =
            from folder in (string[])["src", "tests"]
            from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(Repository.Root, file)
            where !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "Migrations")
            from line in File.ReadLines(file).Index()
            where new StringInfo(line.Item).LengthInTextElements > longest
            select $"{path}:{line.Index + 1}";

        var found = wrong.ToList();
        Assert.True(found.Count == 0, string.Join(", ", found));
    }

    [GeneratedRegex(@"^max_line_length = (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Limit();
}
