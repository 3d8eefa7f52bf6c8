using Sso.Data.Authorization;
using Sso.Protocol;

namespace Sso.Server.Token;

/// <summary>The device code grant (RFC 8628 §3.4).</summary>
public sealed class DeviceCodeGrant(WaitingGrant waiting) : IGrant
{
    public Task<Result<RedeemedGrant>> RedeemAsync(TokenRequest request, CancellationToken cancellation) =>
        waiting.RedeemAsync(WaitingKind.Device, request.Parameters.Text("device_code")!, request, cancellation);
}
