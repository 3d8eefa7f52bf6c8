using System.CommandLine;
using Sso.Extensions.RichRequests;

namespace Sso.Server.Commands;

/// <summary><c>sso authorization-type …</c>.</summary>
internal static class AuthorizationTypeCommands
{
    public static Command Build(CommandHost host)
    {
        var list = new Command("list", "List the types (section AuthorizationTypes of the configuration).");
        list.SetAction((parsed, cancellation) => host.OnAnySchemaAsync(
            parsed,
            (services, output, _) =>
            {
                var views = services.GetRequiredService<AuthorizationTypes>().All.Select(type => new AuthorizationTypeView(
                    type.Type, type.English, type.Italian, [.. type.Fields.Keys.Order(StringComparer.Ordinal)],
                    [.. type.Actions], [.. type.Locations])).ToList();
                return Task.FromResult(output.Done(views, CommandJson.Readable.ListAuthorizationTypeView, people => people.Table(
                    ["Type", "Wants to", "Fields", "Actions"],
                    views.Select(
                        view => (string[])
                        [
                            view.Type, view.English, CommandWords.List(view.Fields, " ") ?? "–",
                            CommandWords.List(view.Actions, " ") ?? "–",
                        ]))));
            },
            cancellation));
        return new Command("authorization-type", "The types of authorization_details that applications may ask for (RFC 9396).") { list };
    }
}

/// <summary>A type as a script reads it.</summary>
internal sealed record AuthorizationTypeView(
    string Type, string English, string Italian, IReadOnlyList<string> Fields,
    IReadOnlyList<string> Actions, IReadOnlyList<string> Locations);
