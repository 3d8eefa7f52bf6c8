using OpenIddict.Abstractions;
using Sso.Protocol.Tokens;
using Sso.Server.Issuance;

namespace Sso.Server.Token;

/// <summary>What an authenticated client presents, with the key that it proved.</summary>
/// <param name="Presented">The code or refresh token, opened; null for the grant types that have neither.</param>
internal sealed record TokenRequest(Client Client, OpenIddictRequest Parameters, SenderConstraint? Sender, PresentedToken? Presented);

/// <summary>One grant type (RFC 6749 §1.3), registered under its name.</summary>
internal interface IGrant
{
    Task<Result<ApprovedPrincipal, OAuthError>> RedeemAsync(TokenRequest request, CancellationToken cancellation);
}
