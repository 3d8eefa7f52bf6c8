using System.CommandLine;
using Sso.Admin.Clients;

namespace Sso.Server.Commands;

/// <summary><c>sso client remove</c>.</summary>
internal static class ClientRemoveCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id." };

    public static Command Build(CommandHost host)
    {
        var remove = new Command("remove", "Delete a registration. Its refresh tokens end with it.") { Id };
        remove.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<RemoveClient>().ExecuteAsync(parsed.GetRequiredValue(Id), cancellation);
                return outcome.Failed(out var refusal, out var client)
                    ? output.Refuse(refusal)
                    : output.Done(client, CommandJson.Readable.ClientView, people =>
                    {
                        people.Say($"Removed the client {client.Id} ({client.Name}).");
                        if (client.DisabledAt is not null)
                        {
                            people.Note("Its document is not taken again. If it shall be:");
                            people.Note($"  sso client enable {client.Id}");
                        }
                    });
            },
            cancellation));
        return remove.AskFor(host, Id, "An application that is removed does not come back: its secrets end, and all that it was given.");
    }
}
