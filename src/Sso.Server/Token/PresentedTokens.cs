using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Protocol.Tokens;
using Sso.Server.ClientAuthentication;
using Sso.Server.Dpop;
using Sso.Server.Http;
using Sso.Server.MutualTls;

namespace Sso.Server.Token;

/// <summary>
/// What every endpoint of ours that takes an access token begins with: the token is in force, and whoever presents it holds the key to
/// which it is bound (RFC 6750 §2, RFC 9449 §7, RFC 8705 §3).
/// </summary>
public sealed class PresentedTokens(IssuedTokens tokens, DpopProofs proofs, ClientCertificates certificates, ClientDirectory clients)
{
    private const string Bearer = AuthenticateChallenge.Bearer;

    /// <summary>The token, or the answer that refuses it.</summary>
    public async Task<(IssuedAccessToken? Token, IResult? Refusal)> ReadAsync(HttpContext http, CancellationToken cancellation)
    {
        var form = HttpMethods.IsPost(http.Request.Method) && http.Request.HasFormContentType
            ? await http.Request.ReadFormAsync(cancellation)
            : null;
        var (header, posted) = (http.Request.Headers.Authorization, form?["access_token"] ?? default);
        if (header.Count + posted.Count > 1)
        {
            return (null, Refuse(Bearer, OAuthError.AccessTokenTwice));
        }

        var (scheme, token) = posted is [{ Length: > 0 } inForm] ? (Bearer, inForm) : Split(header.ToString());
        if (token.Length == 0)
        {
            // RFC 6750 §3.1: no token, no error code.
            http.Response.Headers.WWWAuthenticate = new[]
            {
                new AuthenticateChallenge(Bearer, WasUsed: false).Plain,
                new AuthenticateChallenge(AuthenticateChallenge.Dpop, WasUsed: false).Plain,
            };
            return (null, TypedResults.StatusCode(StatusCodes.Status401Unauthorized));
        }

        return await tokens.ReadAccessTokenAsync(token) is not { } accessToken
            ? (null, Refuse(scheme, OAuthError.InvalidToken("not a token of ours in force")))
            : await SenderErrorAsync(http, scheme, token, accessToken, cancellation) is { } error ? (null, Refuse(scheme, error))
            : (accessToken, null);
    }

    /// <summary>The answer to a token that is refused for another reason, as a challenge of the scheme that it came with.</summary>
    public static IResult Refuse(IssuedAccessToken token, OAuthError error) => Refuse(token.Sender?.TokenType ?? Bearer, error);

    private async Task<OAuthError?> SenderErrorAsync(
        HttpContext http, string scheme, string token, IssuedAccessToken accessToken, CancellationToken cancellation)
    {
        var bound = accessToken.Sender;
        if (scheme != (bound?.TokenType ?? Bearer))
        {
            return OAuthError.InvalidToken(
                bound is null ? "not bound to a key, and sent as if it were" : "bound to a key, and sent without a proof");
        }

        if (bound?.Kind == SenderConstraint.Certificate)
        {
            return certificates.Of(http) is { } certificate && ClientCertificates.SenderOf(certificate) == bound
                ? null
                : OAuthError.InvalidToken("bound to another certificate");
        }

        return bound is null ? null : await ProofErrorAsync(http, token, accessToken, bound, cancellation);
    }

    private async Task<OAuthError?> ProofErrorAsync(
        HttpContext http, string token, IssuedAccessToken accessToken, SenderConstraint bound, CancellationToken cancellation)
    {
        var (proof, error) = await proofs.ReadAsync(http);
        return error ?? proof switch
        {
            null => OAuthError.InvalidDpopProof("none was sent"),
            // The thumbprint of a key is the same whatever it signs with: RS256 would pass where the token was bound by PS256.
            _ when clients.Find(accessToken.ClientId) is { IsFapi: true } && !SignatureAlgorithms.Fapi.Contains(proof.Algorithm) =>
                OAuthError.InvalidDpopProof("by an algorithm that FAPI does not accept"),
            _ when proof.Sender != bound => OAuthError.InvalidToken("bound to another key"),
            _ when proof.TokenHash != Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token))) =>
                OAuthError.InvalidDpopProof("made for another token"),
            _ when !await proofs.TrySpendAsync(proof, cancellation) => OAuthError.InvalidDpopProof("used before"),
            _ => null,
        };
    }

    /// <summary>Who sent a bearer token may have to send a proof; who sent a proof knows how.</summary>
    private static OAuthErrorResult Refuse(string scheme, OAuthError error) => new(
        error,
        scheme == Bearer
            ? [new(Bearer, WasUsed: true), new(AuthenticateChallenge.Dpop, WasUsed: false)]
            : [new(AuthenticateChallenge.Dpop, WasUsed: true)]);

    /// <summary>Schemes in any case (RFC 9110 §11.1).</summary>
    private static (string Scheme, string Token) Split(string header) => header.Split(' ', 2, StringSplitOptions.TrimEntries) switch
    {
        [var scheme, var token] when scheme.Equals(Bearer, StringComparison.OrdinalIgnoreCase) => (Bearer, token),
        [var scheme, var token] when scheme.Equals(DpopProofs.Header, StringComparison.OrdinalIgnoreCase) => (DpopProofs.Header, token),
        _ => (Bearer, ""),
    };
}
