using Sso.Data.Authorization;
using Sso.Protocol;
using Sso.Server.ClientAuthentication;

namespace Sso.Server.Token;

/// <summary>The device code grant (RFC 8628 §3.4).</summary>
public sealed class DeviceCodeGrant(WaitingGrant waiting) : IGrant
{
    public Task<Result<RedeemedGrant>> RedeemAsync(ClientRequest request, CancellationToken cancellation) =>
        waiting.RedeemAsync(WaitingKind.Device, request.Parameters["device_code"], request, cancellation);
}
