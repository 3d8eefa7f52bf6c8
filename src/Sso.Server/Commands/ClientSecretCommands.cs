using System.CommandLine;
using System.Globalization;
using Sso.Admin.Clients;

namespace Sso.Server.Commands;

/// <summary><c>sso client secret list|add|remove|compromised</c>: a secret is changed while the other keeps working, or at once.</summary>
internal static class ClientSecretCommands
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id." };
    private static readonly Option<bool> Newer = new("--newer") { Description = "Take the newer of the two away, not the older." };
    private static readonly Option<int?> Hours = new("--hours") { Description = "Only after so many hours. [now]" };
    private static readonly Option<string?> Label = new("--label") { Description = "What you will know it by, such as production." };
    private static readonly Option<string> Expires = new("--expires")
    {
        Description = $"After how many days it ends, or none. [{NewSecret.UsualDays}]",
        DefaultValueFactory = _ => $"{NewSecret.UsualDays}",
    };

    public static Command Build(CommandHost host) =>
        new("secret", "Change the secret of a client without an outage.") { List(host), Add(host), Remove(host), Compromised(host) };

    private static Command List(CommandHost host)
    {
        var list = new Command("list", "List the secrets of a client, the older first: who made them, when they end, when they were used.")
        {
            Id,
        };
        list.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<ShowClient>().ExecuteAsync(parsed.GetRequiredValue(Id), cancellation);
                return outcome.Failed(out var refusal, out var client)
                    ? output.Refuse(refusal)
                    : output.Done(client.Secrets, CommandJson.Readable.ImmutableArraySecretView, people => Describe(people, client));
            },
            cancellation));
        return list;
    }

    private static void Describe(CommandOutput people, ClientView client)
    {
        if (client.Secrets.IsEmpty)
        {
            people.Note($"The client {client.Id} has no secret.");
            return;
        }

        people.Table(
            ["Fingerprint", "Label", "Made", "By", "Ends", "Last used"],
            client.Secrets.Select(secret => (string[])
            [
                secret.Fingerprint, secret.Label ?? "–", CommandOutput.Time(secret.CreatedAt), secret.CreatedBy ?? "–",
                secret.ExpiresAt is null ? "never" : CommandOutput.Time(secret.ExpiresAt), CommandOutput.Time(secret.LastUsedAt),
            ]));
        people.Note("Uses are written down to the hour.");
    }

    private static Command Add(CommandHost host)
    {
        var add = new Command("add", "Give a client a second secret, shown once. The first one goes on working.") { Id, Label, Expires };
        add.SetAction((parsed, cancellation) => host.OnDatabaseWithSecretsAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                if (DaysOf(parsed.GetRequiredValue(Expires)) is not { } life)
                {
                    return output.Fail(ExitCode.Usage, "--expires: this is not a number of days.", "Give a number such as 365, or none.");
                }

                var outcome = await services.GetRequiredService<RotateSecret>().AddAsync(
                    parsed.GetRequiredValue(Id), new() { Label = parsed.GetValue(Label), ExpiresInDays = life.Days }, cancellation);
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

    private static (int? Days, bool IsRead)? DaysOf(string typed) =>
        typed == "none" ? (null, true)
        : int.TryParse(typed, NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? (days, true)
        : null;

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
            var made = added.Client.Secrets[^1];
            people.Facts(
                ("Secret", added.Secret),
                ("Label", made.Label),
                ("Ends", made.ExpiresAt is null ? "never" : CommandOutput.Time(made.ExpiresAt)));
            people.Warn(added.Warnings);
            foreach (var note in notes)
            {
                people.Note(note);
            }
        });
    }

    private static Command Remove(CommandHost host)
    {
        var remove = new Command("remove", "Take the older of two secrets away.") { Id, Newer, Hours };
        remove.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var (secrets, id, newer) = (
                    services.GetRequiredService<RotateSecret>(), parsed.GetRequiredValue(Id), parsed.GetValue(Newer));
                var outcome = parsed.GetValue(Hours) is { } hours
                    ? await secrets.RetireAsync(id, newer, hours, cancellation)
                    : await secrets.RemoveAsync(id, newer, cancellation);
                return outcome.Failed(out var refusal, out var client)
                    ? output.Refuse(refusal)
                    : output.Done(client, CommandJson.Readable.ClientView, people => people.Say(
                        client.Secrets is [var older, var later]
                            ? $"That secret works until {CommandOutput.Time((newer ? later : older).ExpiresAt)}."
                            : $"The client {client.Id} has one secret now."));
            },
            cancellation));
        return remove;
    }
}
