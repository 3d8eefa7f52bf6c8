using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sso.Delivery.Mail;

/// <summary>A relay reached by SMTP. If TLS is required, a relay that does not offer it gets nothing; one connection per message.</summary>
internal sealed partial class SmtpMail(IOptions<MailOptions> options, TimeProvider clock, ILogger<SmtpMail> log) : IMailRoute
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly X509Certificate2Collection _trusted = options.Value.ReadTrustedCertificates();

    public async Task<MailOutcome> SendAsync(Guid id, MailMessage mail, byte[]? logo, CancellationToken cancellation)
    {
        var relay = options.Value;
        if (MailMime.RecipientOf(mail) is not { } recipient)
        {
            Refused(log, id, SmtpStatusCode.MailboxNameNotAllowed);
            return MailOutcome.Refused;
        }

        using var client = new RelayClient(_trusted) { Timeout = (int)Limit.TotalMilliseconds };
        var began = clock.GetTimestamp();
        try
        {
            using var message = MailMime.Write(id, mail, logo, MailMime.Read(relay.From)!, recipient, clock.GetUtcNow());
            await client.ConnectAsync(relay.Host!, relay.Port, SecurityOf(relay), cancellation);
            if (relay.UserName is not null && client.Capabilities.HasFlag(SmtpCapabilities.Authentication))
            {
                await client.AuthenticateAsync(relay.UserName, relay.Password!, cancellation);
            }

            await client.SendAsync(message, cancellation);
            await client.DisconnectAsync(quit: true, cancellation);
            var taken = (long)clock.GetElapsedTime(began).TotalMilliseconds;
            Accepted(log, id, taken);
            return MailOutcome.Sent;
        }
        catch (SmtpCommandException exception)
            when (exception.ErrorCode == SmtpErrorCode.RecipientNotAccepted && (int)exception.StatusCode is >= 500 and < 600)
        {
            Refused(log, id, exception.StatusCode);
            return MailOutcome.Refused;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            NotNow(log, exception is SmtpCommandException ? null : exception, id, Why(exception, client));
            return MailOutcome.Later;
        }
    }

    /// <summary>STARTTLS is demanded, never merely used where it is offered: somebody in between could remove the offer.</summary>
    private static SecureSocketOptions SecurityOf(MailOptions relay) => relay switch
    {
        { UseTls: false } => SecureSocketOptions.None,
        { BeginsWithTls: true } => SecureSocketOptions.SslOnConnect,
        _ => SecureSocketOptions.StartTls,
    };

    /// <summary>For the operator. The relay's own words, which may quote the address, are neither here nor in the log.</summary>
    private static string Why(Exception exception, RelayClient client) => exception switch
    {
        SslHandshakeException when client.CertificateFlaw is { } flaw => flaw,
        SslHandshakeException => "TLS could not be agreed; is Mail:Port right? (587 begins with STARTTLS, 465 with TLS)",
        NotSupportedException => "it does not offer STARTTLS, without which nothing is sent (Mail:UseTls)",
        AuthenticationException => "it does not take Mail:UserName and Mail:Password",
        MailKit.ServiceNotAuthenticatedException => "it demands a sign-in (Mail:UserName, Mail:Password)",
        SmtpCommandException answered => $"it answered {(int)answered.StatusCode} ({answered.ErrorCode})",
        _ => "the connection failed",
    };

    [LoggerMessage(EventId = 2211, Level = LogLevel.Information, Message = "Mail {Id} was taken by the relay after {Milliseconds} ms")]
    private static partial void Accepted(ILogger log, Guid id, long milliseconds);

    [LoggerMessage(EventId = 2212, Level = LogLevel.Warning, Message = "Mail {Id} was refused for its address: {Code}")]
    private static partial void Refused(ILogger log, Guid id, SmtpStatusCode code);

    [LoggerMessage(EventId = 2213, Level = LogLevel.Error, Message = "Mail {Id} could not be handed to the relay: {Why}")]
    private static partial void NotNow(ILogger log, Exception? exception, Guid id, string why);
}
