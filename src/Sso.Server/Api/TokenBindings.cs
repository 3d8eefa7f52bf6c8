using Sso.Extensions.Dpop;
using Sso.Protocol.Tokens;
using Sso.Server.Issuance;
using Sso.Server.MutualTls;

namespace Sso.Server.Api;

/// <summary>A token that is bound to a key or a certificate is worth nothing without it (RFC 9449 §7.1, RFC 8705 §3).</summary>
internal sealed class TokenBindings(DpopProofs proofs, ClientCertificates certificates)
{
    /// <summary>Null if the request brings what the token is bound to, or it is bound to nothing.</summary>
    public async Task<OAuthError?> FindRefusalAsync(
        HttpContext http, string scheme, string text, IssuedAccessToken token, CancellationToken cancellation) =>
        token.Sender switch
        {
            var bound when scheme != (bound?.TokenType ?? AuthenticateChallenge.Bearer) => OAuthError.InvalidToken(
                bound is null ? "not bound to a key, and sent as if it were" : "bound to a key, and sent without a proof"),
            null => null,
            { Kind: SenderConstraint.Dpop } when !http.Request.Headers.ContainsKey(DpopProofs.Header) =>
                OAuthError.InvalidDpopProof("none was sent"),
            { Kind: SenderConstraint.Dpop } bound => await proofs.FindRefusalAsync(http, text, token.ClientId, bound, cancellation),
            { Kind: SenderConstraint.Certificate } bound =>
                certificates.Of(http) is { } shown && ClientCertificates.SenderOf(shown) == bound
                ? null
                : OAuthError.InvalidToken("bound to another certificate"),
            _ => OAuthError.InvalidToken("bound to what is not known here"),
        };
}
