using System.Collections.Frozen;
using Sso.Admin.Brands;
using Sso.Server.Http;

namespace Sso.Server.Pipeline;

/// <summary>
/// A request for a host that is not ours is answered with 400: nothing of ours is made from that header, and this makes sure that nothing
/// ever will be. Ours are the hosts of the issuer, of mutual TLS, of brands, and <see cref="SsoOptions.Hosts"/>. Ports are not compared: a
/// proxy may have another. Probes come under any name.
/// </summary>
internal sealed partial class KnownHosts(
    RequestDelegate next, SsoOptions sso, MutualTlsOptions mutualTls, BrandDirectory brands, TimeProvider clock, ILogger<KnownHosts> log)
{
    private const int LongestInLog = 100;

    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    private readonly FrozenSet<string> _own = mutualTls.Addresses(sso).Select(address => new Uri(address).IdnHost)
        .Concat(sso.Hosts).Concat(sso.IssuerUri.IsLoopback ? Loopback : []).Select(HostSpelling.AsRequested)
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly OnceAMinute _lines = new(clock);

    public Task InvokeAsync(HttpContext http)
    {
        var written = HostNames.Asked(http);
        var host = written.Host;
        var isWhole = written.Port is not null || written.Value?.Length == host.Length;
        if ((isWhole && (_own.Contains(host) || brands.OfHost(host) is not null)) || http.Request.Path.StartsWithSegments("/health"))
        {
            return next(http);
        }

        Tell(written.Value ?? "");
        return PlainPage.WriteAsync(
            http,
            StatusCodes.Status400BadRequest,
            "Indirizzo non valido",
            "A questo indirizzo non c’è nessun servizio. Controlla l’indirizzo che hai aperto.",
            "There is no service at this address. Check the address that you opened.");
    }

    private void Tell(string host)
    {
        if (_lines.IsDue())
        {
            Refused(log, host.Length > LongestInLog ? host[..LongestInLog] : host);
        }
    }

    [LoggerMessage(
        EventId = 1112,
        Level = LogLevel.Warning,
        Message =
            "A request for the host \"{Host}\" was refused. Make the proxy pass the host on, or name it in Sso:Hosts (told once a minute)")]
    private static partial void Refused(ILogger log, string host);
}
