using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Sso.Server.Commands;

/// <summary>The program <c>sso</c>: every command on one screen.</summary>
internal static class SsoCommand
{
    public static Task<int> InvokeAsync(string[] args) => InvokeAsync(args, CommandTerminal.OfProcess(), CancellationToken.None);

    public static async Task<int> InvokeAsync(string[] args, CommandTerminal terminal, CancellationToken cancellation)
    {
        var parsed = Build(new CommandHost(args, terminal)).Parse(
            CommandLineSettings.Split(args).Words, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            return MistypedCommand.Explain(parsed, terminal);
        }

        var configuration = new InvocationConfiguration
        {
            Output = terminal.Out,
            Error = terminal.Error,
            EnableDefaultExceptionHandler = false,
        };
        if (parsed.CommandResult.Command.Name == ServeCommand.Name)
        {
            // The server ends by itself, after the requests that are under way. Every other command ends two seconds after a signal.
            configuration.ProcessTerminationTimeout = null;
        }

        return await parsed.InvokeAsync(configuration, cancellation);
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
        FileCommands.BuildExport(host),
        FileCommands.BuildPlan(host),
        FileCommands.BuildApply(host),
        RegistrationTokenCommands.Build(host),
        ActionCommands.Build(host),
        AuthorizationTypeCommands.Build(host),
        BrandCommands.Build(host),
        PersonCommands.Build(host),
        SimulateCommand.Build(host),
        AdministratorCommands.Build(host),
        KeyCommands.Build(host),
        DeliveryCommands.Build(host),
        NodesCommand.Build(host),
        LogoutCommands.Build(host),
        WebhookCommands.Build(host),
        AuditCommands.Build(host),
        PasswordPolicyCommand.Build(host),
        DoctorCommand.Build(host),
        CompletionCommand.Build(host),
    };
}
