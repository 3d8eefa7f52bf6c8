using Microsoft.AspNetCore.Http;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Extensions.Dpop;

/// <summary>What proofs need of the host: to remember which came, and nonces that each node knows.</summary>
public interface IDpopHost
{
    /// <summary>The addresses, without path and slash, that a request may have been sent to.</summary>
    IEnumerable<string> Addresses { get; }

    /// <summary>The nonce of a step in time, the same on every node, which nobody else can make (RFC 9449 §8).</summary>
    string NonceOf(long step);

    /// <summary>
    /// Remembers the proof until its end: null for the first request on any node that brings it (RFC 9449 §11.1), else what the client is told.
    /// </summary>
    /// <param name="client">Whose request it is, for hosts that limit what anybody can make them store; null at a resource.</param>
    ValueTask<OAuthError?> SpendAsync(HttpContext http, DpopProof proof, Client? client, CancellationToken cancellation);
}
