using System.CommandLine;
using Sso.Admin.Clients;

namespace Sso.Server.Commands;

/// <summary><c>sso client …</c>.</summary>
internal static class ClientCommands
{
    private static readonly Argument<string> Id = new("id") { Description = "The client id." };
    private static readonly Argument<string?> AnyId =
        new("id") { Description = "The client id; all when left out.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<int> Hours = new("--hours") { Description = "How far back. [24]", DefaultValueFactory = _ => 24 };

    public static Command Build(CommandHost host) => new("client", "The applications that people sign in to.")
    {
        ClientAddCommand.Build(host),
        List(host),
        Show(host),
        Set(host),
        ClientSecretCommands.Build(host),
        ClientSwitchCommands.Disable(host),
        ClientSwitchCommands.Enable(host),
        Remove(host),
        Refusals(host),
    };

    private static Command List(CommandHost host)
    {
        var list = new Command("list", "List the registered clients.");
        list.SetAction((parsed, cancellation) => host.OnDatabaseAsync(parsed, ListAsync, cancellation));
        return list;
    }

    private static Command Show(CommandHost host)
    {
        var show = new Command("show", "Show one registration.") { Id };
        show.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<ShowClient>().ExecuteAsync(parsed.GetRequiredValue(Id), cancellation);
                return outcome.Failed(out var refusal, out var client)
                    ? output.Refuse(refusal)
                    : output.Done(client, CommandJson.Readable.ClientView, people => Describe(people, client));
            },
            cancellation));
        return show;
    }

    private static GroupedCommand Set(CommandHost host)
    {
        var set = new GroupedCommand(
            "set",
            "Change a registration. What is left out stays; \"\" takes a value or a list away, and a switch takes false.",
            ClientOptionSet.Groups) { Id };
        ClientOptionSet.AddTo(set);
        set.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<ChangeClient>()
                    .ExecuteAsync(parsed.GetRequiredValue(Id), client => ClientOptionSet.Apply(parsed, client), cancellation);
                return outcome.Failed(out var refusal, out var changed)
                    ? output.Refuse(refusal)
                    : output.Done(changed.Client, CommandJson.Readable.ClientView, people =>
                    {
                        Describe(people, changed.Client);
                        people.Warn(changed.Warnings);
                    });
            },
            cancellation));
        return set;
    }

    private static Command Remove(CommandHost host)
    {
        var remove = new Command("remove", "Delete a registration. Its refresh tokens end with it.") { Id };
        remove.SetAction((parsed, cancellation) => host.OnDatabaseAsync(
            parsed,
            async (services, output, cancellation) =>
            {
                var outcome = await services.GetRequiredService<RemoveClient>().ExecuteAsync(parsed.GetRequiredValue(Id), cancellation);
                return outcome.Failed(out var refusal, out var client)
                    ? output.Refuse(refusal)
                    : output.Done(client, CommandJson.Readable.ClientView, people =>
                    {
                        people.Say($"Removed the client {client.Id} ({client.Name}).");
                        if (client.DisabledAt is not null)
                        {
                            people.Note("Its document is not taken again. If it shall be:");
                            people.Note($"  sso client enable {client.Id}");
                        }
                    });
            },
            cancellation));
        return remove;
    }

    private static Command Refusals(CommandHost host)
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
                    client.Id, client.Name, CommandWords.Of(client.Type), client.DisabledAt is null ? "on" : "off",
                    SecondFactor(client) ?? "–",
                    string.Join('\n', client.RedirectUris),
                ]));
        });
    }

    public static void Describe(CommandOutput people, ClientView client) => people.Facts(
        ("Client id", client.Id),
        ("Name", client.Name),
        ("Type", CommandWords.Of(client.Type)),
        ("Authenticates by", client.AuthenticationMethod.Name()),
        ("Keys", client.JwksUri ?? client.KeySet?.ToString()),
        ("Secrets", client.SecretCount > 1 ? $"{client.SecretCount}, while one is changed" : null),
        ("Certificate for", client.TlsSubject),
        ("Profile", client.Profile == ClientProfile.Ordinary ? null : CommandWords.Of(client.Profile)),
        ("Tokens", client.DpopBound ? "bound to a key (DPoP)" : client.CertificateBound ? "bound to the certificate" : null),
        ("Grants", string.Join(' ', client.GrantTypes)),
        ("Scopes", CommandWords.List(client.Scopes, " ")),
        ("Redirect URIs", CommandWords.List(client.RedirectUris, "\n")),
        ("After sign-out", CommandWords.List(client.PostLogoutRedirectUris, "\n")),
        ("Origins", CommandWords.List(client.Origins, "\n")),
        ("Second factor", SecondFactor(client)),
        ("Consent", client.ConsentRequired ? "asked once" : null),
        ("PKCE", client.Type is ClientType.Machine or ClientType.Device ? null : client.RequirePkce ? "required" : "not required"),
        ("Requests", Requests(client)),
        ("Request objects", CommandWords.List(client.RequestUris, "\n")),
        ("Asks in detail for", CommandWords.List(client.AuthorizationDetailTypes, "\n")),
        ("Userinfo", Answer(client.UserInfoSigningAlgorithm, client.UserInfoEncryption)),
        ("ID tokens encrypted", Answer(algorithm: null, client.IdTokenEncryption)),
        ("ID tokens tell", client.IdTokenClaims ? "what the scopes bring" : null),
        ("ID tokens in answers", client.AllowsIdTokenResponses ? "allowed" : null),
        ("Signed answers", client.Type == ClientType.Machine ? null : client.AuthorizationSigningAlgorithm),
        ("ID tokens", client.Type == ClientType.Machine ? null : client.IdTokenSigningAlgorithm),
        ("Introspection", client.IntrospectionSigningAlgorithm),
        ("Told of sign-outs at", client.BackchannelLogoutUri),
        ("Loaded at sign-out", client.FrontchannelLogoutUri),
        ("Sign-in starts at", client.InitiateLoginUri),
        ("Subjects", client.Sector is null ? null : $"pairwise, for {client.Sector}"),
        ("Verified", client.IsUnverified ? "no, it registered itself" : null),
        ("Told of answers at", client.NotificationUri),
        ("Exchanges tokens for", CommandWords.List(client.ExchangeTargets, "\n")),
        ("Brand", client.BrandId),
        ("Added", CommandOutput.Time(client.CreatedAt)),
        ("State", client.DisabledAt is null ? "on" : $"off since {CommandOutput.Time(client.DisabledAt)}"));

    private static string? Answer(string? algorithm, TokenEncryption? encryption) =>
        algorithm is null && encryption is null
            ? null
            : string.Join(", ", new[] { algorithm, encryption?.Algorithm, encryption?.Content }.OfType<string>());

    private static string? Requests(ClientView client)
    {
        string[] demands =
        [
            .. client.RequiresPushedRequests ? (string[])["must be pushed"] : [],
            .. client.RequiresSignedRequests ? (string[])["must be signed"] : [],
            .. client.RequestObjectSigningAlgorithm is { } algorithm ? (string[])[$"request objects by {algorithm}"] : [],
        ];
        return demands.Length == 0 ? null : string.Join(", ", demands);
    }

    private static string? SecondFactor(ClientView client) => client.Type == ClientType.Machine
        ? null
        : CommandWords.Of(client.SecondFactor)
            + (client.GraceSignIns > 0 ? $", after {client.GraceSignIns} sign-ins" : "")
            + (client.AcceptsTextMessages ? "" : ", no text messages")
            + (client.AcceptsMailCodes ? ", codes by mail" : "")
            + (client.AcceptsTrustedDevices ? ", spared on trusted devices" : "");
}
