using Sso.Protocol.Clients;
using Sso.Protocol.Encryption;

namespace Sso.Extensions.RequestObjects;

/// <summary>What request objects need of the host.</summary>
public interface IRequestObjectHost
{
    /// <summary>The private keys to which clients may encrypt them (RFC 9101 §6.1); none where encryption is not offered.</summary>
    IEnumerable<DecryptionKey> DecryptionKeys { get; }

    /// <summary>Fetches one from an address that the client registered (RFC 9101 §5.2); null for every failure, and where that is not offered.</summary>
    /// <param name="mediaTypes">What the answer may declare itself to be.</param>
    Task<byte[]?> FetchAsync(Client client, string address, IReadOnlyCollection<string> mediaTypes, CancellationToken cancellation);
}
