using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Sso.Admin;
using Sso.Server.Http;

namespace Sso.Server.Doctor;

/// <summary>The certificates with which the server would listen, as the settings name them.</summary>
internal sealed class CertificateExamination(
    SsoOptions sso, MutualTlsOptions mutualTls, IConfiguration configuration, IHostEnvironment environment, TimeProvider clock)
{
    private const string Subject = "certificate";
    private static readonly TimeSpan RenewalTime = TimeSpan.FromDays(14);

    public IEnumerable<Finding> Examine()
    {
        var standard = configuration.GetSection("Kestrel:Certificates:Default");
        var endpoints = configuration.GetSection("Kestrel:Endpoints").GetChildren().ToList();
        var own = endpoints.SelectMany(endpoint => endpoint.GetSection("Sni").GetChildren().Append(endpoint))
            .Select(place => place.GetSection("Certificate")).Where(certificate => certificate.Exists()).ToList();
        var isIssuerServed = own.Append(standard).Any(IsForIssuer);
        if (!ListeningExamination.AddressesOf(configuration).Any(IsHttps))
        {
            return [];
        }

        var needsStandard = endpoints.Count == 0 || endpoints.Any(endpoint => IsHttps(endpoint["Url"] ?? "")
            && !endpoint.GetSection("Certificate").Exists() && !endpoint.GetSection("Sni").Exists());
        return (needsStandard, standard.Exists()) switch
        {
            (true, false) when environment.IsDevelopment() => [.. own.Select(place => Examine(place, isIssuerServed))],
            (true, false) =>
            [
                Finding.Wrong(
                    Subject, "The server is to listen by https, and has no certificate.",
                    "Name one in Kestrel:Certificates:Default:Path and KeyPath, or let a proxy end TLS."),
                .. own.Select(place => Examine(place, isIssuerServed)),
            ],
            (true, true) => [.. own.Append(standard).Select(place => Examine(place, isIssuerServed))],
            _ => [.. own.Select(place => Examine(place, isIssuerServed))],
        };
    }

    private static bool IsHttps(string address) => address.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    private string[] Names => [.. mutualTls.Addresses(sso).Select(address => new Uri(address).IdnHost)];

    private bool IsForIssuer(IConfigurationSection section)
    {
        try
        {
            using var certificate = Load(section);
            return certificate is not null && Array.Exists(Names, name => certificate.MatchesHostname(name));
        }
        catch (Exception exception) when (IsOfLoading(exception))
        {
            // Which is a finding of its own.
            return false;
        }
    }

    private static bool IsOfLoading(Exception exception) =>
        exception is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException;

    /// <param name="section">One certificate.</param>
    /// <param name="isIssuerServed">Another may be for the host of a brand then.</param>
    private Finding Examine(IConfigurationSection section, bool isIssuerServed)
    {
        try
        {
            using var certificate = Load(section);
            return certificate is null
                ? Finding.NotExamined(Subject, $"{section.Path} names none of a file.", "Look at it with the tools of its store.")
                : Judge(section.Path, certificate, isIssuerServed);
        }
        catch (Exception exception) when (IsOfLoading(exception))
        {
            return Finding.Wrong(
                Subject, $"{section.Path} cannot be used: {exception.Message.Split('\n')[0].TrimEnd()}",
                $"Are both files there, of one pair, and may {Environment.UserName} read them?");
        }
    }

    /// <summary>As Kestrel loads it; null where it is one of the system's store.</summary>
    private X509Certificate2? Load(IConfigurationSection section)
    {
        if (section["Path"] is not { Length: > 0 } path)
        {
            return null;
        }

        var file = Path.Combine(environment.ContentRootPath, path);
        if (section["KeyPath"] is not { Length: > 0 } keyPath)
        {
            return X509CertificateLoader.LoadPkcs12FromFile(file, section["Password"]);
        }

        var keyFile = Path.Combine(environment.ContentRootPath, keyPath);
        return section["Password"] is { Length: > 0 } password
            ? X509Certificate2.CreateFromEncryptedPemFile(file, password, keyFile)
            : X509Certificate2.CreateFromPemFile(file, keyFile);
    }

    private Finding Judge(string setting, X509Certificate2 certificate, bool isIssuerServed)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        var (from, until) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        var names = Names;
        var isForThem = Array.Exists(names, name => certificate.MatchesHostname(name));
        return certificate switch
        {
            { HasPrivateKey: false } => Finding.Wrong(
                Subject, $"{setting} is a certificate without its private key.", "Add Kestrel:…:KeyPath, or a PKCS#12 that holds both."),
            _ when until < now => Finding.Wrong(
                Subject, $"{setting} ended on {until:yyyy-MM-dd}.", "Renew it, restart the server, and look at why that was not done."),
            _ when from > now => Finding.Wrong(
                Subject, $"{setting} is valid from {from:yyyy-MM-dd} on only.", "Wait until then, or bring back the former one."),
            // Behind a proxy only that proxy sees it.
            _ when !isForThem && !isIssuerServed => sso.TrustedProxies.Count > 0
                ? Finding.Doubtful(
                    Subject, $"{setting} is not for {string.Join(" or ", names)}.", "Does the proxy expect the name that it has?")
                : Finding.Wrong(
                    Subject, $"{setting} is not for {string.Join(" or ", names)}: browsers refuse it.",
                    "Put a certificate for that name there, or correct Sso:Issuer."),
            _ when until - now is var left && left < RenewalTime => Finding.Doubtful(
                Subject, $"{setting} ends on {until:yyyy-MM-dd}, {Left(left)}.",
                "Renew it, restart the server, and look at why that did not happen by itself."),
            _ when !isForThem => Finding.Good(
                Subject, $"{setting} is for other names, as of brands, and ends on {until:yyyy-MM-dd}, {Left(until - now)}."),
            _ => Finding.Good(Subject, $"{setting} is for {sso.IssuerUri.IdnHost} and ends on {until:yyyy-MM-dd}, {Left(until - now)}."),
        };
    }

    public static string Left(TimeSpan left) => (int)left.TotalDays is > 0 and var days ? $"in {Counted.Of(days, "day")}" : "within a day";
}
