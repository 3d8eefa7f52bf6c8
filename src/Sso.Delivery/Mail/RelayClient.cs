using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Sso.Delivery.Mail;

/// <summary>An SMTP client that can say in one sentence what is wrong with the relay's certificate.</summary>
internal sealed class RelayClient : SmtpClient
{
    private readonly X509Certificate2Collection _trusted;

    /// <param name="trusted">The only authorities that count; empty means those of the system.</param>
    public RelayClient(X509Certificate2Collection trusted)
    {
        _trusted = trusted;
        // A private authority often publishes no list, and then no mail would leave.
        CheckCertificateRevocation = false;
        ServerCertificateValidationCallback = (host, _, chain, errors) => (CertificateFlaw = FlawOf((string)host, chain, errors)) is null;
    }

    /// <summary>Null if the certificate was good, or none has been seen yet.</summary>
    public string? CertificateFlaw { get; private set; }

    /// <summary>Connected, by TLS where that is demanded, and signed in where the relay asks for it.</summary>
    public async Task OpenAsync(MailOptions relay, CancellationToken cancellation)
    {
        await ConnectAsync(relay.Host!, relay.Port, SecurityOf(relay), cancellation);
        if (relay.UserName is not null && Capabilities.HasFlag(SmtpCapabilities.Authentication))
        {
            await AuthenticateAsync(relay.UserName, relay.Password!, cancellation);
        }
    }

    /// <summary>For the operator. The relay's own words, which may quote an address, are not in it.</summary>
    public string Why(Exception exception) => exception switch
    {
        SslHandshakeException when CertificateFlaw is { } flaw => flaw,
        SslHandshakeException => "TLS could not be agreed; is Mail:Port right? (587 begins with STARTTLS, 465 with TLS)",
        NotSupportedException => "it does not offer STARTTLS, without which nothing is sent (Mail:UseTls)",
        AuthenticationException => "it does not take Mail:UserName and Mail:Password",
        MailKit.ServiceNotAuthenticatedException => "it demands a sign-in (Mail:UserName, Mail:Password)",
        SmtpCommandException answered => $"it answered {(int)answered.StatusCode} ({answered.ErrorCode})",
        _ => "the connection failed",
    };

    protected override SslClientAuthenticationOptions GetSslClientAuthenticationOptions(
        string host, RemoteCertificateValidationCallback remoteCertificateValidationCallback)
    {
        var options = base.GetSslClientAuthenticationOptions(host, remoteCertificateValidationCallback);
        if (_trusted.Count > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_trusted);
        }

        return options;
    }

    /// <summary>STARTTLS is demanded, never merely used where it is offered: somebody in between could remove the offer.</summary>
    private static SecureSocketOptions SecurityOf(MailOptions relay) => relay switch
    {
        { UseTls: false } => SecureSocketOptions.None,
        { BeginsWithTls: true } => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTls,
    };

    private static string? FlawOf(string host, X509Chain? chain, SslPolicyErrors errors) => errors switch
    {
        SslPolicyErrors.None => null,
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable) => "it shows no certificate",
        _ when errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) =>
            $"its certificate is not for {host}; set Mail:Host to a name that stands in it",
        _ => $"its certificate is not trusted ({string.Join(", ", chain?.ChainStatus.Select(flaw => flaw.Status) ?? [])}); "
            + "where its authority is your own, name it in Mail:TrustedCertificatesFile",
    };
}
