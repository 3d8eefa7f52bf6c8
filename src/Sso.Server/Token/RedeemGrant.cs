using OpenIddict.Abstractions;
using OpenIddict.Server;
using Sso.Extensions.Host;
using Sso.Protocol.Tokens;
using Sso.Server.ClientAuthentication;
using Sso.Server.Issuance;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Sso.Server.Token;

/// <summary>The token endpoint (RFC 6749 §3.2): passes what was presented to its grant type, and signs in whomever that approves.</summary>
internal sealed class RedeemGrant(IServiceProvider services) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public const string Path = AuthenticateClient.TokenPath;

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        var request = AuthenticateClient.Of(context.Transaction);
        var grant = services.GetRequiredKeyedService<IGrant>(request.Parameters.Text("grant_type"));
        var asked = new TokenRequest(
            request.Client, request.Parameters, context.Transaction.Sender, context.Transaction.Kept<PresentedToken>());
        if (context.Passes(await grant.RedeemAsync(asked, context.CancellationToken), out var approved))
        {
            context.SignIn(approved);
        }
    }

    /// <summary>Whether this client may use this grant type, before anything that it presents is looked at.</summary>
    public static void Admit(ProcessAuthenticationContext context)
    {
        if (context.EndpointType == OpenIddictServerEndpointType.Token)
        {
            var request = AuthenticateClient.Of(context.Transaction);
            context.RefuseIf(Refusal(request, request.Parameters.Text("grant_type"), context.Transaction.Sender));
        }
    }

    private static OAuthError? Refusal(ClientRequest request, string? grantType, SenderConstraint? sender) => grantType switch
    {
        null => OAuthError.ParameterMissing("grant_type"),
        _ when !GrantTypes.All.Contains(grantType) => OAuthError.UnsupportedGrantType,
        _ when !request.Client.GrantTypes.Contains(grantType) => OAuthError.UnauthorizedGrantType,
        _ => SenderRules.Refuse(request.Client, sender),
    };
}

/// <summary>What an authenticated client presents, with the key that it proved.</summary>
/// <param name="Presented">The code or refresh token, opened; null for the grant types that have neither.</param>
internal sealed record TokenRequest(Client Client, OpenIddictRequest Parameters, SenderConstraint? Sender, PresentedToken? Presented);

/// <summary>One grant type (RFC 6749 §1.3), registered under its name.</summary>
internal interface IGrant
{
    Task<Result<ApprovedPrincipal, OAuthError>> RedeemAsync(TokenRequest request, CancellationToken cancellation);
}
