namespace Sso.Extensions.Dpop;

/// <summary>What proofs need from the host: to remember which ones came, and nonces that every node knows.</summary>
public interface IDpopHost
{
    /// <summary>The addresses, without path and slash, that a request may have been sent to.</summary>
    IEnumerable<string> Addresses { get; }

    /// <summary>The nonce of a step in time, the same on every node, which nobody else can make (RFC 9449 §8).</summary>
    string NonceOf(long step);

    /// <summary>Remembers the proof until its end; an error unless the request is the first with it on any node (RFC 9449 §11.1).</summary>
    /// <param name="client">Whose request it is, for hosts that limit what anybody can make them store; null at a resource.</param>
    ValueTask<OAuthError?> SpendAsync(HttpContext http, DpopProof proof, Client? client, CancellationToken cancellation);
}
