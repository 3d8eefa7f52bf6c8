using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Spectre.Console;

namespace Sso.Server.Commands;

/// <summary>A command with more options than fit on a screen: those that nearly everybody needs come first, the others in groups.</summary>
internal sealed class GroupedCommand(string name, string description, IReadOnlyList<OptionGroup> groups) : Command(name, description)
{
    public IReadOnlyList<OptionGroup> Groups => groups;
}

/// <param name="Title">What the options are for.</param>
/// <param name="Options">In the order of the help.</param>
internal sealed record OptionGroup(string Title, IReadOnlyList<Option> Options);

/// <summary>The usual help, and after it the groups of a <see cref="GroupedCommand"/>.</summary>
internal sealed class GroupedHelp(HelpAction usual, CommandTerminal terminal) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not GroupedCommand command)
        {
            return usual.Invoke(parseResult);
        }

        var options = command.Groups.SelectMany(group => group.Options).ToList();
        options.ForEach(option => option.Hidden = true);
        var code = usual.Invoke(parseResult);
        options.ForEach(option => option.Hidden = false);
        var console = CommandOutput.For(terminal.Out, Console.IsOutputRedirected);
        foreach (var group in command.Groups)
        {
            console.Write(new Text($"{group.Title}:\n"));
            console.Write(Rows(group));
            console.Write(new Text("\n"));
        }

        return code;
    }

    private static Grid Rows(OptionGroup group)
    {
        var rows = new Grid { Expand = false }
            .AddColumn(new GridColumn().NoWrap().PadLeft(2).PadRight(2)).AddColumn(new GridColumn().PadLeft(0).PadRight(0));
        foreach (var option in group.Options)
        {
            rows.AddRow(new Text(option.Name + Value(option)), new Text(option.Description ?? ""));
        }

        return rows;
    }

    /// <summary>Nothing for a switch.</summary>
    private static string Value(Option option) => option.ValueType == typeof(bool) ? "" : $" <{option.Name.TrimStart('-')}>";
}
