using System.CommandLine;
using Sso.Admin.Nodes;

namespace Sso.Server.Commands;

/// <summary><c>sso nodes</c>.</summary>
internal static class NodesCommand
{
    public static Command Build(CommandHost host)
    {
        var nodes = new Command("nodes", "List the servers that work on this database; one that was killed is listed for a day.");
        nodes.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var found = await services.GetRequiredService<ListNodes>().ExecuteAsync(cancellation);
                return output.Done(found, CommandJson.Readable.ImmutableArrayNodeView, people => people.Table(
                    ["Node", "Version", "Started", "Last seen", "State"],
                    found.Select(node => (string[])
                    [
                        node.Name,
                        node.ShortVersion,
                        CommandOutput.Time(node.StartedAt),
                        CommandOutput.Time(node.SeenAt),
                        node.IsGone ? "gone" : "there",
                    ])));
            },
            cancellation));
        return nodes;
    }
}
