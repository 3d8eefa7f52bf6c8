using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Sso.Server.Operations;
using Sso.Testing;
using Xunit;

namespace Sso.Server.Tests.Operations;

[Spec("S133")]
[Spec("A39")]
[OneDatabase]
public sealed partial class LogLinesTests
{
    public static TheoryData<string> Forgeries =>
    [
        "x\r\n2026-11-23T12:00:00.000Z info Sso[1201] forged",
        "\u001b[2K\u001b[1A\u001b[32mforged",
        "\u2028forged\u2029forged\u0085forged",
        "\u202eforged\u2066",
        "\0\b\u007f\u009bforged",
        "{0} {Name} {{",
        "\"quoted\" 'and' <b>",
        "\ud800 lone",
    ];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public void What_was_typed_stays_in_its_line(string typed)
    {
        var line = Line($"Refused: {typed}");

        Assert.Equal(1, line.Count(character => character == '\n'));
        Assert.EndsWith("\n", line, StringComparison.Ordinal);
        Assert.DoesNotContain(
            line.TrimEnd('\n'),
            character =>
                char.IsControl(character) || char.IsSurrogate(character) || character is '\u2028' or '\u2029' or '\u202e' or '\u2066');
        Assert.StartsWith("2026-11-23T12:00:00.000Z info Sso.Test[1201] Refused: ", line, StringComparison.Ordinal);
    }

    /// <summary>Whoever started it gets that very exception; a background service that fails meanwhile is told by nobody else.</summary>
    [Theory]
    [InlineData(11, false)]
    [InlineData(9, true)]
    [InlineData(10, true)]
    public void What_stopped_a_start_is_left_to_whoever_started_it_and_nothing_else_of_the_host_is(int id, bool isWritten)
    {
        using var writer = new StringWriter();
        new LogLines(new FakeClock()).Write(
            new LogEntry<string>(
                LogLevel.Error, "Microsoft.Extensions.Hosting.Internal.Host", new EventId(id), "Failed",
                new InvalidOperationException("why"), (state, _) => state),
            scopeProvider: null, writer);
        Assert.Equal(isWritten, writer.ToString().Contains("why", StringComparison.Ordinal));
    }

    [Fact]
    public void A_million_characters_are_cut_and_their_number_is_told()
    {
        var line = Line(new string('a', 1_000_000));

        Assert.True(line.Length < LogLines.LongestMessage + 200);
        Assert.Contains("… (1000000 characters)", line, StringComparison.Ordinal);
    }

    [Fact]
    public void An_exception_is_in_the_same_line_and_cut_as_well()
    {
        var line = Line("Failed", new InvalidOperationException("first\nsecond" + new string('b', 100_000)));

        Assert.Equal(1, line.Count(character => character == '\n'));
        Assert.Contains(@"first\nsecond", line, StringComparison.Ordinal);
        Assert.True(line.Length < LogLines.LongestException + 300);
    }

    [Fact]
    public void While_the_database_is_away_each_kind_of_trouble_is_one_line_a_minute_and_one_of_them_has_the_stack_trace()
    {
        var clock = new FakeClock();
        var log = new LogLines(clock);
        List<string> first = [.. Outage(minutes: 1)];

        Assert.Equal(2, first.Count);
        Assert.Single(first, line => line.Contains("   at ", StringComparison.Ordinal));
        Assert.All(first, line => Assert.Contains("Failed to connect to 192.0.2.1:5432", line, StringComparison.Ordinal));

        List<string> later = [.. Outage(minutes: 9)];
        Assert.Equal(18, later.Count);
        Assert.Equal(9, later.Count(line => line.Contains("   at ", StringComparison.Ordinal)));
        Assert.All(later, line => Assert.Contains("(59 more like it were not written)", line, StringComparison.Ordinal));

        // Each second two places ask, as the poll and a request do.
        IEnumerable<string> Outage(int minutes)
        {
            for (var second = 0; second < minutes * 60; second++)
            {
                foreach (var place in (string[])["Sso.Poll", "Sso.Mails"])
                {
                    if (Line(log, place, "Cannot be read", Thrown(Refused())) is { Length: > 0 } line)
                    {
                        yield return line;
                    }
                }

                clock.Advance(TimeSpan.FromSeconds(1));
            }
        }
    }

    [Fact]
    public void What_is_no_trouble_with_the_database_is_told_each_time_and_whole()
    {
        var log = new LogLines(new FakeClock());
        for (var time = 0; time < 3; time++)
        {
            var line = Line(log, "Sso.Test", "Failed", Thrown(new FormatException("not a number")));
            Assert.Contains("   at ", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Another_complaint_of_the_database_is_another_kind()
    {
        var log = new LogLines(new FakeClock());
        Assert.NotEmpty(Line(log, "Sso.Test", "Failed", Thrown(Refused())));
        Assert.Empty(Line(log, "Sso.Test", "Failed", Thrown(Refused())));
        Assert.Contains(
            "too many clients", Line(log, "Sso.Test", "Failed", Thrown(new NpgsqlException("sorry, too many clients already"))),
            StringComparison.Ordinal);
    }

    private static NpgsqlException Refused() => new("Failed to connect to 192.0.2.1:5432\nwith a second line");

    private static InvalidOperationException Thrown(Exception exception)
    {
        try
        {
            throw new InvalidOperationException("An exception has been raised that is likely due to a transient failure.", exception);
        }
        catch (InvalidOperationException caught)
        {
            return caught;
        }
    }

    [Fact]
    public void No_two_messages_have_one_id()
    {
        var ids = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("ClientArea", StringComparison.Ordinal)
            && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => EventId().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).ToList();

        Assert.True(ids.Count > 20);
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void Operators_find_every_warning_and_error_in_the_table()
    {
        var known = File.ReadLines(Path.Combine(Repository.Root, "docs", "operators.md"))
            .Select(row => RowOfLines().Match(row)).Where(row => row.Success)
            .SelectMany(row => row.Groups[1].Value.Split(", ")).ToHashSet(StringComparer.Ordinal);
        var missing = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("ClientArea", StringComparison.Ordinal)
                && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(file => Warning().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value)
            .Where(id => !known.Contains(id) && !known.Contains(id[..2] + "xx"));
        Assert.Empty(missing);
    }

    [GeneratedRegex(@"EventId = (\d+)")]
    private static partial Regex EventId();

    [GeneratedRegex(@"EventId = (\d+),\s*Level = LogLevel\.(?:Warning|Error|Critical)")]
    private static partial Regex Warning();

    /// <summary>Of the table of lines, by its ids.</summary>
    [GeneratedRegex(@"^\| (\d\d(?:\d\d|xx)(?:, \d{4})*) \|")]
    private static partial Regex RowOfLines();

    private static string Line(string message, Exception? exception = null) =>
        Line(new LogLines(new FakeClock()), "Sso.Test", message, exception);

    private static string Line(LogLines log, string category, string message, Exception? exception)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        log.Write(
            new LogEntry<string>(LogLevel.Information, category, new EventId(1201), message, exception, (state, _) => state),
            scopeProvider: null, writer);
        return writer.ToString();
    }
}
