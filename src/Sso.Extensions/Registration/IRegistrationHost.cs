using Sso.Protocol.Registration;

namespace Sso.Extensions.Registration;

/// <summary>What registration needs from the host: to say who may register what, and to keep it.</summary>
/// <typeparam name="TClient">A registration as the host has it.</typeparam>
public interface IRegistrationHost<TClient>
    where TClient : class
{
    /// <summary>Null if the caller may register one more client, with an initial access token or without.</summary>
    Task<OAuthError?> FindRefusalAsync(HttpContext http, string? initialToken, CancellationToken cancellation);

    /// <summary>The answer that is given once, with id, secret and management token (RFC 7591 §3.2.1).</summary>
    Task<Result<ClientMetadata, OAuthError>> AddAsync(ClientMetadata metadata, string? initialToken, CancellationToken cancellation);

    /// <summary>Null for a wrong management token and an unknown client alike (RFC 7592 §2.1).</summary>
    Task<TClient?> FindAsync(string clientId, string managementToken, CancellationToken cancellation);

    /// <summary>With the defaults that were filled in, and no secret.</summary>
    ClientMetadata Describe(TClient client);

    /// <summary>What is sent replaces everything that was there (RFC 7592 §2.2).</summary>
    Task<Result<ClientMetadata, OAuthError>> ReplaceAsync(TClient former, ClientMetadata metadata, CancellationToken cancellation);

    Task RemoveAsync(TClient client, CancellationToken cancellation);
}
