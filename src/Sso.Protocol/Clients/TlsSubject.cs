using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Sso.Protocol.Clients;

/// <summary>To whom a client's certificate must be issued (RFC 8705 §2.1.2): one of the subject's name and alternative names.</summary>
/// <param name="Kind">The suffix of the registered metadata name: <c>subject_dn</c>, <c>san_dns</c>, <c>san_ip</c>.</param>
/// <param name="Value">A subject is written as in RFC 4514.</param>
public sealed record TlsSubject(string Kind, string Value)
{
    public const string Dn = "subject_dn";
    public const string Dns = "san_dns";
    public const string Ip = "san_ip";

    /// <summary>Such as <c>subject_dn=CN=shop,O=Shop</c>, <c>san_dns=shop.example</c>, <c>san_ip=192.0.2.7</c>; else null.</summary>
    public static TlsSubject? Parse(string? text) => text?.Split('=', 2) switch
    {
        [Dn, { Length: > 0 } name] when TryRead(name) is not null => new(Dn, name),
        [Dns, { Length: > 0 } name] when Uri.CheckHostName(name) == UriHostNameType.Dns => new(Dns, name),
        [Ip, { Length: > 0 } address] when IPAddress.TryParse(address, out _) => new(Ip, address),
        _ => null,
    };

    /// <summary>Names are compared as they are encoded, not as they are printed.</summary>
    public bool IsOf(X509Certificate2 certificate) => Kind switch
    {
        Dn => TryRead(Value)!.RawData.AsSpan().SequenceEqual(Normal(certificate.SubjectName).RawData),
        Dns => Alternatives(certificate)?.EnumerateDnsNames().Contains(Value, StringComparer.OrdinalIgnoreCase) == true,
        _ => Alternatives(certificate)?.EnumerateIPAddresses().Contains(IPAddress.Parse(Value)) == true,
    };

    public override string ToString() => $"{Kind}={Value}";

    private static X509SubjectAlternativeNameExtension? Alternatives(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();

    private static X500DistinguishedName? TryRead(string name)
    {
        try
        {
            return Normal(new X500DistinguishedName(name, X500DistinguishedNameFlags.Reversed));
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The same encoding of its strings, whatever the issuer chose.</summary>
    private static X500DistinguishedName Normal(X500DistinguishedName name) =>
        new(
            name.Decode(X500DistinguishedNameFlags.Reversed | X500DistinguishedNameFlags.UseCommas),
            X500DistinguishedNameFlags.Reversed | X500DistinguishedNameFlags.UseUTF8Encoding);
}
