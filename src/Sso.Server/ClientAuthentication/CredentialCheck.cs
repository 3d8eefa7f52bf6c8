using Sso.Extensions.ClientAssertions;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.Http;
using Sso.Server.MutualTls;
using Sso.Server.Token;

namespace Sso.Server.ClientAuthentication;

/// <summary>
/// Whether what a request brings proves its client, by the method that the client is registered for (OIDC Core §9, RFC 8705 §2).
/// </summary>
public sealed class CredentialCheck(ClientAssertions assertions, ClientCertificates certificates, SsoOptions options, TimeProvider clock)
{
    /// <summary>Why not; null when it does.</summary>
    public async Task<OAuthError?> RefusalAsync(
        HttpContext http, Client? client, PresentedCredentials presented, CancellationToken cancellation) =>
        client switch
        {
            null => OAuthError.InvalidClient("unknown client"),
            _ when !presented.Fit(client.AuthenticationMethod) => OAuthError.WrongMethod(client.AuthenticationMethod),
            { IsPublic: true } => null,
            _ when client.AuthenticationMethod.IsByAssertion() =>
                await assertions.RefusalAsync(
                    client, presented.Value, [options.Issuer + RedeemGrant.Path, options.Issuer + http.Request.Path.Value], cancellation),
            _ when client.AuthenticationMethod.IsByCertificate() =>
                await certificates.RefusalAsync(http, client, cancellation) is { } reason ? OAuthError.InvalidClient(reason) : null,
            _ => client.Secrets.Any(secret => secret.Matches(presented.Value, clock.GetUtcNow()))
                ? null
                : OAuthError.InvalidClient("wrong secret"),
        };
}
