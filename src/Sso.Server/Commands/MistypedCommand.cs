using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Sso.Server.Commands;

/// <summary>What somebody reads whose words are no command: what is wrong, what was probably meant, and where the help is.</summary>
internal static class MistypedCommand
{
    public static int Explain(ParseResult parsed, ParseErrorAction action, CommandTerminal terminal)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0)
        {
            terminal.Error.WriteLine(
                parsed.UnmatchedTokens is [var unknown, ..] ? $"There is no command '{unknown}' here." : "A command is missing.");
            terminal.Error.WriteLine(
                $"Commands of {PathOf(parsed.CommandResult)}: {string.Join(", ", command.Subcommands.Select(child => child.Name))}");
        }
        else
        {
            foreach (var error in parsed.Errors)
            {
                terminal.Error.WriteLine(InWords(error));
            }
        }

        terminal.Error.Write(Suggestions(parsed, action));
        terminal.Error.WriteLine($"For help: {PathOf(parsed.CommandResult)} --help");
        return ExitCode.Usage;
    }

    /// <summary>"Did you mean …", where something was mistyped.</summary>
    private static string Suggestions(ParseResult parsed, ParseErrorAction action)
    {
        using var words = new StringWriter();
        (action.ShowHelp, action.ShowTypoCorrections) = (false, true);
        parsed.Invoke(new InvocationConfiguration { Output = words, Error = TextWriter.Null });
        return words.ToString().Trim() is { Length: > 0 } text ? text + Environment.NewLine : "";
    }

    /// <summary>On one line, with the option that it is about.</summary>
    private static string InWords(ParseError error)
    {
        var sentence = string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var option = (error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult)?.Option.Name;
        return option is null || sentence.Contains(option, StringComparison.Ordinal) ? sentence : $"{option}: {sentence}";
    }

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "sso";
}
