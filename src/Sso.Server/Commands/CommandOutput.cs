using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;
using Spectre.Console.Rendering;
using Sso.Admin;
using Sso.Server.Operations;
using Sso.Settings;

namespace Sso.Server.Commands;

/// <summary>What a command says: JSON for scripts, tables and sentences for people; problems go to standard error in both cases.</summary>
internal sealed class CommandOutput(CommandTerminal terminal, Command command, bool json)
{
    /// <summary>Wide enough that a redirected table does not break an address.</summary>
    private const int RedirectedWidth = 240;

    private readonly IAnsiConsole _out = For(terminal.Out, Console.IsOutputRedirected);
    private readonly IAnsiConsole _error = For(terminal.Error, Console.IsErrorRedirected);

    /// <summary>The names among which one that was mistyped may be, by its field; null where no database is at hand.</summary>
    public Func<FieldProblem, IEnumerable<string>>? Names { get; set; }

    public int Done<T>(T document, JsonTypeInfo<T> type, Action<CommandOutput> forPeople)
    {
        if (json)
        {
            terminal.Out.WriteLine(JsonSerializer.Serialize(document, type));
        }
        else
        {
            forPeople(this);
        }

        return ExitCode.Done;
    }

    public int Refuse(Refusal refusal)
    {
        if (json)
        {
            terminal.Error.WriteLine(JsonSerializer.Serialize(
                new RefusalDocument(refusal.Kind, [.. refusal.Problems.Select(Typed)]), CommandJson.Readable.RefusalDocument));
            return ExitCode.Refused;
        }

        foreach (var problem in refusal.Problems.Select(Typed))
        {
            _error.Write(
                new Paragraph().Append("✗ ", new Style(Color.Red))
                    .Append($"{problem.Typed}: {problem.What}\n").Append($"  {problem.Remedy}\n"));
        }

        return ExitCode.Refused;
    }

    private ProblemDocument Typed(FieldProblem problem) =>
        new(problem.Field, TypedNames.Of(command, problem.Field), problem.What, $"{Asked(problem)} {problem.Remedy}".TrimStart());

    private string Asked(FieldProblem problem) =>
        problem.Typed is { } typed && Names is not null ? NearestWord.Asked(typed, Names(problem)) : "";

    public int Fail(int code, string what, string? remedy = null)
    {
        _error.Write(new Paragraph().Append("✗ ", new Style(Color.Red)).Append(what + "\n").Append(remedy is null ? "" : $"  {remedy}\n"));
        return code;
    }

    public int FailOnFile(int code, string what, Exception exception) =>
        Fail(code, $"{what}: {exception.Message}", FileRights.Remedy(exception));

    public void Say(string sentence) => _out.Write(new Paragraph().Append("✓ ", new Style(Color.Green)).Append(sentence + "\n"));

    /// <param name="isGood">Null for what is neither good nor wrong.</param>
    /// <param name="sentence">What was found.</param>
    /// <param name="remedy">What to do.</param>
    public void Judge(bool? isGood, string sentence, string? remedy)
    {
        var (mark, colour) = isGood switch
        {
            true => ("✓ ", Color.Green),
            false => ("✗ ", Color.Red),
            null => ("! ", Color.Yellow),
        };
        _out.Write(
            new Paragraph().Append(mark, new Style(colour)).Append(sentence + "\n").Append(remedy is null ? "" : $"  {remedy}\n"));
    }

    public void Note(string sentence) => _out.Write(new Paragraph(sentence + "\n"));

    public void Warn(IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
        {
            _out.Write(new Paragraph().Append("! ", new Style(Color.Yellow)).Append(warning + "\n"));
        }
    }

    /// <summary>A file to be copied as it is: no line is broken.</summary>
    public void Verbatim(string name, string text)
    {
        _out.Write(new Paragraph($"\n{name}\n", new Style(decoration: Decoration.Bold)));
        terminal.Out.WriteLine($"{text}\n");
    }

    /// <summary>Labels and values; a row with a null value is left out.</summary>
    public void Facts(params (string Label, string? Value)[] facts)
    {
        var known = facts.Where(fact => fact.Value is not null).ToList();
        var width = known.Max(fact => fact.Label.Length) + 3;
        foreach (var (label, value) in known)
        {
            var paragraph = new Paragraph().Append(label.PadRight(width), new Style(decoration: Decoration.Dim));
            _out.Write(paragraph.Append(value!.Replace("\n", "\n" + new string(' ', width), StringComparison.Ordinal) + "\n"));
        }
    }

    public void Table(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => (IRenderable)new Text(cell)));
        }

        _out.Write(table);
    }

    public static string Time(DateTimeOffset? at) =>
        at?.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>Asks on the terminal without showing what is typed.</summary>
    public string AskSecret(string question) => _error.Prompt(new TextPrompt<string>(question).Secret(null));

    internal static IAnsiConsole For(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (redirected || (writer != Console.Out && writer != Console.Error))
        {
            console.Profile.Width = RedirectedWidth;
            console.Profile.Capabilities.Ansi = false;
        }

        return console;
    }
}
