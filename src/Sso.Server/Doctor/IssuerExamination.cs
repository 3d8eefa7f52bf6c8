using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Sso.Data;
using Sso.Data.Secrets;
using Sso.Server.Http;

namespace Sso.Server.Doctor;

/// <summary>Sso as browsers and applications reach it: at the public address, through whatever stands in between.</summary>
internal sealed class IssuerExamination(
    SsoOptions sso, SsoDbContext database, DataKeyRing dataKeys, Sealer sealer, IConfiguration configuration, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ToleratedClock = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RenewalTime = TimeSpan.FromDays(14);

    /// <summary>Anybody may open it, and it changes nothing.</summary>
    private const string PageWithForm = "/password/forgot";

    private ServerSight? _sight;
    private DateTime? _certificateEnds;
    private string? _certificateFlaw;

    /// <summary>Discovery, key set, a page, certificate and clock of what answers at the issuer.</summary>
    /// <param name="knowsKeys">False if the database could not be asked for them.</param>
    public async Task<IReadOnlyList<Finding>> ReachAsync(bool knowsKeys, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = Patience };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Judge(certificate, chain, errors);
        using var http = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(new Uri(sso.Issuer + "/.well-known/openid-configuration"), cancellation);
            var finding = await JudgeAsync(answer, cancellation);
            List<Finding> findings = [finding, .. Certificate(), .. Clock(answer)];
            if (finding.State != FindingState.Good)
            {
                return findings;
            }

            var question = knowsKeys ? await AskAsync(cancellation) : null;
            if (question is not null)
            {
                http.DefaultRequestHeaders.Add(DoctorQuestion.Header, question.Text);
            }

            if (knowsKeys)
            {
                findings.AddRange(await KeysAsync(http, cancellation));
            }

            findings.AddRange(await PageAsync(http, question, cancellation));

            return findings;
        }
        catch (Exception exception)
            when (exception is HttpRequestException || (exception is TaskCanceledException && !cancellation.IsCancellationRequested))
        {
            return [Unreached(exception)];
        }
    }

    /// <summary>As the server saw the visit of <see cref="ReachAsync"/>; where it did not say, as the settings have it.</summary>
    public Finding Proxies() => _sight?.Judge() ?? ProxiesOfSettings();

    /// <summary>Null while there is no key that both have.</summary>
    private async Task<DoctorQuestion?> AskAsync(CancellationToken cancellation)
    {
        try
        {
            return await dataKeys.ReadAsync(cancellation) ? DoctorQuestion.New(sealer) : null;
        }
        catch (CryptographicException)
        {
            // Which is a finding of its own.
            return null;
        }
    }

    private async Task<IReadOnlyList<Finding>> PageAsync(HttpClient http, DoctorQuestion? question, CancellationToken cancellation)
    {
        using var answer = await http.GetAsync(new Uri(sso.Issuer + PageWithForm), cancellation);
        _sight = question?.Read(sealer, answer);
        return (answer.StatusCode, _sight) switch
        {
            // Why, is told of the proxy.
            (_, { IsRefused: true }) => [],
            (HttpStatusCode.OK, null) when question is not null =>
            [
                Finding.NotExamined(
                    "proxy", "The server did not say how it sees visitors: it is another version, or the header Sso-Doctor is lost.",
                    "Update the server, and have the proxy pass its headers on."),
            ],
            (HttpStatusCode.OK, _) => [],
            var (status, _) =>
            [
                Finding.Wrong(
                    "issuer", $"{sso.Issuer}{PageWithForm} answers with {(int)status}: pages do not open.",
                    "Look at the log of the server (line 1123 is about X-Forwarded-Proto and Sso:TrustedProxies) and of the proxy."),
            ],
        };
    }

    /// <summary>A proxy whose word nobody takes makes all visitors one.</summary>
    private Finding ProxiesOfSettings()
    {
        var endsTlsItself = ListeningExamination.AddressesOf(configuration)
            .Any(address => address.StartsWith("https:", StringComparison.OrdinalIgnoreCase));
        return (sso.IsHttps, sso.TrustedProxies.Count, endsTlsItself) switch
        {
            (true, 0, false) => Finding.Wrong(
                "proxy",
                "The issuer is https, this server listens by http only, and Sso:TrustedProxies is empty: all visitors seem to come from "
                    + "the proxy, and twenty failed sign-ins shut all of them out.",
                "Name the proxies in Sso:TrustedProxies, by address or network.").InWords("ProxyMissing"),
            (_, > 0, _) => Finding.Good(
                "proxy", $"X-Forwarded-For and X-Forwarded-Proto count from {string.Join(", ", sso.TrustedProxies)} only."),
            _ => Finding.Good("proxy", "None is expected: visitors are taken to come from where their connection does."),
        };
    }

    private async Task<Finding> JudgeAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        if (answer.StatusCode != HttpStatusCode.OK)
        {
            return Finding.Wrong("issuer", $"{sso.Issuer} answers with {(int)answer.StatusCode}.", (int)answer.StatusCode switch
            {
                400 => "Does the proxy pass the Host on as browsers send it? (line 1112 of the log; Sso:Hosts)",
                >= 300 and < 400 => $"It leads on to {answer.Headers.Location}: the issuer must be the address itself.",
                404 => "Another program answers there, or the proxy passes on another path.",
                502 or 503 or 504 => "The proxy does not reach the server, or the server is not ready: see /health/ready and the log.",
                _ => "Look at the log of the proxy and of the server.",
            });
        }

        try
        {
            using var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancellation));
            var issuer = document.RootElement.GetProperty("issuer").GetString();
            return issuer == sso.Issuer
                ? Finding.Good("issuer", $"{sso.Issuer} answers with our discovery document.")
                : Finding.Wrong(
                    "issuer", $"{sso.Issuer} answers as \"{issuer}\": a server with other settings, or another provider.",
                    "Give every server the same Sso:Issuer, and lead the address to them.");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return Finding.Wrong(
                "issuer", $"{sso.Issuer} does not answer with a discovery document.",
                "Another program answers there, or the proxy itself.");
        }
    }

    private async Task<IReadOnlyList<Finding>> KeysAsync(HttpClient http, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var ours = await database.SigningKeys.AsNoTracking().Where(key => key.ActiveFrom <= now && now < key.ActiveUntil)
            .Select(key => key.Id).ToListAsync(cancellation);
        using var keys = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri(sso.Issuer + "/.well-known/jwks"), cancellation));
        var theirs = keys.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()).ToHashSet();
        return ours.All(theirs.Contains)
            ? []
            :
            [
                Finding.Wrong(
                    "issuer", "The key set at the issuer lacks keys of this database: a server on another database answers there.",
                    "Give every server the same Database:ConnectionString."),
            ];
    }

    private IEnumerable<Finding> Certificate()
    {
        if (_certificateEnds is { } ends && ends - clock.GetUtcNow().UtcDateTime is var left && left < RenewalTime)
        {
            yield return Finding.Doubtful(
                "issuer", $"Its certificate ends on {ends:yyyy-MM-dd}, {CertificateExamination.Left(left)}.",
                "Renew it, and look at why that did not happen by itself.");
        }
    }

    private IEnumerable<Finding> Clock(HttpResponseMessage answer)
    {
        if (answer.Headers.Date is { } date && date - clock.GetUtcNow() is var difference && difference.Duration() > ToleratedClock)
        {
            yield return Finding.Wrong(
                "clock", $"The clock at the issuer and that of this machine differ by {difference.TotalSeconds:0} seconds.",
                "Set both by NTP: codes and tokens would be too old or not valid yet.");
        }
    }

    private bool Judge(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _certificateEnds = (certificate as X509Certificate2)?.NotAfter.ToUniversalTime();
        _certificateFlaw = errors switch
        {
            SslPolicyErrors.None => null,
            _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) => $"its certificate is not for {sso.IssuerUri.IdnHost}",
            _ when _certificateEnds < clock.GetUtcNow().UtcDateTime => $"its certificate ended on {_certificateEnds:yyyy-MM-dd}",
            _ => "its certificate is not trusted by this machine "
                + $"({string.Join(", ", chain?.ChainStatus.Select(status => status.Status).Distinct() ?? [])})",
        };
        return _certificateFlaw is null;
    }

    private Finding Unreached(Exception exception) => exception switch
    {
        _ when _certificateFlaw is { } flaw => Finding.Wrong(
            "issuer", $"{sso.Issuer} cannot be trusted: {flaw}.",
            "Put a certificate with its whole chain there; where its authority is your own, browsers must know it too."),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Finding.Wrong(
            "issuer", $"There is no address for {sso.IssuerUri.IdnHost}.", "Enter the name in the DNS, or correct Sso:Issuer."),
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => Finding.Wrong(
            "issuer", $"Nothing listens at {sso.Issuer}.", "Start the server and the proxy; is the port right, and open?"),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Finding.Wrong(
            "issuer", $"{sso.Issuer} does not speak TLS.", "Does the proxy end TLS on this port? Otherwise give Sso a certificate."),
        TaskCanceledException => Finding.Wrong(
            "issuer", $"{sso.Issuer} did not answer within ten seconds.", "A firewall may swallow it; ask from another network too."),
        _ => Finding.Wrong("issuer", $"{sso.Issuer} cannot be reached: {exception.Message}", "Look at the proxy and at the network."),
    };
}
