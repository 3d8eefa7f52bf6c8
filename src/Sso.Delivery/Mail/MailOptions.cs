using System.ComponentModel;
using System.Security.Cryptography.X509Certificates;

namespace Sso.Delivery.Mail;

/// <summary>
/// The relay through which mails leave. Section <c>Mail</c> of the configuration; in Development, without a host, they go to the outbox.
/// </summary>
public sealed record MailOptions
{
    public const string Section = "Mail";

    /// <summary>The relay's name.</summary>
    public string? Host { get; init; }

    public int Port { get; init; } = 587;

    /// <summary>Some relays take one token as name and as password.</summary>
    [PasswordPropertyText(true)]
    public string? UserName { get; init; }

    [PasswordPropertyText(true)]
    public string? Password { get; init; }

    /// <summary>The sender, such as <c>Nuvola &lt;no-reply@nuvola.example&gt;</c>.</summary>
    public string? From { get; init; }

    /// <summary>TLS is required. False only for a relay on this machine.</summary>
    public bool UseTls { get; init; } = true;

    /// <summary>TLS from the first byte (RFC 8314 §3.3) instead of STARTTLS; null means as the port implies: only 465 speaks it.</summary>
    public bool? ImplicitTls { get; init; }

    /// <summary>A PEM file of the authorities that the relay's certificate must come from; null means those of the system.</summary>
    public string? TrustedCertificatesFile { get; init; }

    internal bool IsOnThisMachine => Host is "localhost" or "127.0.0.1" or "::1";

    internal bool BeginsWithTls => ImplicitTls ?? Port == 465;

    internal X509Certificate2Collection ReadTrustedCertificates()
    {
        var trusted = new X509Certificate2Collection();
        if (TrustedCertificatesFile is not null)
        {
            trusted.ImportFromPemFile(TrustedCertificatesFile);
        }

        return trusted;
    }
}
