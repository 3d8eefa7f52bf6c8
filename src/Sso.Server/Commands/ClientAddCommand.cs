using System.CommandLine;
using Sso.Admin.Clients;

namespace Sso.Server.Commands;

/// <summary><c>sso client add</c>.</summary>
internal static class ClientAddCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id, such as my-shop." };
    private static readonly Option<string> Type =
        new Option<string>("--type") { Description = "What kind of program it is.", Required = true }
            .AcceptOnlyFromAmong(CommandWords.All<ClientType>());

    private static readonly Option<bool> Pairwise =
        new("--pairwise") { Description = "People have a subject of their own at its sector (OIDC Core §8)." };
    private static readonly Option<string> SectorIdentifier =
        new("--sector-identifier-uri") { Description = "Lists the redirect URIs of the sector, when they have several hosts." };

    public static Command Build(CommandHost host)
    {
        var add = new GroupedCommand(
            "add", "Register a client. Its secret is shown once. --name is needed.",
            [.. ClientOptionSet.Groups, new("How it knows people", [Pairwise, SectorIdentifier])])
        {
            Id, Type, Pairwise, SectorIdentifier,
        };
        ClientOptionSet.AddTo(add);
        add.SetAction((parsed, cancellation) =>
        {
            Task<int> RunAsync(IServiceProvider services, CommandOutput output, CancellationToken cancellation) =>
                AddAsync(ClientOptionSet.Apply(parsed, Bare(parsed)), services, output, cancellation);
            return ClientSecurityOptions.NeedSecrets(parsed)
                ? host.OnDatabaseWithSecretsAsync(parsed, RunAsync, cancellation)
                : host.OnDatabaseAsync(parsed, RunAsync, cancellation);
        });
        return add;
    }

    /// <summary>What cannot be changed later.</summary>
    private static Client Bare(ParseResult parsed) => new()
    {
        Id = parsed.GetRequiredValue(Id),
        Name = "",
        Type = CommandWords.Parse<ClientType>(parsed.GetRequiredValue(Type)),
        Pairwise = parsed.GetValue(Pairwise),
        SectorIdentifierUri = parsed.GetValue(SectorIdentifier),
    };

    private static async Task<int> AddAsync(Client input, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        if ((await services.GetRequiredService<AddClient>().ExecuteAsync(input, cancellation)).Failed(out var refusal, out var added))
        {
            return output.Refuse(refusal);
        }

        var issuer = services.GetRequiredService<IConfiguration>()["Sso:Issuer"];
        var document = new ClientAddedDocument(added.Client.Id, added.Secret, issuer, added.Client, added.Warnings);
        return output.Done(document, CommandJson.Readable.ClientAddedDocument, people =>
        {
            people.Say($"Added the client {added.Client.Id}.");
            ClientWords.Describe(people, added.Client);
            people.Facts(("Issuer", issuer), ("Secret", added.Secret));
            if (added.Secret is not null)
            {
                people.Note("Copy the secret now: it is stored as a hash and is never shown again.");
            }

            people.Warn(added.Warnings);
        });
    }
}
