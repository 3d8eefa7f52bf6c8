using System.Text.RegularExpressions;
using Sso.Testing;
using Xunit;

namespace Sso.Protocol.Tests;

/// <summary>docs/decisions: each record has a date and a status, and a replaced one leads to the record that took its place.</summary>
public sealed partial class DecisionsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "docs", "decisions");

    private static readonly string Index = File.ReadAllText(Path.Combine(Folder, "README.md"));

    private static readonly (string File, string Title, string Status)[] Records =
    [
        .. from file in Directory.GetFiles(Folder, "*.md").Order(StringComparer.Ordinal)
           where Path.GetFileName(file) != "README.md"
           from record in Record().Matches(File.ReadAllText(file))
           select (Path.GetFileName(file), record.Groups["title"].Value, record.Groups["status"].Value),
    ];

    [Fact]
    public void Each_record_has_a_date_and_a_status() =>
        Nothing(Records.Where(record => !Status().IsMatch(record.Status)).Select(record => $"{record.File}: {record.Title}"));

    [Fact]
    public void No_two_records_have_one_title() =>
        Nothing(Records.GroupBy(record => record.Title).Where(same => same.Count() > 1).Select(same => same.Key));

    [Fact]
    public void What_was_replaced_leads_to_a_record_of_its_file() => Nothing(
        from record in Records
        let successor = Status().Match(record.Status).Groups["by"]
        where successor.Success && !Records.Any(other => other.File == record.File && Anchor(other.Title) == successor.Value)
        select $"{record.File}: {record.Title}");

    [Fact]
    public void The_index_names_each_file_and_each_replaced_record()
    {
        Nothing(Records.Select(record => record.File).Distinct().Where(file => !Index.Contains($"]({file}) |", StringComparison.Ordinal)));
        Assert.Equal(
            Records.Where(record => Status().Match(record.Status).Groups["by"].Success)
                .Select(record => record.Title).Order(StringComparer.Ordinal),
            ReplacedRow().Matches(Index).Select(row => row.Groups["title"].Value).Order(StringComparer.Ordinal));
    }

    /// <summary>The address that a heading has where the repository is read.</summary>
    private static string Anchor(string title) => NoLetter().Replace(title.ToLowerInvariant(), "").Replace(' ', '-');

    private static void Nothing(IEnumerable<string> wrong) => Assert.True(!wrong.Any(), string.Join(", ", wrong));

    [GeneratedRegex(@"^## (?<title>.+)\n(?<status>.*)$", RegexOptions.Multiline)]
    private static partial Regex Record();

    [GeneratedRegex(@"^\*[\d-]{10}(?:(?:, changed [\d-]{10})? · in force| · replaced [\d-]{10} by \[.+\]\(#(?<by>.+)\))\*$")]
    private static partial Regex Status();

    [GeneratedRegex(@"^\| (?<title>[^|]+) \| [\d-]{10} \| [\d-]{10} \| \[", RegexOptions.Multiline)]
    private static partial Regex ReplacedRow();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoLetter();
}
