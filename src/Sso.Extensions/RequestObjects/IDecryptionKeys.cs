using Sso.Protocol.Encryption;

namespace Sso.Extensions.RequestObjects;

/// <summary>The private keys of the host, to which clients encrypt request objects (RFC 9101 §6.1).</summary>
public interface IDecryptionKeys
{
    IEnumerable<DecryptionKey> DecryptionKeys { get; }
}

/// <summary>For a host that does not offer encryption.</summary>
internal sealed class NoDecryptionKeys : IDecryptionKeys
{
    public IEnumerable<DecryptionKey> DecryptionKeys => [];
}
