using Sso.Protocol.Encryption;

namespace Sso.Extensions.RequestObjects;

/// <summary>The private keys to which clients encrypt request objects (RFC 9101 §6.1); a host without them offers no encryption.</summary>
public interface IDecryptionKeys
{
    IEnumerable<DecryptionKey> DecryptionKeys { get; }
}
