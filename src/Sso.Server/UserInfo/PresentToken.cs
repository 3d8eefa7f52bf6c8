using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Protocol.Tokens;
using Sso.Server.ClientAuthentication;
using Sso.Server.Dpop;
using Sso.Server.Engine;
using Sso.Server.Http;
using Sso.Server.MutualTls;
using Sso.Server.Token;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.UserInfo;

/// <summary>The access token as it was presented: in the header or the form (RFC 6750 §2, RFC 9449 §7).</summary>
internal sealed class PresentToken : IOpenIddictServerHandler<ExtractUserInfoRequestContext>
{
    private const string Bearer = AuthenticateChallenge.Bearer;
    private const string InteractionId = "x-fapi-interaction-id";
    private const string Scheme = "sso:scheme";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ExtractUserInfoRequestContext>()
        .UseSingletonHandler<PresentToken>()
        .SetOrder(0)
        .Build();

    /// <summary>The scheme that came with it, as we spell it.</summary>
    public static string SchemeOf(OpenIddictServerTransaction transaction) => (string?)transaction.Properties.GetValueOrDefault(Scheme) ?? Bearer;

    public async ValueTask HandleAsync(ExtractUserInfoRequestContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        Correlate(http);
        var form = HttpMethods.IsPost(http.Request.Method) && http.Request.HasFormContentType
            ? await http.Request.ReadFormAsync(context.CancellationToken)
            : null;
        var (header, posted) = (http.Request.Headers.Authorization, form?["access_token"] ?? default);
        if (header.Count + posted.Count > 1)
        {
            context.Refuse(OAuthError.AccessTokenTwice);
            return;
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
            await context.AnswerAsync(TypedResults.StatusCode(StatusCodes.Status401Unauthorized));
            return;
        }

        context.Transaction.Properties[Scheme] = scheme;
        context.Request = new OpenIddictRequest { AccessToken = token };
    }

    /// <summary>FAPI 1.0 Baseline §6.2.1: a resource sends back the id by which a client finds the request again, if it is a UUID.</summary>
    private static void Correlate(HttpContext http)
    {
        if (http.Request.Headers[InteractionId] is [{ } id] && Guid.TryParseExact(id, "D", out _))
        {
            http.Response.Headers[InteractionId] = id;
        }
    }

    /// <summary>Schemes in any case (RFC 9110 §11.1).</summary>
    private static (string Scheme, string Token) Split(string header) => header.Split(' ', 2, StringSplitOptions.TrimEntries) switch
    {
        [var scheme, var token] when scheme.Equals(Bearer, StringComparison.OrdinalIgnoreCase) => (Bearer, token),
        [var scheme, var token] when scheme.Equals(DpopProofs.Header, StringComparison.OrdinalIgnoreCase) => (DpopProofs.Header, token),
        _ => (Bearer, ""),
    };
}

/// <summary>Whoever presents a token holds the key to which it is bound (RFC 9449 §7, RFC 8705 §3).</summary>
internal sealed class ProveSender(DpopProofs proofs, ClientCertificates certificates, ClientDirectory clients) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ValidateTokenContext>()
        .AddFilter<OpenIddictServerHandlerFilters.RequireUserInfoRequest>()
        .UseScopedHandler<ProveSender>()
        .SetOrder(OpenIddictServerHandlers.Protection.ValidateProofOfPossession.Descriptor.Order)
        .Build();

    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        var (http, scheme) = (context.Transaction.GetHttpRequest()!.HttpContext, PresentToken.SchemeOf(context.Transaction));
        if (await SenderErrorAsync(http, scheme, context.Token, ReadToken.Of(context.Transaction).AccessToken!, context.CancellationToken) is { } error)
        {
            context.Refuse(error);
        }
    }

    private async Task<OAuthError?> SenderErrorAsync(
        HttpContext http, string scheme, string token, IssuedAccessToken accessToken, CancellationToken cancellation)
    {
        var bound = accessToken.Sender;
        if (scheme != (bound?.TokenType ?? AuthenticateChallenge.Bearer))
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
}
