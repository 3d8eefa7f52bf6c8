using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Sso.Server.Commands;

/// <summary>The program <c>sso</c>: every command on one screen.</summary>
public static class SsoCommand
{
    public static Task<int> InvokeAsync(string[] args) => InvokeAsync(args, CommandTerminal.OfProcess(), CancellationToken.None);

    public static async Task<int> InvokeAsync(string[] args, CommandTerminal terminal, CancellationToken cancellation)
    {
        var parsed = Build(new CommandHost(args, terminal)).Parse(
            CommandLineSettings.Split(args).Words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction action)
        {
            return Explain(parsed, action, terminal);
        }

        return await parsed.InvokeAsync(
            new InvocationConfiguration { Output = terminal.Out, Error = terminal.Error, EnableDefaultExceptionHandler = false },
            cancellation);
    }

    public static RootCommand Build(CommandHost host)
    {
        var sso = Commands(host);
        var help = sso.Options.OfType<HelpOption>().Single();
        help.Action = new GroupedHelp((HelpAction)help.Action!, host.Terminal);
        return sso;
    }

    private static RootCommand Commands(CommandHost host) => new(
        "Sso, the OpenID Connect identity provider. Settings: as environment variables (Database__Provider) or --Database:Provider=…")
    {
        CommandHost.Json,
        ServeCommand.Build(host),
        DatabaseCommands.Build(host),
        BackupCommands.BuildBackup(host),
        BackupCommands.BuildRestore(host),
        ClientCommands.Build(host),
        ResourceCommands.Build(host),
        RegistrationTokenCommands.Build(host),
        ActionCommands.Build(host),
        AuthorizationTypeCommands.Build(host),
        BrandCommands.Build(host),
        PersonCommands.Build(host),
        AdministratorCommands.Build(host),
        KeyCommands.Build(host),
        DeliveryCommands.Build(host),
        LogoutCommands.Build(host),
        AuditCommands.Build(host),
        PasswordPolicyCommand.Build(host),
        DoctorCommand.Build(host),
        CompletionCommand.Build(host),
    };

    private static int Explain(ParseResult parsed, ParseErrorAction action, CommandTerminal terminal)
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
