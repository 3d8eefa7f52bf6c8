using System.CommandLine;
using Sso.Server.StepUp;

namespace Sso.Server.Commands;

/// <summary><c>sso action …</c>.</summary>
internal static class ActionCommands
{
    public static Command Build(CommandHost host)
    {
        var list = new Command("list", "List the named actions and what each demands of a sign-in (section Actions of the configuration).");
        list.SetAction((parsed, cancellation) => host.OnAnySchemaAsync(
            parsed,
            (services, output, _) =>
            {
                var views = services.GetRequiredService<ActionCatalogue>().Rules.Select(
                    rule => new ActionView(
                        rule.Name, rule.Acr, (long?)rule.MaxAge?.TotalSeconds, [.. rule.Scopes.Order(StringComparer.Ordinal)])).ToList();
                return Task.FromResult(output.Done(views, CommandJson.Readable.ListActionView, people => people.Table(
                    ["Action", "acr_values", "max_age", "Guards at userinfo"],
                    views.Select(
                        view => (string[])
                        [
                            view.Action, view.AcrValues ?? "–",
                            view.MaxAge?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "–",
                            CommandWords.List(view.Scopes, " ") ?? "–",
                        ]))));
            },
            cancellation));
        return new Command("action", "The actions for which a sign-in must be fresh or strong (RFC 9470).") { list };
    }
}

/// <summary>A named action as a script reads it. <paramref name="MaxAge"/> is in seconds.</summary>
internal sealed record ActionView(string Action, string? AcrValues, long? MaxAge, IReadOnlyList<string> Scopes);
