using Sso.Protocol.Clients;

namespace Sso.Extensions.Host;

/// <summary>The public keys of clients (RFC 7591 §2), from wherever the host has them.</summary>
public interface IClientKeySets
{
    /// <summary>All usable keys, as they are known now; null when the client has none or they cannot be had.</summary>
    Task<ClientKeySet?> FindAsync(Client client, CancellationToken cancellation);
}

/// <summary>Those that were registered by value.</summary>
internal sealed class RegisteredKeySets : IClientKeySets
{
    public Task<ClientKeySet?> FindAsync(Client client, CancellationToken cancellation) => Task.FromResult(client.Jwks);
}
