using System.CommandLine;
using Sso.Admin.Clients;

namespace Sso.Server.Commands;

/// <summary><c>sso client secret add|remove</c>: a secret is changed while the other keeps working.</summary>
internal static class ClientSecretCommands
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id." };
    private static readonly Option<bool> Newer = new("--newer") { Description = "Take the newer of the two away, not the older." };

    public static Command Build(CommandHost host) =>
        new("secret", "Change the secret of a client without an outage.") { Add(host), Remove(host) };

    private static Command Add(CommandHost host)
    {
        var add = new Command("add", "Give a client a second secret, shown once. The first one goes on working.") { Id };
        add.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<RotateSecret>().AddAsync(parsed.GetRequiredValue(Id), cancellation);
                if (outcome.Failed(out var refusal, out var added))
                {
                    return output.Refuse(refusal);
                }

                var issuer = services.GetRequiredService<IConfiguration>()["Sso:Issuer"];
                var document = new ClientAddedDocument(added.Client.Id, added.Secret, issuer, added.Client, added.Warnings);
                return output.Done(document, CommandJson.Readable.ClientAddedDocument, people =>
                {
                    people.Say($"The client {added.Client.Id} has two secrets now.");
                    people.Facts(("Secret", added.Secret));
                    people.Note("Copy the secret now: it is never shown again. When the application uses it, take the older one away:");
                    people.Note($"  sso client secret remove {added.Client.Id}");
                });
            },
            cancellation));
        return add;
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
