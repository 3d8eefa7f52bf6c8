using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Sso.Extensions.Dpop;

/// <summary>The access token as it was presented: in the header or the form (RFC 6750 §2, RFC 9449 §7).</summary>
public static class PresentToken
{
    private const string Bearer = AuthenticateChallenge.Bearer;
    private const string Scheme = "sso:scheme";

    /// <summary>The scheme with which it came, as we spell it.</summary>
    public static string SchemeOf(OpenIddictServerTransaction transaction) =>
        (string?)transaction.Properties.GetValueOrDefault(Scheme) ?? Bearer;

    internal static async ValueTask ReadAsync(ExtractUserInfoRequestContext context)
    {
        var http = context.Http;
        var form = HttpMethods.IsPost(http.Request.Method) && http.Request.HasFormContentType
            ? await http.Request.ReadFormAsync(context.CancellationToken)
            : null;
        var (header, posted) = (http.Request.Headers.Authorization, form?["access_token"] ?? default);
        if (header.Count + posted.Count > 1)
        {
            context.Refuse(OAuthError.AccessTokenTwice);
            return;
        }

        var (scheme, token) = posted is [{ Length: > 0 } inForm] ? (Bearer, inForm) : ReadHeader(header.ToString());
        if (token.Length == 0)
        {
            // RFC 6750 §3.1: no token, no error code.
            http.Response.Headers.WWWAuthenticate = new[]
            {
                new AuthenticateChallenge(Bearer, WasUsed: false).Plain,
                new AuthenticateChallenge(AuthenticateChallenge.Dpop, WasUsed: false).Plain,
            };
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.HandleRequest();
            return;
        }

        context.Transaction.Properties[Scheme] = scheme;
        context.Request = new OpenIddictRequest { AccessToken = token };
    }

    /// <summary>
    /// Scheme and token of an Authorization header, schemes in any case (RFC 9110 §11.1); an empty token if it is none of these.
    /// </summary>
    public static (string Scheme, string Token) ReadHeader(string header) => header.Split(' ', 2, StringSplitOptions.TrimEntries) switch
    {
        [var scheme, var token] when scheme.Equals(Bearer, StringComparison.OrdinalIgnoreCase) => (Bearer, token),
        [var scheme, var token] when scheme.Equals(AuthenticateChallenge.Dpop, StringComparison.OrdinalIgnoreCase) =>
            (AuthenticateChallenge.Dpop, token),
        _ => (Bearer, ""),
    };

    /// <summary>A bound access token, code or refresh token must come with a proof, and no other token may (RFC 9449 §7.1).</summary>
    internal static void RequireSender(ValidateTokenContext context)
    {
        var bound = context.Principal!.BoundTo;
        if (bound?.Kind == SenderConstraint.Dpop)
        {
            // OpenIddict knows only certificates and throws for any other key.
            context.DisableProofOfPossessionValidation = true;
        }

        context.RefuseIf(Refusal(context, bound));
    }

    private static OAuthError? Refusal(ValidateTokenContext context, SenderConstraint? bound) => context.EndpointType switch
    {
        OpenIddictServerEndpointType.UserInfo when SchemeOf(context.Transaction) != (bound?.TokenType ?? AuthenticateChallenge.Bearer) =>
            OAuthError.InvalidToken(
                bound is null ? "not bound to a key, and sent as if it were" : "bound to a key, and sent without a proof"),
        OpenIddictServerEndpointType.UserInfo when bound?.Kind == SenderConstraint.Dpop
            && !context.Http.Request.Headers.ContainsKey(DpopProofs.Header) => OAuthError.InvalidDpopProof("none was sent"),
        OpenIddictServerEndpointType.Token when bound?.Kind == SenderConstraint.Dpop && bound != context.Transaction.Sender =>
            OAuthError.InvalidGrant("bound to another key"),
        _ => null,
    };
}

/// <summary>Whoever presents a token must hold the key to which it is bound (RFC 9449 §7).</summary>
internal sealed class ProveKey(DpopProofs proofs) : IOpenIddictServerHandler<ValidateTokenContext>
{
    public async ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (context.Principal!.BoundTo is { Kind: SenderConstraint.Dpop } bound)
        {
            var clientId = context.Principal!.GetClaim(Claims.ClientId)!;
            context.RefuseIf(await proofs.FindRefusalAsync(context.Http, context.Token, clientId, bound, context.CancellationToken));
        }
    }
}
