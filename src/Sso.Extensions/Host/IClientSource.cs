namespace Sso.Extensions.Host;

/// <summary>What the host knows of its clients (RFC 7591 §2). Asked several times in a request, so from memory if possible.</summary>
public interface IClientSource
{
    /// <summary>Null for a client that is not registered, or disabled.</summary>
    ValueTask<Client?> FindAsync(string clientId, CancellationToken cancellation);
}
