using System.Net;
using System.Net.Sockets;
using Sso.Protocol.Clients;
using Sso.Protocol.Outgoing;

namespace Sso.Admin.Outgoing;

/// <summary>Judges an address that a registration wants the server to call, when it is saved. Every such field goes through here.</summary>
public sealed class OutgoingAddresses(OutgoingPolicy policy, NameLookup lookUp)
{
    private const string Remedy = "Give an https address on port 443 of a public host.";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Null if the address may be saved. A name that does not resolve here and now is no flaw: the registration may come before the server
    /// it names, and each call judges again.
    /// </summary>
    public async Task<Flaw?> FindFlawAsync(string address, RegisteredBy by, CancellationToken cancellation)
    {
        if (policy.FindFlaw(address, by) is { } flaw)
        {
            return new($"'{Shown(address)}' {flaw}.", RemedyFor(by));
        }

        var uri = new Uri(address);
        return policy.IsAllowed(uri, by) || (await ResolveAsync(uri.Host, cancellation)).All(PublicAddress.IsPublic)
            ? null
            : new($"'{Shown(address)}' names a host that is not on the public internet.", RemedyFor(by));
    }

    /// <summary>What an operator has opened is none of a stranger's business.</summary>
    private static string RemedyFor(RegisteredBy by) => by == RegisteredBy.Operator
        ? Remedy + " To call one of your own network, list it as host:port in Outgoing:AllowedHosts."
        : Remedy;

    /// <summary>All of them, because another may be used by the next call; a literal is what it says.</summary>
    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out var literal))
        {
            return [literal];
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        try
        {
            return await lookUp(host, patience.Token);
        }
        catch (SocketException)
        {
            return [];
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return [];
        }
    }

    private static string Shown(string address) => address.Length <= 100 ? address : address[..100] + "…";
}
