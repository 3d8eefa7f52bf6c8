using System.Collections.Immutable;
using System.Diagnostics;
using Sso.Admin.Brands;
using Sso.Admin.Outgoing;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Administrators;
using Sso.Data.Clients;
using Sso.Data.Keys;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Admin.Clients;

/// <summary>Registers a client and makes its secret (RFC 7591 §2).</summary>
/// <param name="secrets">Null if the key of the database is not at hand; only client_secret_jwt needs it.</param>
public sealed class AddClient(
    SsoDbContext database, SectorIdentifiers sectors, KeyOptions keys,
    OutgoingAddresses outgoing, TimeProvider clock, SealedSecrets? secrets = null)
{
    private static readonly NewClientRules Rules = new();

    public Task<Result<ClientAdded, Refusal>> ExecuteAsync(Client wanted, CancellationToken cancellation) =>
        ExecuteAsync(wanted, manager: null, cancellation);

    /// <param name="wanted">What is asked for; the rest follows from it.</param>
    /// <param name="manager">The administrator who manages it from the first moment on; null for none.</param>
    /// <param name="cancellation">Stops before anything was written.</param>
    public async Task<Result<ClientAdded, Refusal>> ExecuteAsync(Client wanted, Guid? manager, CancellationToken cancellation) =>
        (await PrepareAsync(wanted, cancellation)).Failed(out var refusal, out var prepared)
            ? refusal
            : await WriteAsync(prepared with { Manager = manager }, cancellation);

    /// <summary>All that may wait for others: addresses are looked up, a sector is fetched. Outside any transaction.</summary>
    internal async Task<Result<PreparedClient, Refusal>> PrepareAsync(Client wanted, CancellationToken cancellation)
    {
        var input = FapiRules.Complete(wanted, keys.Offered);
        if ((await CheckAsync(input, RegisteredBy.Operator, cancellation)).Failed(out var refusal, out var sector))
        {
            return refusal;
        }

        var secret = input.AuthenticationMethod.IsBySecret() ? ClientSecret.New() : null;
        var now = clock.GetUtcNow();
        var client = new ClientRegistration(Complete(input), now)
        {
            Sector = sector.Host,
            FirstSecret = secret is null ? null : new NewSecret().Store(secret, isSealed: null, now),
        };
        await SealAsync(client, secret, cancellation);
        return new PreparedClient(input, client, secret);
    }

    internal Task<Result<ClientAdded, Refusal>> WriteAsync(
        PreparedClient prepared, CancellationToken cancellation) => database.AllOrNothingAsync<ClientAdded>(async () =>
    {
        var (input, client, secret) = prepared;
        await database.RaiseClientsVersionAsync(cancellation);
        if (input.BrandId is { } brand && !await database.HasBrandAsync(brand, cancellation))
        {
            return BrandQueries.NotFound(brand);
        }

        if (await UnknownTargetAsync(input, cancellation) is { } unknown)
        {
            return unknown;
        }

        if (!await database.TryInsertAsync(client, cancellation))
        {
            return Refusal.Taken(
                "client_id", $"A client with the id '{input.Id}' exists.",
                $"Choose another id, or change that one: sso client set {input.Id}");
        }

        var changes = RecordedChanges.Of(before: null, ClientView.Of(client).ToJson());
        if (prepared.Manager is { } person)
        {
            database.ManagedClients.Add(new ManagedClient { PersonId = person, ClientId = client.Id });
            changes["managed_by"] = person.ToString("N");
        }

        database.SecurityEvents.Add(SecurityEvent.ClientChanged(client.CreatedAt, client.Id, "added", changes));
        var doubts = await database.DoubtsAsync(input, cancellation);
        return new ClientAdded(ClientView.Of(client), secret, [.. doubts.Select(doubt => doubt.What)]);
    }, cancellation);

    /// <summary>The server must be able to read a secret that signs: it is kept sealed as well as hashed.</summary>
    internal async Task SealAsync(ClientRegistration client, string? secret, CancellationToken cancellation)
    {
        if (secret is not null && client.AuthenticationMethod == ClientAuthenticationMethod.ClientSecretJwt)
        {
            client.SealedSecret = await secrets!.SealAsync(client.Id, secret, cancellation);
        }
    }

    /// <summary>All rules for a registration, whoever makes it; and its sector, which may have to be fetched.</summary>
    internal async Task<Result<ClientSector, Refusal>> CheckAsync(Client input, RegisteredBy by, CancellationToken cancellation)
    {
        if (FindFlaw(input) is { } refusal)
        {
            return refusal;
        }

        if (await CalledAddressesAsync(input, by, cancellation) is { Length: > 0 } problems)
        {
            return Refusal.Invalid(problems);
        }

        return !input.Pairwise ? new ClientSector(null)
            : (await sectors.FindAsync(input.SectorIdentifierUri, input.RedirectUris, by, cancellation)).Failed(out refusal, out var host)
                ? refusal
            : new ClientSector(host);
    }

    /// <summary>The rules that need neither the network nor the database.</summary>
    internal Refusal? FindFlaw(Client wanted)
    {
        var input = FapiRules.Complete(wanted, keys.Offered);
        return Rules.Check(input) ?? AlgorithmFlaw(input);
    }

    private Refusal? AlgorithmFlaw(Client input)
    {
        FieldProblem[] problems =
        [
            .. new[]
                {
                    ("id_token_signed_response_alg", input.IdTokenSigningAlgorithm),
                    ("introspection_signed_response_alg", input.IntrospectionSigningAlgorithm),
                    ("authorization_signed_response_alg", input.AuthorizationSigningAlgorithm),
                    ("userinfo_signed_response_alg", input.UserInfoSigningAlgorithm ?? SigningAlgorithms.RS256),
                }
                .Where(pair => !keys.Offered.Contains(pair.Item2))
                .Select(pair => new FieldProblem(
                    pair.Item1,
                    $"'{pair.Item2}' is not an algorithm that this server signs with.",
                    $"Choose among {string.Join(", ", keys.Offered)}.")),
        ];
        return problems.Length == 0 ? null : Refusal.Invalid([.. problems]);
    }

    /// <summary>Every address that the server itself would call; a test fails for a field that is missing here.</summary>
    private async Task<ImmutableArray<FieldProblem>> CalledAddressesAsync(Client input, RegisteredBy by, CancellationToken cancellation)
    {
        (string Field, string? Address)[] called =
        [
            ("jwks_uri", input.JwksUri),
            ("backchannel_logout_uri", input.BackchannelLogoutUri),
            ("sector_identifier_uri", input.SectorIdentifierUri),
            ("logo_uri", input.LogoUri),
            ("notification_uri", input.NotificationUri),
            .. input.RequestUris.Select(uri => ("request_uris", (string?)uri)),
        ];
        var problems = ImmutableArray.CreateBuilder<FieldProblem>();
        foreach (var (field, address) in called)
        {
            if (address is not null && await outgoing.FindFlawAsync(address, by, cancellation) is { } flaw)
            {
                problems.Add(new FieldProblem(field, flaw.What, flaw.Remedy));
            }
        }

        return problems.ToImmutable();
    }

    /// <summary>
    /// The client asked for, with all that follows: names without surrounding spaces, the usual scopes and grants of its type, the origins
    /// of its pages.
    /// </summary>
    internal static Client Complete(Client input)
    {
        var scopes = UsualScopes(input.Type).Union(input.Scopes).ToList();
        return input with
        {
            Name = input.Name.Trim(),
            AuthenticationMethod = input.AuthenticationMethod,
            Origins = [.. Origins(input)],
            Scopes = scopes,
            GrantTypes = [.. GrantsOf(input, scopes)],
            BackchannelLogoutSessionRequired = input.BackchannelLogoutUri is not null,
        };
    }

    internal async Task<Refusal?> UnknownTargetAsync(Client input, CancellationToken cancellation)
    {
        foreach (var target in input.ExchangeTargets)
        {
            if (!await database.Resources.AnyAsync(resource => resource.Id == target, cancellation))
            {
                return Refusal.Invalid(new FieldProblem(
                    "exchange_targets", $"'{target}' is not a registered resource.", "Add it first: sso resource add."));
            }
        }

        return null;
    }

    private static IEnumerable<string> GrantsOf(Client input, List<string> scopes)
    {
        IEnumerable<string> usual = input.Type switch
        {
            ClientType.Machine => [GrantTypes.ClientCredentials],
            ClientType.Device => [GrantTypes.DeviceCode, GrantTypes.RefreshToken],
            _ when scopes.Contains(Scopes.OfflineAccess) => [GrantTypes.AuthorizationCode, GrantTypes.RefreshToken],
            _ => [GrantTypes.AuthorizationCode],
        };
        return usual
            .Concat(input.ExchangeTargets.Count == 0 ? [] : [GrantTypes.TokenExchange])
            .Concat(input.AsksByBackchannel || input.NotificationUri is not null ? [GrantTypes.Ciba] : []);
    }

    /// <summary>A refresh token in a browser has to be asked for: a page can renew silently while the session lives.</summary>
    internal static string[] UsualScopes(ClientType type) => type switch
    {
        ClientType.Web or ClientType.Native or ClientType.Device => [Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.OfflineAccess],
        ClientType.Spa => [Scopes.OpenId, Scopes.Profile, Scopes.Email],
        ClientType.Machine => [],
        _ => throw new UnreachableException(),
    };

    private static IEnumerable<string> Origins(Client input) => input.Origins.Count == 0 ? UsualOrigins(input) : input.Origins;

    /// <summary>Those of its redirect URIs, for pages.</summary>
    internal static IEnumerable<string> UsualOrigins(Client input) => input.Type == ClientType.Spa
        ? input.RedirectUris.Select(uri => HostSpelling.OriginOf(new Uri(uri))).Distinct(StringComparer.Ordinal)
        : [];
}

/// <summary>A new client that was checked and is not yet written.</summary>
/// <param name="Input">As it was wanted.</param>
/// <param name="Row">With all that follows.</param>
/// <param name="Secret">Its secret in the clear, for whoever asked.</param>
internal sealed record PreparedClient(Client Input, ClientRegistration Row, string? Secret)
{
    /// <summary>The administrator who manages it from the first moment on; null for none.</summary>
    public Guid? Manager { get; init; }

    /// <summary>By default a record would print the secret.</summary>
    public override string ToString() => $"client {Row.Id}";
}
