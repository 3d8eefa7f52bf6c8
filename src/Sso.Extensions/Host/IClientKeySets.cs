using Sso.Protocol.Clients;

namespace Sso.Extensions.Host;

/// <summary>The public keys of clients (RFC 7591 §2), from wherever the host has them.</summary>
public interface IClientKeySets
{
    /// <summary>All usable keys, as they are known now; null when the client has none or they cannot be had.</summary>
    /// <param name="wanted">The name of the key that will be looked for; null for one without a name, or for any.</param>
    Task<ClientKeySet?> FindAsync(Client client, string? wanted, CancellationToken cancellation);

    /// <summary>For whoever did not find what it looks for among the known keys; null where there is nothing newer.</summary>
    /// <param name="known">Where it was not found.</param>
    Task<ClientKeySet?> RenewAsync(Client client, string? wanted, ClientKeySet? known, CancellationToken cancellation);
}

/// <summary>Those that were registered by value.</summary>
internal sealed class RegisteredKeySets : IClientKeySets
{
    public Task<ClientKeySet?> FindAsync(Client client, string? wanted, CancellationToken cancellation) => Task.FromResult(client.KeySet);

    public Task<ClientKeySet?> RenewAsync(Client client, string? wanted, ClientKeySet? known, CancellationToken cancellation) =>
        Task.FromResult<ClientKeySet?>(null);
}
