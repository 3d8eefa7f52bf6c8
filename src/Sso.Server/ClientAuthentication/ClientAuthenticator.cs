using OpenIddict.Abstractions;
using Sso.Data.Operations;
using Sso.Protocol;
using Sso.Protocol.Clients;
using Sso.Protocol.Tokens;
using Sso.Server.Dpop;
using Sso.Server.Http;
using Sso.Server.MutualTls;
using Sso.Server.SignIn;

namespace Sso.Server.ClientAuthentication;

/// <summary>
/// Client authentication (RFC 6749 §2.3): exactly one method, and the registered one (a secret may come either way). Wrong credentials are
/// counted per client and address; from the 11th in a minute on the answer is 429. The right secret always passes: 256 bits are not
/// guessed. With the client comes the key that it shows for its tokens (RFC 9449, RFC 8705).
/// </summary>
public sealed class ClientAuthenticator(
    ClientDirectory clients, CredentialCheck check, DpopProofs proofs, ClientCertificates certificates, Throttle throttle, ClientRefusals refusals)
{
    /// <summary>The parameters of a posted form.</summary>
    public static async Task<Result<OpenIddictRequest>> ReadFormAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!request.HasFormContentType)
        {
            return OAuthError.FormOnly;
        }

        var form = await request.ReadFormAsync(cancellation);
        return RequestParameters.From(form.SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value)));
    }

    /// <summary>Reads the form and authenticates its client.</summary>
    public async Task<Result<ClientRequest>> ReadAsync(HttpContext http, CancellationToken cancellation) =>
        (await ReadFormAsync(http.Request, cancellation)).Failed(out var error, out var parameters)
            ? error : await AuthenticateAsync(http, parameters, cancellation);

    /// <summary>The client, and the key that it shows with this request.</summary>
    public async Task<Result<ClientRequest>> AuthenticateAsync(HttpContext http, OpenIddictRequest parameters, CancellationToken cancellation)
    {
        // Before the client's own proof is used up: a request that must come again with a nonce comes again as it is.
        var (proof, proofError) = await proofs.ReadAsync(http);
        if (proofError is not null)
        {
            return proofError;
        }

        if ((await ProveAsync(http, parameters, cancellation)).Failed(out var error, out var client))
        {
            return error;
        }

        return await SenderErrorAsync(http, client, proof, cancellation) is { } senderError ? senderError : new ClientRequest(client, parameters, SenderOf(http, client, proof));
    }

    private async Task<Result<Client>> ProveAsync(HttpContext http, OpenIddictRequest parameters, CancellationToken cancellation)
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

        await refusals.RecordAsync(http, SecurityEventKind.ClientRefused, client?.Id, detail: null, refusal, cancellation);
        return refusal;
    }

    /// <summary>FAPI 2.0 §5.4.1: RS256 signs nothing.</summary>
    private async Task<OAuthError?> SenderErrorAsync(HttpContext http, Client client, DpopProof? proof, CancellationToken cancellation) => proof switch
    {
        null => null,
        _ when client.IsFapi && !SignatureAlgorithms.Fapi.Contains(proof.Algorithm) => OAuthError.InvalidDpopProof("by an algorithm that FAPI does not accept"),
        // Anybody can speak for a public client, so what they can make us remember is limited.
        _ when client.IsPublic && await throttle.ReserveProofAsync(ClientAddress.Counted(http), cancellation) is { } wait => OAuthError.TooManyRequests(wait),
        _ => await proofs.TrySpendAsync(proof, cancellation) ? null : OAuthError.InvalidDpopProof("used before"),
    };

    private SenderConstraint? SenderOf(HttpContext http, Client client, DpopProof? proof) =>
        proof?.Sender ?? (client.CertificateBound && certificates.Of(http) is { } certificate ? ClientCertificates.SenderOf(certificate) : null);
}
