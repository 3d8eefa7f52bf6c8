using System.CommandLine;
using Sso.Admin.Clients;

namespace Sso.Server.Commands;

/// <summary><c>sso client set</c>.</summary>
internal static class ClientSetCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id." };

    public static GroupedCommand Build(CommandHost host)
    {
        var set = new GroupedCommand(
            "set",
            "Change a registration. What is left out stays; \"\" takes a value or a list away, and a switch takes false.",
            ClientOptionSet.Groups) { Id };
        ClientOptionSet.AddTo(set);
        set.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<ChangeClient>()
                    .ExecuteAsync(parsed.GetRequiredValue(Id), client => ClientOptionSet.Apply(parsed, client), cancellation);
                return outcome.Failed(out var refusal, out var changed)
                    ? output.Refuse(refusal)
                    : output.Done(changed.Client, CommandJson.Readable.ClientView, people =>
                    {
                        ClientWords.Describe(people, changed.Client);
                        people.Warn(changed.Warnings);
                    });
            },
            cancellation));
        return set;
    }
}
