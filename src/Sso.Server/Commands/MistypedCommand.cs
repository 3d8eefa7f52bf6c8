using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using Sso.Settings;

namespace Sso.Server.Commands;

/// <summary>What somebody reads whose words are no command: what is wrong, what was probably meant, and where the help is.</summary>
internal static partial class MistypedCommand
{
    public static int Explain(ParseResult parsed, CommandTerminal terminal)
    {
        var command = parsed.CommandResult.Command;
        foreach (var sentence in command.Subcommands.Count > 0 ? OfGroup(parsed) : OfCommand(parsed))
        {
            terminal.Error.WriteLine(sentence);
        }

        terminal.Error.WriteLine($"For help: {PathOf(parsed.CommandResult)} --help");
        return ExitCode.Usage;
    }

    private static IEnumerable<string> OfGroup(ParseResult parsed)
    {
        var names = parsed.CommandResult.Command.Subcommands.Select(child => child.Name).ToList();
        yield return parsed.UnmatchedTokens is [var unknown, ..]
            ? $"There is no command '{unknown}' here. {NearestWord.Asked(unknown, names)}".TrimEnd()
            : "A command is missing.";
        yield return $"Commands of {PathOf(parsed.CommandResult)}: {string.Join(", ", names)}";
    }

    /// <summary>What follows an option that there is not is its value, and no mistake of its own.</summary>
    private static IEnumerable<string> OfCommand(ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens.Where(token => token.StartsWith('-')).Select(token => token.Split('=')[0]).ToList();
        var options = OptionsOf(parsed.CommandResult).Where(option => !option.Hidden).Select(option => option.Name).ToList();
        return unknown.Select(option => $"There is no option '{option}' here. {NearestWord.Asked(option, options)}".TrimEnd())
            .Concat(unknown.Count > 0 ? [] : parsed.UnmatchedTokens.Select(token => $"'{token}' is one word too many."))
            .Concat(parsed.Errors.Where(error => !IsOfUnmatched(error, parsed)).Select(InWords));
    }

    private static bool IsOfUnmatched(ParseError error, ParseResult parsed) => error.SymbolResult is CommandResult
        && parsed.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal));

    private static IEnumerable<Option> OptionsOf(CommandResult command) => command.Command.Options.Concat(
        command.Parent is CommandResult parent ? OptionsOf(parent).Where(option => option.Recursive) : []);

    /// <summary>On one line, with the option that it is about, or the argument that is missing.</summary>
    private static string InWords(ParseError error)
    {
        if (error.SymbolResult is ArgumentResult { Parent: CommandResult, Tokens.Count: 0, Argument: var missing })
        {
            return $"<{missing.Name}> is missing: {missing.Description}";
        }

        var sentence = string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (OneOf().Match(sentence) is { Success: true } choice)
        {
            sentence += $". {NearestWord.Asked(choice.Groups["typed"].Value, choice.Groups["word"].Captures.Select(word => word.Value))}";
        }

        var option = (error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult)?.Option.Name;
        return (option is null || sentence.Contains(option, StringComparison.Ordinal) ? sentence : $"{option}: {sentence}").TrimEnd();
    }

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "sso";

    /// <summary>As the library says that a word is none of a few.</summary>
    [GeneratedRegex("^Argument '(?<typed>[^']*)' not recognized. Must be one of:(?: '(?<word>[^']*)')+$")]
    private static partial Regex OneOf();
}
