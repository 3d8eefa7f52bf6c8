using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Sso.Testing;

/// <summary>An authority and what it issues: certificates of clients and servers for tests.</summary>
public sealed class TestCertificates
{
    private readonly X509Certificate2 _authority;

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _authority = request.CreateSelfSigned(From, Until);
    }

    public string AuthorityPem => _authority.ExportCertificatePem();

    private static DateTimeOffset From => new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static DateTimeOffset Until => new(2028, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="subject">As RFC 4514 writes it.</param>
    /// <param name="dns">An alternative name.</param>
    /// <param name="usage">client, server, or null for none at all.</param>
    public X509Certificate2 Issue(string subject, string? dns = null, string? usage = "client", DateTimeOffset? until = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(subject, key, dns, usage);
        using var issued = request.Create(_authority, From, until ?? Until.AddDays(-1), RandomNumberGenerator.GetBytes(8));
        using var whole = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    public static X509Certificate2 SelfSigned(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var whole = Request(subject, key, dns: null, usage: null).CreateSelfSigned(From, Until);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>A key set with the certificate in it (RFC 8705 §2.2.2).</summary>
    public static string SetOf(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPublicKey()!;
        var point = key.ExportParameters(false).Q;
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["x"] = System.Buffers.Text.Base64Url.EncodeToString(point.X),
                ["y"] = System.Buffers.Text.Base64Url.EncodeToString(point.Y),
                ["x5c"] = new JsonArray(Convert.ToBase64String(certificate.RawData)),
            }),
        }.ToJsonString();
    }

    /// <summary>As RFC 9440 §2.1 writes it.</summary>
    public static string HeaderOf(X509Certificate2 certificate) => $":{Convert.ToBase64String(certificate.RawData)}:";

    private static CertificateRequest Request(string subject, ECDsa key, string? dns, string? usage)
    {
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (dns is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(dns);
            names.AddIpAddress(IPAddress.Loopback);
            request.CertificateExtensions.Add(names.Build());
        }

        if (usage is not null)
        {
            request.CertificateExtensions.Add(
                new X509EnhancedKeyUsageExtension([new Oid(usage == "client" ? "1.3.6.1.5.5.7.3.2" : "1.3.6.1.5.5.7.3.1")], false));
        }

        return request;
    }
}
