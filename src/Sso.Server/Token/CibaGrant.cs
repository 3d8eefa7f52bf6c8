using Sso.Data.Authorization;
using Sso.Protocol;
using Sso.Server.ClientAuthentication;

namespace Sso.Server.Token;

/// <summary>The CIBA grant (CIBA Core §10.1), in poll mode and after a ping.</summary>
public sealed class CibaGrant(WaitingGrant waiting) : IGrant
{
    public Task<Result<RedeemedGrant>> RedeemAsync(ClientRequest request, CancellationToken cancellation) =>
        waiting.RedeemAsync(WaitingKind.Backchannel, request.Parameters["auth_req_id"], request, cancellation);
}
