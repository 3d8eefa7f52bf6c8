using System.CommandLine;
using Sso.Admin.Clients;

namespace Sso.Server.Commands;

/// <summary><c>sso client secret add|remove|compromised</c>: a secret is changed while the other keeps working, or at once.</summary>
internal static class ClientSecretCommands
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id." };
    private static readonly Option<bool> Newer = new("--newer") { Description = "Take the newer of the two away, not the older." };

    public static Command Build(CommandHost host) =>
        new("secret", "Change the secret of a client without an outage.") { Add(host), Remove(host), Compromised(host) };

    private static Command Add(CommandHost host)
    {
        var add = new Command("add", "Give a client a second secret, shown once. The first one goes on working.") { Id };
        add.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<RotateSecret>().AddAsync(parsed.GetRequiredValue(Id), cancellation);
                return outcome.Failed(out var refusal, out var added)
                    ? output.Refuse(refusal)
                    : Tell(
                        services, output, added, $"The client {added.Client.Id} has two secrets now.",
                        "Copy the secret now: it is never shown again. When the application uses it, take the older one away:",
                        $"  sso client secret remove {added.Client.Id}");
            },
            cancellation));
        return add;
    }

    private static Command Compromised(CommandHost host)
    {
        var compromised = new Command(
            "compromised", "End every secret of a client at once, and all that it was given; a new secret is shown once.") { Id };
        compromised.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<RotateSecret>()
                    .ReplaceAsync(parsed.GetRequiredValue(Id), seen: null, cancellation);
                return outcome.Failed(out var refusal, out var added)
                    ? output.Refuse(refusal)
                    : Tell(
                        services, output, added, $"The secrets of {added.Client.Id} no longer work, nor does what it was given.",
                        "Copy the secret now: it is never shown again.");
            },
            cancellation));
        return compromised;
    }

    private static int Tell(IServiceProvider services, CommandOutput output, ClientAdded added, string done, params string[] notes)
    {
        var issuer = services.GetRequiredService<IConfiguration>()["Sso:Issuer"];
        var document = new ClientAddedDocument(added.Client.Id, added.Secret, issuer, added.Client, added.Warnings);
        return output.Done(document, CommandJson.Readable.ClientAddedDocument, people =>
        {
            people.Say(done);
            people.Facts(("Secret", added.Secret));
            foreach (var note in notes)
            {
                people.Note(note);
            }
        });
    }

    private static Command Remove(CommandHost host)
    {
        var remove = new Command("remove", "Take the older of two secrets away.") { Id, Newer };
        remove.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<RotateSecret>()
                    .RemoveAsync(parsed.GetRequiredValue(Id), parsed.GetValue(Newer), cancellation);
                return outcome.Failed(out var refusal, out var client)
                    ? output.Refuse(refusal)
                    : output.Done(
                        client, CommandJson.Readable.ClientView, people => people.Say($"The client {client.Id} has one secret now."));
            },
            cancellation));
        return remove;
    }
}
