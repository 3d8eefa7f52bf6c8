using System.CommandLine;
using Sso.Admin;
using Sso.Admin.Clients;

namespace Sso.Server.Commands;

/// <summary>
/// <c>sso client disable|enable</c>: a client is disabled on every server within a second, and nothing of its registration is lost.
/// </summary>
internal static class ClientSwitchCommands
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id." };

    public static Command Disable(CommandHost host) => Build(
        host,
        new Command("disable", "Switch a client off. What it was given ends; the registration stays."),
        (clients, id, cancellation) => clients.DisableAsync(id, cancellation),
        client => $"The client {client.Id} ({client.Name}) is off, and its tokens count no more.");

    public static Command Enable(CommandHost host) => Build(
        host,
        new Command("enable", "Switch a client on again; also one that was removed and is described by a document."),
        (clients, id, cancellation) => clients.EnableAsync(id, cancellation),
        client => $"The client {client.Id} ({client.Name}) is on.");

    private static Command Build(
        CommandHost host, Command command,
        Func<SwitchClient, string, CancellationToken, Task<Result<ClientView, Refusal>>> run, Func<ClientView, string> done)
    {
        command.Add(Id);
        command.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await run(services.GetRequiredService<SwitchClient>(), parsed.GetRequiredValue(Id), cancellation);
                return outcome.Failed(out var refusal, out var client)
                    ? output.Refuse(refusal)
                    : output.Done(client, CommandJson.Readable.ClientView, people => people.Say(done(client)));
            },
            cancellation));
        return command;
    }
}
