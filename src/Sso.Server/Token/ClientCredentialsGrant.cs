using System.Collections.Frozen;
using Sso.Protocol.Tokens;
using Sso.Server.Clients;
using Sso.Server.Issuance;

namespace Sso.Server.Token;

/// <summary>The client credentials grant (RFC 6749 §4.4): no person, no row, no refresh token. One signature.</summary>
internal sealed class ClientCredentialsGrant(ClientDirectory clients) : IGrant
{
    public Task<Result<ApprovedPrincipal, OAuthError>> RedeemAsync(TokenRequest request, CancellationToken cancellation) =>
        Task.FromResult(Redeem(request));

    private Result<ApprovedPrincipal, OAuthError> Redeem(TokenRequest request)
    {
        if (request.Client.IsPublic)
        {
            return OAuthError.UnauthorizedGrantType;
        }

        if (Scopes.Parse(request.Parameters.Text("scope")) is not { } asked)
        {
            return OAuthError.MalformedScope;
        }

        var resources = request.Parameters.NamedResources;
        if (ResourceRules.Refuse(request.Client, resources, clients.FindResource) is { } refused)
        {
            return refused;
        }

        // The scopes about a person mean nothing without one.
        var own = request.Client.Scopes.Where(scope => !Scopes.Identity.Contains(scope)).ToFrozenSet(StringComparer.Ordinal);
        return asked.FirstOrDefault(scope => !own.Contains(scope)) is { } foreign
            ? OAuthError.InvalidScope(foreign)
            : new ApprovedPrincipal(ApprovedGrant.ForClient(request.Client, asked.Count == 0 ? own : asked, resources));
    }
}
