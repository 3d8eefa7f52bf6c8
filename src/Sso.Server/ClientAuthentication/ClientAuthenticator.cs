using OpenIddict.Abstractions;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Server.Http;
using Sso.Server.SignIn;

namespace Sso.Server.ClientAuthentication;

/// <summary>
/// Client authentication (RFC 6749 §2.3): exactly one method, and the registered one (a secret may come either way). Wrong credentials are
/// counted per client and address; from the 11th in a minute on the answer is 429. The right secret always passes: 256 bits are not guessed.
/// </summary>
public sealed class ClientAuthenticator(
    ClientDirectory clients, CredentialCheck check, Throttle throttle, ClientRefusals refusals)
{
    public async Task<Result<Client>> AuthenticateAsync(HttpContext http, OpenIddictRequest parameters, CancellationToken cancellation)
    {
        if (PresentedCredentials.Read(http, parameters).Failed(out var error, out var presented))
        {
            return error;
        }

        var client = clients.Find(presented.ClientId);
        if (await check.RefusalAsync(http, client, presented, cancellation) is not { } refusal)
        {
            return client!;
        }

        var counted = $"{presented.ClientId}@{ClientAddress.Counted(http)}";
        if (await throttle.ReserveClientAsync(counted, cancellation) is { } wait)
        {
            return OAuthError.TooManyAttempts(wait);
        }

        await refusals.RecordClientAsync(http, client?.Id, refusal, cancellation);
        return refusal;
    }
}
