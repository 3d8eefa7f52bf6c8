using System.CommandLine;
using Sso.Admin.Clients;

namespace Sso.Server.Commands;

/// <summary><c>sso client list</c>, <c>show</c> and <c>refusals</c>: they change nothing.</summary>
internal static class ClientReadCommands
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id." };
    private static readonly Argument<string?> AnyId =
        new("id") { Description = "The client id; all when left out.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string> Stack = StackOption();
    private static readonly Option<int> Hours = new("--hours") { Description = "How far back. [24]", DefaultValueFactory = _ => 24 };

    private static Option<string> StackOption()
    {
        var stack = ClientAddCommand.StackOption("With what it is built.");
        stack.Required = true;
        return stack;
    }

    public static Command List(CommandHost host)
    {
        var list = new Command("list", "List the registered clients.");
        list.SetAction((parsed, cancellation) => host.OnDatabaseAsync(parsed, ListAsync, cancellation));
        return list;
    }

    public static Command Show(CommandHost host)
    {
        var show = new Command("show", "Show one registration.") { Id };
        show.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<ShowClient>().ExecuteAsync(parsed.GetRequiredValue(Id), cancellation);
                return outcome.Failed(out var refusal, out var client)
                    ? output.Refuse(refusal)
                    : output.Done(client, CommandJson.Readable.ClientView, people => ClientWords.Describe(people, client));
            },
            cancellation));
        return show;
    }

    public static Command Snippet(CommandHost host)
    {
        var snippet = new Command("snippet", "Print what the author of an application writes, with its own values.") { Id, Stack };
        snippet.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<ShowClient>().ExecuteAsync(parsed.GetRequiredValue(Id), cancellation);
                if (outcome.Failed(out var refusal, out var client))
                {
                    return output.Refuse(refusal);
                }

                if (services.GetRequiredService<IConfiguration>()["Sso:Issuer"] is not { Length: > 0 } issuer)
                {
                    return output.Fail(ExitCode.Usage, "Sso:Issuer is not set.", "It is the address at which people find this server.");
                }

                var stack = StackPreset.Find(parsed.GetRequiredValue(Stack))!;
                if (stack.SnippetFor(client, issuer) is not { } text)
                {
                    return output.Fail(
                        ExitCode.Refused, $"There is nothing to print for {client.Id}.",
                        $"It needs a redirect URI, the type {CommandWords.Of(stack.Type)}, and to prove itself "
                        + (stack.Type == ClientType.Native ? "without a secret" : "by a secret that it sends")
                        + "; nothing may be signed, pushed, bound or encrypted.");
                }

                host.Terminal.Out.Write(text);
                return ExitCode.Done;
            },
            cancellation));
        return snippet;
    }

    public static Command Refusals(CommandHost host)
    {
        var refusals = new Command(
            "refusals", "List what clients were refused lately, and why: a secret, a code, a redirect URI.") { AnyId, Hours };
        refusals.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var back = TimeSpan.FromHours(Math.Clamp(parsed.GetValue(Hours), 1, 24 * 366));
                var found = await services.GetRequiredService<ListRefusals>().ExecuteAsync(parsed.GetValue(AnyId), back, cancellation);
                return output.Done(found, CommandJson.Readable.ImmutableArrayRefusalView, people =>
                {
                    people.Table(
                        ["When", "Client id", "What", "Sent", "Why"],
                        found.Select(item => (string[])
                        [
                            CommandOutput.Time(item.At), item.ClientId ?? "unknown", CommandWords.Of(item.Kind), item.Detail ?? "–",
                            item.Reason ?? "–",
                        ]));
                    people.Note("Of a redirect URI the last column is the registered one; the mark stands before the first difference.");
                });
            },
            cancellation));
        return refusals;
    }

    private static async Task<int> ListAsync(IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var clients = await services.GetRequiredService<ListClients>().ExecuteAsync(cancellation);
        return output.Done(clients, CommandJson.Readable.ImmutableArrayClientView, people =>
        {
            if (clients.IsEmpty)
            {
                people.Note("No client is registered. Add one:");
                people.Note("  sso client add my-shop --name \"My shop\" --type web --redirect-uri https://shop.example/callback");
                return;
            }

            people.Table(
                ["Client id", "Name", "Type", "State", "Second factor", "Redirect URIs"],
                clients.Select(client => (string[])
                [
                    client.Id, client.Name, CommandWords.Of(client.Type), client.State,
                    ClientWords.SecondFactor(client) ?? "–",
                    string.Join('\n', client.RedirectUris),
                ]));
        });
    }
}
