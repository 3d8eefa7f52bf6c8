using Microsoft.AspNetCore;

namespace Sso.Extensions.Dpop;

/// <summary>So that none of this is created for a request without a proof.</summary>
internal sealed class RequireProofHeader : IOpenIddictServerHandlerFilter<BaseContext>
{
    public ValueTask<bool> IsActiveAsync(BaseContext context) =>
        ValueTask.FromResult(context.Transaction.GetHttpRequest()?.Headers.ContainsKey(DpopProofs.Header) == true);
}

/// <summary>Reads the proof (RFC 9449 §5) before an assertion is spent: a request that lacks a nonce comes again unchanged.</summary>
internal sealed class ReadProof(DpopProofs proofs) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.EndpointType != OpenIddictServerEndpointType.UserInfo
            && context.Passes(await proofs.ReadAsync(context.Http), out var proof))
        {
            context.Transaction.Keep(proof);
            context.Transaction.Sender = proof.Sender;
        }
    }
}

/// <summary>Once the client is known, the proof is used up: it counts for a single request.</summary>
internal sealed class SpendProof(IDpopHost host, IClientSource clients) : IOpenIddictServerHandler<ProcessAuthenticationContext>
{
    public async ValueTask HandleAsync(ProcessAuthenticationContext context)
    {
        if (context.Transaction.Kept<DpopProof>() is not { } proof)
        {
            return;
        }

        var client = await clients.FindAsync(context.Request!.ClientId!, context.CancellationToken);
        context.RefuseIf(client is { IsFapi: true } && !SignatureAlgorithms.Fapi.Contains(proof.Algorithm)
            ? OAuthError.InvalidDpopProof("by an algorithm that FAPI does not accept")
            : await host.SpendAsync(context.Http, proof, client, context.CancellationToken));
    }
}

/// <summary>Binds access tokens, refresh tokens of public clients (RFC 9449 §5), and codes if the key was announced (§10).</summary>
internal sealed class BindTokens(IClientSource clients) : IOpenIddictServerHandler<ProcessSignInContext>
{
    public async ValueTask HandleAsync(ProcessSignInContext context)
    {
        if (context.AuthorizationCodePrincipal is { } code && context.Request.Text(BoundTokens.RequestedKey) is { } announced)
        {
            code.BindTo(new(SenderConstraint.Dpop, announced));
        }

        if (context.Transaction.Sender is not { } sender)
        {
            return;
        }

        context.AccessTokenPrincipal?.BindTo(sender);
        if (context.RefreshTokenPrincipal is { } refreshToken
            && await clients.FindAsync(context.ClientId!, context.CancellationToken) is { IsPublic: true })
        {
            refreshToken.BindTo(sender);
        }
    }
}

/// <summary>What needs to know only the key.</summary>
internal static class BoundTokens
{
    /// <summary>RFC 9449 §10: the parameter that names the key of the code.</summary>
    public const string RequestedKey = "dpop_jkt";

    /// <summary>RFC 9449 §10.1: a proof with a pushed request binds the code as dpop_jkt does; both must name the same key.</summary>
    public static void BindPushed(ValidatePushedAuthorizationRequestContext context)
    {
        if (context.Transaction.Sender is not { Kind: SenderConstraint.Dpop, Thumbprint: var key })
        {
            return;
        }

        if (context.Request!.Text(RequestedKey) is { } announced && announced != key)
        {
            context.Refuse(OAuthError.InvalidDpopProof("dpop_jkt names another key"));
            return;
        }

        context.Request[RequestedKey] = key;
    }

    /// <summary>RFC 9449 §5: a token that is bound to the key of a proof is presented differently.</summary>
    public static void NameTokenType(ProcessSignInContext context)
    {
        if (context.GenerateAccessToken && context.Transaction.Sender is { } sender)
        {
            context.Response.TokenType = sender.TokenType;
        }
    }
}
