using System.Security.Cryptography;
using Sso.Protocol.Encryption;

namespace Sso.Extensions.Host;

/// <summary>Encrypts what only a client may read, to a key that the client published (RFC 7516, OIDC Core §10.2).</summary>
public sealed class TokenEncryptor(ClientKeys keys)
{
    /// <summary>As it is if nothing is registered. Never in plain text otherwise: without a key of the client it is an error.</summary>
    /// <param name="client">The client whose key is used.</param>
    /// <param name="text">A signed token, or JSON.</param>
    /// <param name="isToken">True for a token, which the header then says (RFC 7519 §5.2).</param>
    public async Task<Result<string, OAuthError>> EncryptAsync(
        Client client, TokenEncryption? how, string text, bool isToken, CancellationToken cancellation)
    {
        if (how is null)
        {
            return text;
        }

        if ((await keys.FindAsync(client, wanted: null, cancellation))?.ForEncryption(how.Algorithm) is not { } key)
        {
            return OAuthError.NoEncryptionKey;
        }

        try
        {
            return Jwe.Encrypt(text, key, how, isToken);
        }
        // A key that only looks like one, such as a point off the curve: it is the client's problem, not ours.
        catch (Exception unusable) when (unusable is CryptographicException or ArgumentException or FormatException)
        {
            return OAuthError.NoEncryptionKey;
        }
    }
}
