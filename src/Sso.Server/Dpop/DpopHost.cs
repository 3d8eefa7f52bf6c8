using System.Buffers.Binary;
using System.Buffers.Text;
using Sso.Accounts.Limits;
using Sso.Data;
using Sso.Data.Factors;
using Sso.Data.Secrets;
using Sso.Extensions.Dpop;
using Sso.Server.Http;
using Sso.Server.Operations;

namespace Sso.Server.Dpop;

/// <summary>Used proofs are in the database; nonces are derived from data key and time, so all nodes know them.</summary>
internal sealed class DpopHost(
    SsoDbContext database, Sealer sealer, Throttle throttle, SsoOptions sso, MutualTlsOptions mutualTls, ServerMetrics metrics,
    TimeProvider clock) : IDpopHost
{
    public IEnumerable<string> Addresses => mutualTls.Addresses(sso);

    public string NonceOf(long step)
    {
        Span<byte> data = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(data, step);
        return Base64Url.EncodeToString(sealer.Derive(sealer.CurrentKeyId, "dpop nonce", data)!.AsSpan(0, 18));
    }

    /// <summary>One write.</summary>
    public async ValueTask<OAuthError?> SpendAsync(HttpContext http, DpopProof proof, Client? client, CancellationToken cancellation)
    {
        // Anybody can speak for a public client, so how much they can make us remember is limited.
        if (client is { IsPublic: true } && await throttle.ReserveProofAsync(ClientAddress.Counted(http), cancellation) is { } wait)
        {
            return OAuthError.TooManyRequests(wait);
        }

        if (await database.TrySpendAsync("dpop", $"{proof.Thumbprint}/{proof.Id}", proof.Until, clock.GetUtcNow(), cancellation))
        {
            return null;
        }

        metrics.CountBlocked("proof-replay");
        return OAuthError.InvalidDpopProof("used before");
    }
}
