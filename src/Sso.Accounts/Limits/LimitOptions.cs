namespace Sso.Accounts.Limits;

/// <summary>
/// What one address, or one IPv6 /64, can make us do in a minute in the name of clients that prove nothing, and what one program can ask of
/// the admin API. Section <c>Limits</c> of the configuration.
/// </summary>
public sealed record LimitOptions
{
    /// <summary>Requests that are kept in a row: pushed by public clients, or signed and too long for a URL.</summary>
    public int Pushes { get; init; } = 60;

    /// <summary>Calls to addresses of clients: request objects, and documents of clients that are not known yet.</summary>
    public int Fetches { get; init; } = 30;

    /// <summary>DPoP proofs of public clients, each of which is a row until it is too old.</summary>
    public int Proofs { get; init; } = 300;

    /// <summary>Requests of one client to the admin API and SCIM, whatever its address.</summary>
    public int ApiRequests { get; init; } = 600;
}
