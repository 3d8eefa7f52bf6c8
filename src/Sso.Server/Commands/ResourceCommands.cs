using System.CommandLine;
using Sso.Admin;
using Sso.Admin.Resources;

namespace Sso.Server.Commands;

/// <summary><c>sso resource …</c>.</summary>
internal static class ResourceCommands
{
    private static readonly Argument<string> Indicator =
        new("resource") { Description = "The resource indicator, such as https://api.example.com/orders." };
    private static readonly Option<string> Name = new("--name") { Description = "What operators call it.", Required = true };
    private static readonly Option<string> Client = new("--client") { Description = "The client as which it introspects tokens." };

    private static readonly Option<string[]> Scopes = new("--scope")
    {
        Description = "What can be asked for there; clients registered for one of these may ask. May be repeated.",
        AllowMultipleArgumentsPerToken = true,
        Required = true,
    };

    public static Command Build(CommandHost host) =>
        new("resource", "The APIs that take access tokens.") { Add(host), List(host), Remove(host) };

    private static Command Add(CommandHost host)
    {
        var add = new Command(
            "add", "Register an API: tokens for its scopes name it as their audience.") { Indicator, Name, Scopes, Client };
        add.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) => Answer(output, await services.GetRequiredService<AddResource>().ExecuteAsync(
                new NewResource
                {
                    Resource = parsed.GetRequiredValue(Indicator),
                    Name = parsed.GetRequiredValue(Name),
                    Scopes =
                        [.. parsed.GetRequiredValue(Scopes).SelectMany(scopes => scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries))],
                    ClientId = parsed.GetValue(Client),
                },
                cancellation)),
            cancellation));
        return add;
    }

    private static Command List(CommandHost host)
    {
        var list = new Command("list", "List the registered APIs.");
        list.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var resources = await services.GetRequiredService<ListResources>().ExecuteAsync(cancellation);
                return output.Done(resources, CommandJson.Readable.ImmutableArrayResourceView, people => people.Table(
                    ["Resource", "Name", "Scopes", "Introspects as"],
                    resources.Select(
                        resource =>
                            (string[])[resource.Resource, resource.Name, string.Join(' ', resource.Scopes), resource.ClientId ?? "–"])));
            },
            cancellation));
        return list;
    }

    private static Command Remove(CommandHost host)
    {
        var remove = new Command("remove", "Delete a registration.") { Indicator };
        remove.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
                Answer(
                    output,
                    await services.GetRequiredService<RemoveResource>().ExecuteAsync(parsed.GetRequiredValue(Indicator), cancellation)),
            cancellation));
        return remove.AskFor(host, Indicator, "Nobody gets tokens for a resource that is removed.");
    }

    private static int Answer(CommandOutput output, Result<ResourceView, Refusal> outcome) =>
        outcome.Failed(out var refusal, out var resource)
            ? output.Refuse(refusal)
            : output.Done(resource, CommandJson.Readable.ResourceView, people => people.Facts(
                ("Resource", resource.Resource),
                ("Name", resource.Name),
                ("Scopes", string.Join(' ', resource.Scopes)),
                ("Introspects as", resource.ClientId)));
}
