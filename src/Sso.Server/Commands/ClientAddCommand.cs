using System.CommandLine;
using Sso.Admin.Clients;

namespace Sso.Server.Commands;

/// <summary><c>sso client add</c>.</summary>
internal static class ClientAddCommand
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id, such as my-shop." };
    private static readonly Option<string> Type =
        new Option<string>("--type") { Description = "What kind of program it is. Left out: that of the stack." }
            .AcceptOnlyFromAmong(CommandWords.All<ClientType>());

    private static readonly Option<string> Stack = StackOption(
        "With what it is built: says where browsers come back to, and prints what its author writes.");
    private static readonly Option<string> Url =
        new("--url") { Description = "Where the application is: the redirect URIs that are left out follow from it." };

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
            Id, Type, Stack, Url, Pairwise, SectorIdentifier,
        };
        ClientOptionSet.AddTo(add);
        add.Validators.Add(result =>
        {
            // As typed: the value of an option that has an error of its own cannot be read.
            string? Typed(Option option) => result.GetResult(option)?.Tokens is [var token, ..] ? token.Value : null;
            var hasAddresses = result.GetResult(ClientOptionSet.RedirectUris) is not null;
            if (Misfit(Typed(Type), StackPreset.Find(Typed(Stack)), Typed(Url), hasAddresses) is { } problem)
            {
                result.AddError(problem);
            }
        });
        add.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed, (services, output, cancellation) => AddAsync(parsed, services, output, cancellation), cancellation,
            withSecrets: ClientSecurityOptions.NeedSecrets(parsed)));
        return add;
    }

    /// <summary>Also for a command that only prints what an author writes.</summary>
    public static Option<string> StackOption(string description) => new Option<string>("--stack") { Description = description }
        .AcceptOnlyFromAmong([.. StackPreset.All.Select(stack => stack.Id)]);

    /// <summary>Null if they go together.</summary>
    private static string? Misfit(string? type, StackPreset? stack, string? url, bool hasAddresses) => (type, stack) switch
    {
        (null, null) => "Option '--type' is required, or name the stack, such as --stack aspnetcore.",
        ({ } word, { } preset) when word != CommandWords.Of(preset.Type) =>
            $"--stack: '{preset.Id}' is for the type {CommandWords.Of(preset.Type)}. Leave --type out.",
        _ when url is not null && StackPreset.AddressOf(url) is null => "--url: That is not an address such as https://app.example.",
        _ when url is not null && (type == CommandWords.Of(ClientType.Machine) || type == CommandWords.Of(ClientType.Device)) =>
            "--url: Browsers come back to no such program. Leave it out.",
        (_, { NeedsAddress: true } preset) when url is null && !hasAddresses =>
            $"--stack: '{preset.Id}' needs --url, where the application is, or --redirect-uri.",
        _ => null,
    };

    /// <summary>What cannot be changed later.</summary>
    private static Client Bare(ParseResult parsed, ClientType type) => new()
    {
        Id = parsed.GetRequiredValue(Id),
        Name = "",
        Type = type,
        Pairwise = parsed.GetValue(Pairwise),
        SectorIdentifierUri = parsed.GetValue(SectorIdentifier),
    };

    private static async Task<int> AddAsync(
        ParseResult parsed, IServiceProvider services, CommandOutput output, CancellationToken cancellation)
    {
        var stack = StackPreset.Find(parsed.GetValue(Stack));
        var type = parsed.GetValue(Type) is { } word ? CommandWords.Parse<ClientType>(word) : stack!.Type;
        var address = parsed.GetValue(Url) is { } url ? StackPreset.AddressOf(url) : null;
        var input = ClientOptionSet.Apply(parsed, Bare(parsed, type));
        if (input.RedirectUris.Count == 0 && (address is not null || stack is not null))
        {
            input = StackPreset.Propose(input, address, stack) ?? input;
        }

        if ((await services.GetRequiredService<AddClient>().ExecuteAsync(input, cancellation)).Failed(out var refusal, out var added))
        {
            return output.Refuse(refusal);
        }

        var issuer = services.GetRequiredService<IConfiguration>()["Sso:Issuer"];
        var snippet = issuer is null ? null : stack?.SnippetFor(added.Client, issuer);
        var document = new ClientAddedDocument(added.Client.Id, added.Secret, issuer, added.Client, added.Warnings) { Snippet = snippet };
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
            people.Verbatim(".env", string.Join('\n', DotEnv.Lines(issuer, added.Client.Id, added.Secret)));
            if (snippet is not null)
            {
                people.Verbatim(stack!.FileName, snippet.TrimEnd('\n'));
                people.Note(stack.Pitfall("en"));
                people.Note(stack.SignOut("en"));
            }
        });
    }
}
