using System.Security.Cryptography;
using Sso.Data;
using Sso.Data.Clients;
using Sso.Data.Factors;
using Sso.Data.Secrets;
using Sso.Extensions.ClientAssertions;
using Sso.Server.Operations;

namespace Sso.Server.ClientAuthentication;

/// <summary>Used assertions are in the database, for all nodes.</summary>
internal sealed class ClientAssertionHost(
    Sealer sealer, SsoDbContext database, SecretUses uses, ServerMetrics metrics, TimeProvider clock) : IClientAssertionHost
{
    public IEnumerable<byte[]> SecretsOf(Client client) => client.Secrets
        .Where(secret => !secret.HasEnded(clock.GetUtcNow())).Select(secret => secret.Sealed).OfType<byte[]>()
        .Select(secret => sealer.Unprotect(ClientRegistration.SecretContextOf(client.Id), secret)).OfType<byte[]>();

    public void SecretUsed(Client client, byte[] secret) => uses.Note(client.Id, SHA256.HashData(secret));

    /// <summary>One write.</summary>
    public async ValueTask<bool> TrySpendAsync(Client client, string id, DateTimeOffset until, CancellationToken cancellation)
    {
        if (await database.TrySpendAsync("assertion", $"{client.Id}/{id}", until, clock.GetUtcNow(), cancellation))
        {
            return true;
        }

        metrics.CountBlocked("assertion-replay");
        return false;
    }
}
