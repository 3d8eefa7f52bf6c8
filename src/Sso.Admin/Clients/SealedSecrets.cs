using Sso.Data.Clients;
using Sso.Data.Secrets;

namespace Sso.Admin.Clients;

/// <summary>Seals the secrets of clients that sign with them (client_secret_jwt): the server must be able to read those.</summary>
public sealed class SealedSecrets(DataKeyRing dataKeys, Sealer sealer)
{
    public async Task<byte[]> SealAsync(string clientId, string secret, CancellationToken cancellation)
    {
        await dataKeys.LoadAsync(cancellation);
        return sealer.Protect(ClientRegistration.SecretContextOf(clientId), secret);
    }
}
