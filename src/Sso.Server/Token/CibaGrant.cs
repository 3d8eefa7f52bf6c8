using Sso.Data.Authorization;
using Sso.Protocol;

namespace Sso.Server.Token;

/// <summary>The CIBA grant (CIBA Core §10.1), in poll mode and after a ping.</summary>
public sealed class CibaGrant(WaitingGrant waiting) : IGrant
{
    public Task<Result<RedeemedGrant>> RedeemAsync(TokenRequest request, CancellationToken cancellation) =>
        waiting.RedeemAsync(WaitingKind.Backchannel, request.Parameters.Text("auth_req_id"), request, cancellation);
}
