using System.Net.Sockets;
using Sso.Admin.Outgoing;
using Sso.Protocol.Clients;
using Sso.Protocol.Outgoing;

namespace Sso.Admin.Diagnosis;

/// <summary>An address of a registration whose host nobody has, as far as this server can see.</summary>
/// <param name="Field">Of the registration, as the command line calls it.</param>
/// <param name="IsOneOfSeveral">The field is a list.</param>
public sealed record UnknownHost(string Field, string Address, bool IsOneOfSeveral);

/// <summary>
/// Which addresses of a registration name a host that does not resolve, as after a slip of the pen. The name is looked up and nothing is
/// called, and what it resolves to is told to nobody. Names of the inside are not asked for, nor those that stand for examples.
/// </summary>
public sealed class UnknownHosts(OutgoingPolicy policy, NameLookup lookUp, TimeProvider clock) : IDisposable
{
    /// <summary>Each keeps a thread until the resolver of the system gives up, which nothing can stop.</summary>
    public const int MostAtOnce = 4;

    /// <summary>For all names of a registration together; what was not heard of by then is no doubt.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>No resolver knows them, by design (RFC 2606 §2, RFC 6761 §6).</summary>
    private static readonly string[] Reserved = [".test", ".example", ".invalid"];

    private readonly SemaphoreSlim _places = new(MostAtOnce);

    /// <summary>In the order of the fields.</summary>
    public async Task<IReadOnlyList<UnknownHost>> FindAsync(Client client, CancellationToken cancellation)
    {
        var all = AddressesOf(client).Select(found => (Found: found, Host: NameOf(found.Address))).ToList();
        using var patience = new CancellationTokenSource(Patience, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        var hosts = all.Select(found => found.Host).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var unknown = await Task.WhenAll(hosts.Select(async host => (Host: host, IsUnknown: await IsUnknownAsync(host, limit.Token))));
        cancellation.ThrowIfCancellationRequested();
        var nowhere = unknown.Where(answer => answer.IsUnknown).Select(answer => answer.Host).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return [.. all.Where(item => item.Host is { } host && nowhere.Contains(host)).Select(item => item.Found)];
    }

    public void Dispose() => _places.Dispose();

    private static IEnumerable<UnknownHost> AddressesOf(Client client) =>
    [
        .. Several("redirect-uri", client.RedirectUris),
        .. Several("post-logout-redirect-uri", client.PostLogoutRedirectUris),
        .. One("backchannel-logout-uri", client.BackchannelLogoutUri),
        .. One("frontchannel-logout-uri", client.FrontchannelLogoutUri),
        .. One("initiate-login-uri", client.InitiateLoginUri),
        .. One("jwks-uri", client.JwksUri),
        .. Several("request-uri", client.RequestUris),
        .. One("ciba-notify", client.NotificationUri),
    ];

    private static IEnumerable<UnknownHost> Several(string field, IReadOnlyList<string> addresses) =>
        addresses.Select(address => new UnknownHost(field, address, IsOneOfSeveral: true));

    private static IEnumerable<UnknownHost> One(string field, string? address) =>
        address is null ? [] : [new(field, address, IsOneOfSeveral: false)];

    /// <summary>
    /// What a resolver could be asked for; null for addresses of one's own machine or network, and for schemes of applications.
    /// </summary>
    private string? NameOf(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri is { Scheme: "https" or "http", HostNameType: UriHostNameType.Dns }
        && policy.NamesPublicHost(uri)
        && !Reserved.Any(end => uri.IdnHost.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            ? uri.IdnHost
            : null;

    private async Task<bool> IsUnknownAsync(string host, CancellationToken limit)
    {
        try
        {
            return await AskAsync(host, limit).WaitAsync(limit);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>The place is kept until the resolver is done, also when nobody waits for it any more.</summary>
    private async Task<bool> AskAsync(string host, CancellationToken limit)
    {
        await _places.WaitAsync(limit);
        try
        {
            return (await lookUp(host, limit)).Length == 0;
        }
        catch (SocketException failure)
        {
            // A resolver that cannot be reached, or fails, says nothing about the name.
            return failure.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData;
        }
        finally
        {
            _places.Release();
        }
    }
}
