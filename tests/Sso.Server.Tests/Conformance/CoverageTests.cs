using System.Text.RegularExpressions;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Conformance;

/// <summary>
/// Each row of the requirements that were drawn from the certification plans has a test that names it, in whichever project.
/// </summary>
[OneDatabase]
public sealed partial class CoverageTests
{
    private static readonly Dictionary<string, string> Rows = new()
    {
        ["GE"] = "01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17",
        ["CF"] = "01 02 03 04 05 06 07 08 09 10 11",
        ["BA"] = "01 03 04 05 06 08 09 10 11 12 13 15 16 17 18 19 20 23 24 25 27 28 30 32 33 34 35 38",
        ["FP"] = "01 02 03",
        ["DY"] = "01 02 03 04 05 06 08 09 10 11 12 13 14 15 19 23",
        ["RL"] = "01 02 03 06 07 08 10 11",
        ["FL"] = "01 02",
        ["BL"] = "01 02",
        ["SM"] = "01",
        ["TP"] = "01",
        ["FG"] = "01 02 03 04 05 06 07 08",
        ["FS"] =
            "01 02 03 04 05 06 08 12 13 14 15 16 17 19 20 21 24 25 26 27 28 29 30 32 33 35 36 37 38 39 42 43 "
                + "44 45 46 47 49 50 51 52 53 55 56",
        ["FM"] = "02 03 04 05 06 07 09 10 11 13",
        ["FJ"] = "01 02 03",
        ["PY"] = "01 04 05 06 09 11 12 13 14 17 18 20 21",
        ["XP"] = "01 02 03 05 07 08 09 10 11",
    };

    [Fact]
    public void Every_row_is_named_by_a_test_and_no_test_names_a_row_that_is_not_there()
    {
        var rows = Rows.SelectMany(section => section.Value.Split(' ').Select(number => section.Key + number));
        var named = Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Tag().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));

        Assert.Equal(
            rows.Order(StringComparer.Ordinal), named.Where(id => Rows.ContainsKey(id[..2])).Distinct().Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("""\[Spec\("([A-Z]{2}[0-9]{2})"\)\]""")]
    private static partial Regex Tag();
}
