namespace Sso.Extensions.ClientAssertions;

/// <summary>What client assertions need from the host: to remember which ones came, and secrets in the form in which they sign.</summary>
public interface IClientAssertionHost
{
    /// <summary>Those of a client that signs with them and that have not ended; none if client_secret_jwt is not offered.</summary>
    IEnumerable<byte[]> SecretsOf(Client client);

    /// <summary>One of these has just proved the client, on a path where nothing may wait.</summary>
    void SecretUsed(Client client, byte[] secret);

    /// <summary>Remembers the assertion until its end: true for the first request on any node with it (RFC 7523 §3, item 7).</summary>
    ValueTask<bool> TrySpendAsync(Client client, string id, DateTimeOffset until, CancellationToken cancellation);
}
