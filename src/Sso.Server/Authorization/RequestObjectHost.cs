using Sso.Extensions.RequestObjects;
using Sso.Protocol.Clients;
using Sso.Protocol.Encryption;
using Sso.Server.Keys;
using Sso.Server.Outgoing;

namespace Sso.Server.Authorization;

/// <summary>Request objects are encrypted to keys of the ring, and fetched by the guarded client.</summary>
internal sealed class RequestObjectHost(SigningKeyRing keys, OutgoingHttp outgoing) : IRequestObjectHost
{
    public IEnumerable<DecryptionKey> DecryptionKeys => keys.DecryptionKeys;

    public Task<byte[]?> FetchAsync(Client client, string address, IReadOnlyCollection<string> mediaTypes, CancellationToken cancellation) =>
        outgoing.FetchAsync(address, mediaTypes, client.RegisteredBy, cancellation);
}
