using System.Collections.Frozen;
using Sso.Protocol;
using Sso.Protocol.Tokens;
using Sso.Server.ClientAuthentication;

namespace Sso.Server.Token;

/// <summary>What a grant gave: what may be issued and, where one belongs to it, the refresh token.</summary>
public sealed record RedeemedGrant(ApprovedGrant Approved, string? RefreshToken)
{
    /// <summary>The claims that were asked for in the ID token by name (OIDC Core §5.5).</summary>
    public IReadOnlySet<string> AskedClaims { get; init; } = FrozenSet<string>.Empty;

    /// <summary>True for an exchange (RFC 8693), which gives an access token and nothing else.</summary>
    public bool IsExchange { get; init; }

    /// <summary>The key to which the access token is bound; null for a bearer token.</summary>
    public SenderConstraint? Sender { get; init; }

    public override string ToString() => "(redeemed grant)";
}

/// <summary>One grant type (RFC 6749 §1.3).</summary>
public interface IGrant
{
    Task<Result<RedeemedGrant>> RedeemAsync(ClientRequest request, CancellationToken cancellation);
}
