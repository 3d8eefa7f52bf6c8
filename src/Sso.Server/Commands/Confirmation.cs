using System.CommandLine;
using System.CommandLine.Invocation;

namespace Sso.Server.Commands;

/// <summary>
/// What deletes something that nobody can bring back asks whoever sits at a terminal to type its name. Without a terminal, or with
/// <c>--json</c>, nobody is asked: a script has written the name already.
/// </summary>
internal static class Confirmation
{
    private static readonly Option<bool> Yes = new("--yes") { Description = "Do not ask at a terminal either." };

    public static bool CanAsk(CommandHost host, ParseResult parsed) =>
        !host.Terminal.IsInputRedirected && !parsed.GetValue(CommandHost.Json);

    public static async Task<bool> IsTypedAsync(CommandHost host, string name, string loss, CancellationToken cancellation)
    {
        await host.Terminal.Error.WriteLineAsync(loss);
        await host.Terminal.Error.WriteAsync($"To go on, type {name}: ");
        return (await host.Terminal.In.ReadLineAsync(cancellation))?.Trim() == name;
    }

    /// <param name="loss">What would be gone, in a sentence.</param>
    public static Command AskFor(this Command command, CommandHost host, Argument<string> name, string loss)
    {
        command.Options.Add(Yes);
        var act = (AsynchronousCommandLineAction)command.Action!;
        command.SetAction(async (parsed, cancellation) =>
            parsed.GetValue(Yes) || !CanAsk(host, parsed)
                || await IsTypedAsync(host, parsed.GetRequiredValue(name), loss, cancellation)
                ? await act.InvokeAsync(parsed, cancellation)
                : new CommandOutput(host.Terminal, command, json: false).Fail(
                    ExitCode.Usage, $"That is not {parsed.GetRequiredValue(name)}.", "Nothing was removed."));
        return command;
    }
}
