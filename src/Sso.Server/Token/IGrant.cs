using System.Collections.Frozen;
using OpenIddict.Abstractions;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Protocol.Tokens;
using Sso.Server.Engine;

namespace Sso.Server.Token;

/// <summary>What a grant gave: what may be issued and, where one belongs to it, the refresh token.</summary>
public sealed record RedeemedGrant(ApprovedGrant Approved, RefreshHandle? RefreshToken)
{
    /// <summary>The claims that were asked for in the ID token by name (OIDC Core §5.5).</summary>
    public IReadOnlySet<string> AskedClaims { get; init; } = FrozenSet<string>.Empty;

    /// <summary>True for an exchange (RFC 8693), which gives an access token and nothing else.</summary>
    public bool IsExchange { get; init; }

    public override string ToString() => "(redeemed grant)";
}

/// <summary>What an authenticated client presents, with the key that it showed.</summary>
/// <param name="Presented">The code or refresh token, opened; null for the grant types that have neither.</param>
public sealed record TokenRequest(Client Client, OpenIddictRequest Parameters, SenderConstraint? Sender, PresentedToken? Presented);

/// <summary>One grant type (RFC 6749 §1.3).</summary>
public interface IGrant
{
    Task<Result<RedeemedGrant>> RedeemAsync(TokenRequest request, CancellationToken cancellation);
}
