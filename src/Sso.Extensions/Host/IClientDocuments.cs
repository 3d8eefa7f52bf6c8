using Sso.Protocol.Clients;

namespace Sso.Extensions.Host;

/// <summary>
/// What clients publish at addresses that they registered: key sets (RFC 7591 §2), request objects (RFC 9101 §5.2). Any client can name any address, so
/// which are called, how long and by whose name service is for the host.
/// </summary>
public interface IClientDocuments
{
    /// <summary>Null for every failure.</summary>
    /// <param name="mediaTypes">What the answer may declare itself to be.</param>
    Task<byte[]?> FetchAsync(Client client, string address, IReadOnlyCollection<string> mediaTypes, CancellationToken cancellation);
}

/// <summary>For a host that calls nobody.</summary>
internal sealed class NoClientDocuments : IClientDocuments
{
    public Task<byte[]?> FetchAsync(Client client, string address, IReadOnlyCollection<string> mediaTypes, CancellationToken cancellation) =>
        Task.FromResult<byte[]?>(null);
}
