using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Smtp;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sso.Delivery.Mail;

/// <summary>A relay reached by SMTP. If TLS is required, a relay that does not offer it gets nothing; one connection per message.</summary>
internal sealed partial class SmtpMail(IOptions<MailOptions> options, TimeProvider clock, ILogger<SmtpMail> log) : IMailRoute
{
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
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
            await client.OpenAsync(relay, cancellation);
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
            NotNow(log, exception is SmtpCommandException ? null : exception, id, client.Why(exception));
            return MailOutcome.Later;
        }
    }

    [LoggerMessage(EventId = 2211, Level = LogLevel.Information, Message = "Mail {Id} was taken by the relay after {Milliseconds} ms")]
    private static partial void Accepted(ILogger log, Guid id, long milliseconds);

    [LoggerMessage(EventId = 2212, Level = LogLevel.Warning, Message = "Mail {Id} was refused for its address: {Code}")]
    private static partial void Refused(ILogger log, Guid id, SmtpStatusCode code);

    [LoggerMessage(EventId = 2213, Level = LogLevel.Error, Message = "Mail {Id} could not be handed to the relay: {Why}")]
    private static partial void NotNow(ILogger log, Exception? exception, Guid id, string why);
}
