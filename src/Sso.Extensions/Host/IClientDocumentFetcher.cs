namespace Sso.Extensions.Host;

/// <summary>
/// What clients publish at addresses that they registered: key sets (RFC 7591 §2), request objects (RFC 9101 §5.2). Any client can name any
/// address, so which are called, how long and by whose name service is for the host; one that calls nobody leaves it out.
/// </summary>
public interface IClientDocumentFetcher
{
    /// <summary>Null for every failure.</summary>
    /// <param name="mediaTypes">The types that the answer may declare.</param>
    Task<byte[]?> FetchAsync(Client client, string address, IReadOnlyCollection<string> mediaTypes, CancellationToken cancellation);
}
