using System.Collections.Frozen;
using Sso.Protocol.Outgoing;

namespace Sso.Admin.Outgoing;

/// <summary>
/// Calls to addresses that registrations name: keys, request objects, logout. Section <c>Outgoing</c> of the configuration.
/// </summary>
public sealed record OutgoingOptions
{
    /// <summary>
    /// Exact <c>host:port</c>, such as <c>app.lan:8443</c>: called for clients that an operator registered, whatever its address, also by
    /// http. For private networks and demonstrations.
    /// </summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Ports other than 443 that may be called.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>A PEM file of certificates that are trusted besides those of the system.</summary>
    public string? TrustedCertificatesFile { get; init; }

    /// <summary>How long one call may take in all, 1 to 10 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <param name="issuer">Our own address, which nobody may make us call; null if it is not configured.</param>
    /// <param name="hostsForApplications">What is open to clients that registered themselves.</param>
    public OutgoingPolicy ToPolicy(string? issuer, IEnumerable<string> hostsForApplications) => new(
        AllowedHosts.ToFrozenSet(StringComparer.Ordinal),
        hostsForApplications.ToFrozenSet(StringComparer.Ordinal),
        Ports.ToFrozenSet(),
        Uri.TryCreate(issuer, UriKind.Absolute, out var own) ? own.Host : "");
}
