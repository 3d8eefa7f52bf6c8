using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Sso.Accounts;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Keys;
using Sso.Data.Secrets;
using Sso.Extensions.Host;
using Sso.Server.Http;
using Sso.Server.Operations;

namespace Sso.Server.Clients;

/// <summary>The registrations in memory, frozen; replaced as a whole when the version row says that one changed.</summary>
internal sealed class ClientDirectory(
    IDbContextFactory<SsoDbContext> contexts, Sealer sealer, SignInOptions signIn, AuthorizationOptions authorization, SsoOptions sso,
    ServerMetrics metrics, TimeProvider clock) : IClientSource
{
    private FrozenDictionary<string, Client> _clients = FrozenDictionary<string, Client>.Empty;

    private FrozenDictionary<string, Resource> _resources = FrozenDictionary<string, Resource>.Empty;

    private readonly Resource _own = new(ApiScopes.ResourceOf(sso.Issuer), ApiScopes.All, ClientId: null);

    private FrozenSet<string> _off = [];

    private FrozenDictionary<string, DateTimeOffset> _firstTokens = FrozenDictionary<string, DateTimeOffset>.Empty;

    private FrozenSet<string> _origins = [];

    public Client? Find(string clientId) => _clients.GetValueOrDefault(clientId);

    public ValueTask<Client?> FindAsync(string clientId, CancellationToken cancellation) => ValueTask.FromResult(Find(clientId));

    /// <summary>True for a client that an operator disabled: it is found nowhere, and no document brings it back.</summary>
    public bool IsOff(string clientId) => _off.Contains(clientId);

    /// <summary>True for a token that a client got for itself before an operator ended what it had, or before it was added.</summary>
    public bool IsEnded(string clientId, DateTimeOffset issuedAt) =>
        _firstTokens.TryGetValue(clientId, out var first) && issuedAt < first;

    public IReadOnlyCollection<Client> All => _clients.Values;

    /// <summary>The protected resources (RFC 8707 §2), our own API among them.</summary>
    public IReadOnlyCollection<Resource> Resources => _resources.Values;

    public Resource? FindResource(string id) => _resources.GetValueOrDefault(id);

    /// <summary>True if some client may use this grant.</summary>
    public bool IsUsed(string grantType) => _clients.Values.Any(client => client.GrantTypes.Contains(grantType));

    /// <summary>True if some client is told of answers (CIBA Core, ping mode).</summary>
    public bool NotifiesSome => _clients.Values.Any(client => client.IsNotified);

    /// <summary>True for a browser origin that some public client registered.</summary>
    public bool IsRegisteredOrigin(string origin) => _origins.Contains(origin);

    /// <summary>The origins to which browsers are sent back, as they write them.</summary>
    public IReadOnlyList<string> PageOrigins { get; private set; } = [];

    /// <summary>True if some client wants to be loaded by the browser at a sign-out (Front-Channel Logout §2).</summary>
    public bool HasFrames { get; private set; }

    public async Task LoadAsync(CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var all = await database.Clients.AsNoTracking().ToListAsync(cancellation);
        var rows = all.Where(client => client.DisabledAt is null).ToList();
        _off = all.Where(client => client.DisabledAt is not null).Select(client => client.Id).ToFrozenSet(StringComparer.Ordinal);
        _firstTokens = rows.ToFrozenDictionary(row => row.Id, row => row.FirstTokenAt, StringComparer.Ordinal);
        var key = rows.Any(row => row.Sector is not null)
            ? await PairwiseKey.OpenAsync(database, sealer, clock.GetUtcNow(), cancellation)
            : [];
        _clients = rows.ToFrozenDictionary(row => row.Id, row => AsConfigured(row.InMemory(), key), StringComparer.Ordinal);
        _resources = (await database.Resources.AsNoTracking().ToListAsync(cancellation)).Select(row => Foreign(row.ToResource()))
            .Where(resource => resource.Id != _own.Id).Append(_own)
            .ToFrozenDictionary(resource => resource.Id, StringComparer.Ordinal);
        PageOrigins =
        [
            .. _clients.Values.SelectMany(client => client.RedirectUris).Select(uri => new Uri(uri))
                .Where(uri => uri.Scheme is "https" or "http")
                .Select(HostSpelling.OriginOf).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        ];
        HasFrames = _clients.Values.Any(client => client.FrontchannelLogoutUri is not null);
        _origins = _clients.Values.SelectMany(client => client.Origins).ToFrozenSet(StringComparer.Ordinal);
        metrics.SecretsEnding = CountEndingSecrets;
    }

    /// <summary>By how near the end of that secret is which lives longest; a series each, so that none is as visible as some.</summary>
    private List<Measurement<int>> CountEndingSecrets()
    {
        var now = clock.GetUtcNow();
        var left = _clients.Values.Where(client => !client.Secrets.IsEmpty && client.Secrets.All(secret => secret.ExpiresAt is not null))
            .Select(client => client.Secrets.Max(secret => secret.ExpiresAt)!.Value - now).ToList();
        return
        [
            new(left.Count(time => time <= TimeSpan.Zero), KeyValuePair.Create<string, object?>("within", "ended")),
            .. StoredSecret.AlertDays.Select(days => new Measurement<int>(
                left.Count(time => time > TimeSpan.Zero && StoredSecret.AlertAt(time) == days),
                KeyValuePair.Create<string, object?>("within", $"{days}d"))),
        ];
    }

    /// <summary>A row from before these names were ours: it would put its resource into the audience of our tokens.</summary>
    private static Resource Foreign(Resource registered) => ApiScopes.AreAmong(registered.Scopes)
        ? registered with { Scopes = registered.Scopes.Except(ApiScopes.All).ToFrozenSet(StringComparer.Ordinal) }
        : registered;

    /// <summary>What the configuration switches off is off for every registration.</summary>
    private Client AsConfigured(Client client, byte[] pairwiseKey) => client with
    {
        WithheldFactors = signIn.Withheld,
        Scopes = ApiScopes.Counting(client),
        SectorKey = client.Sector is null ? null : PairwiseSubject.KeyOf(pairwiseKey, client.Sector),
        AllowsIdTokenResponses = client.AllowsIdTokenResponses && authorization.IdTokenResponses,
    };
}
