using System.Collections.Frozen;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Protocol.Clients;
using Sso.Server.Authorization;
using Sso.Server.SignIn;

namespace Sso.Server.ClientAuthentication;

/// <summary>The registrations in memory, frozen; replaced as a whole when the version row says that one changed.</summary>
public sealed class ClientDirectory(IDbContextFactory<SsoDbContext> contexts, SignInOptions signIn, AuthorizationOptions authorization)
{
    private FrozenDictionary<string, Client> _clients = FrozenDictionary<string, Client>.Empty;

    private FrozenDictionary<string, Resource> _resources = FrozenDictionary<string, Resource>.Empty;

    private FrozenSet<string> _origins = [];

    public Client? Find(string clientId) => _clients.GetValueOrDefault(clientId);

    /// <summary>The protected resources (RFC 8707 §2).</summary>
    public IReadOnlyCollection<Resource> Resources => _resources.Values;

    public Resource? FindResource(string id) => _resources.GetValueOrDefault(id);

    /// <summary>True for a browser origin that some public client registered.</summary>
    public bool IsRegisteredOrigin(string origin) => _origins.Contains(origin);

    public async Task LoadAsync(CancellationToken cancellation)
    {
        await using var database = await contexts.CreateDbContextAsync(cancellation);
        var rows = await database.Clients.AsNoTracking().Where(client => client.DisabledAt == null).ToListAsync(cancellation);
        _clients = rows.ToFrozenDictionary(row => row.Id, row => AsConfigured(row.ToClient()), StringComparer.Ordinal);
        _resources = (await database.Resources.AsNoTracking().ToListAsync(cancellation))
            .ToFrozenDictionary(row => row.Id, row => row.ToResource(), StringComparer.Ordinal);
        _origins = _clients.Values.SelectMany(client => client.Origins).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>What the configuration switches off counts for every registration.</summary>
    private Client AsConfigured(Client client) => client with
    {
        WithheldFactors = signIn.Withheld,
        AllowsIdTokenResponses = client.AllowsIdTokenResponses && authorization.IdTokenResponses,
    };
}
