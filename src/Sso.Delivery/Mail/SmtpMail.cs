using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Sso.Delivery.Mail;

/// <summary>
/// A relay by SMTP (messaging.md 16). With TLS demanded a relay that does not offer it gets nothing; one client per
/// message, because it sends one at a time.
/// </summary>
internal sealed partial class SmtpMail(IOptions<MailOptions> options, TimeProvider clock, ILogger<SmtpMail> log) : IMailRoute
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public async Task<MailOutcome> SendAsync(Guid id, MailMessage mail, byte[]? logo, CancellationToken cancellation)
    {
        var relay = options.Value;
        using var client = new SmtpClient(relay.Host, relay.Port)
        {
            EnableSsl = relay.UseTls,
            Timeout = (int)Limit.TotalMilliseconds,
            Credentials = relay.UserName is null ? null : new NetworkCredential(relay.UserName, relay.Password),
        };
        var began = clock.GetTimestamp();
        try
        {
            using var message = MessageOf(id, mail, logo, SenderOf(mail, new MailAddress(relay.From!)));
            await client.SendMailAsync(message, cancellation);
            var taken = (long)clock.GetElapsedTime(began).TotalMilliseconds;
            Accepted(log, id, taken);
            return MailOutcome.Sent;
        }
        catch (SmtpFailedRecipientException exception) when (IsFinal(exception.StatusCode))
        {
            Refused(log, id, exception.StatusCode);
            return MailOutcome.Refused;
        }
        // An address that this relay's protocol cannot carry (a local part beyond ASCII), or that is more than an address.
        catch (FormatException)
        {
            Refused(log, id, SmtpStatusCode.MailboxNameNotAllowed);
            return MailOutcome.Refused;
        }
        catch (SmtpException exception)
        {
            NotNow(log, id, exception.StatusCode);
            return MailOutcome.Later;
        }
    }

    private static System.Net.Mail.MailMessage MessageOf(Guid id, MailMessage mail, byte[]? logo, MailAddress from)
    {
        var message = new System.Net.Mail.MailMessage(from, RecipientOf(mail))
        {
            Subject = mail.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = mail.Text,
            BodyEncoding = Encoding.UTF8,
        };
        var html = AlternateView.CreateAlternateViewFromString(mail.Html, Encoding.UTF8, MediaTypeNames.Text.Html);
        message.AlternateViews.Add(html);
        if (logo is not null)
        {
            html.LinkedResources.Add(new LinkedResource(new MemoryStream(logo), MediaTypeNames.Image.Png) { ContentId = MailLogo.ContentId });
        }

        message.Headers.Add("Message-ID", $"<{id:N}@{from.Host}>");
        // RFC 3834 §5: nobody's holiday notice needs to answer.
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Headers.Add("X-Auto-Response-Suppress", "All");
        return message;
    }

    /// <summary>An address inside a display name or a comment would be another mailbox than the one that was proved.</summary>
    private static MailAddress RecipientOf(MailMessage mail) => new MailAddress(mail.To) is { } parsed && parsed.Address == mail.To
        ? parsed
        : throw new FormatException("The recipient is not a bare address.");

    private static MailAddress SenderOf(MailMessage mail, MailAddress configured) =>
        mail.SenderName is { } name ? new MailAddress(configured.Address, name, Encoding.UTF8) : configured;

    private static bool IsFinal(SmtpStatusCode code) => (int)code is >= 500 and < 600;

    [LoggerMessage(EventId = 2211, Level = LogLevel.Information, Message = "Mail {Id} was taken by the relay after {Milliseconds} ms")]
    private static partial void Accepted(ILogger log, Guid id, long milliseconds);

    [LoggerMessage(EventId = 2212, Level = LogLevel.Warning, Message = "Mail {Id} was refused for its address: {Code}")]
    private static partial void Refused(ILogger log, Guid id, SmtpStatusCode code);

    [LoggerMessage(EventId = 2213, Level = LogLevel.Error, Message = "Mail {Id} could not be handed to the relay: {Code}")]
    private static partial void NotNow(ILogger log, Guid id, SmtpStatusCode code);
}
