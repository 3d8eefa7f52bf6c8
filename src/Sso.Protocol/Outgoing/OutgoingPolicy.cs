using System.Net;

namespace Sso.Protocol.Outgoing;

/// <summary>
/// Which of the addresses named in registrations the server calls at all: https, an open port, a public host, in the usual spelling. An
/// address is judged when it is saved and again when it is used; what a name resolves to is judged where it is resolved.
/// </summary>
/// <param name="AllowedHosts">Each <c>host:port</c> opened to the operator's own clients, also for http and internal addresses.</param>
/// <param name="HostsForApplications">The same for those that register themselves.</param>
/// <param name="Ports">Ports other than 443 that may be called.</param>
/// <param name="OwnHost">Our own name, which nobody may make us call.</param>
public sealed record OutgoingPolicy(
    FrozenSet<string> AllowedHosts, FrozenSet<string> HostsForApplications, FrozenSet<int> Ports, string OwnHost)
{
    public const int Longest = 2000;

    /// <summary>Suffixes of internal names: of a home, an office, a cloud (RFC 6761, RFC 6762, RFC 8375).</summary>
    private static readonly string[] InsideNames =
        [".localhost", ".local", ".localdomain", ".internal", ".intranet", ".private", ".corp", ".home", ".lan", ".arpa", ".onion"];

    private static readonly FrozenSet<string> MetadataNames =
        new[] { "metadata.goog", "metadata.azure.com", "metadata.packet.net", "metadata.platformequinix.com", "metadata.tencentyun.com" }
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is wrong with an address, as the rest of a sentence that begins with it; null if it may be called.</summary>
    public string? FindFlaw(string address, RegisteredBy by)
    {
        if (address.Length > Longest
            || address.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0
            || address.Contains('\\', StringComparison.Ordinal))
        {
            return $"holds characters that an address cannot have, or more than {Longest}";
        }

        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http")
            || HostSpelling.AuthorityOf(address) is not { } authority)
        {
            return "is not an https address";
        }

        if (!HostSpelling.IsUsual(uri, authority))
        {
            return "writes its host in an unusual way";
        }

        return uri switch
        {
            _ when IsAllowed(uri, by) => null,
            { Scheme: not "https" } => "does not use https",
            { Port: not 443 } when !Ports.Contains(uri.Port) => "uses a port that is not open for calls",
            _ when NamesPublicHost(uri) => null,
            _ => "names a host that is not on the public internet",
        };
    }

    /// <summary>True if an operator opened exactly this host and port.</summary>
    public bool IsAllowed(Uri uri, RegisteredBy by) =>
        (by == RegisteredBy.Operator ? AllowedHosts : HostsForApplications).Contains(HostAndPort(uri));

    public static string HostAndPort(Uri uri) => $"{uri.Host.ToLowerInvariant()}:{uri.Port}";

    /// <summary>True of a name, or address, that is one of the public internet by how it is written, and not ours.</summary>
    public bool NamesPublicHost(Uri uri)
    {
        if (IPAddress.TryParse(uri.Host, out var literal))
        {
            return PublicAddress.IsPublic(literal);
        }

        return uri.Host.Contains('.', StringComparison.Ordinal)
            && !InsideNames.Any(end => uri.Host.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            && !MetadataNames.Contains(uri.Host)
            && !uri.Host.Equals(OwnHost, StringComparison.OrdinalIgnoreCase);
    }
}
