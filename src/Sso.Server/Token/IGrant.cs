using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Protocol.Tokens;

namespace Sso.Server.Token;

/// <summary>A request of an authenticated client at the token endpoint.</summary>
public sealed record TokenRequest(Client Client, OAuthParameters Parameters);

/// <summary>What a grant gave: what may be issued and, where one belongs to it, the refresh token.</summary>
public sealed record RedeemedGrant(ApprovedGrant Approved, string? RefreshToken)
{
    public override string ToString() => "(redeemed grant)";
}

/// <summary>One grant type (RFC 6749 §1.3).</summary>
public interface IGrant
{
    Task<Result<RedeemedGrant>> RedeemAsync(TokenRequest request, CancellationToken cancellation);
}
