using MimeKit;

namespace Sso.Delivery.Mail;

/// <summary>A mail as it travels (RFC 5322, RFC 2046): text and HTML that say the same, and the logo inside the HTML.</summary>
internal static class MailMime
{
    private static readonly ParserOptions Addresses = new() { AllowAddressesWithoutDomain = false };

    /// <summary>An address, with or without a name before it; null if it is anything else.</summary>
    public static MailboxAddress? Read(string? text) =>
        text is not null && MailboxAddress.TryParse(Addresses, text, out var address) ? address : null;

    /// <summary>
    /// Null unless it is one bare address: one inside a display name or a comment would be another mailbox than the one that was proved.
    /// Only the domain has a form beyond ASCII that every relay on the way carries.
    /// </summary>
    public static MailboxAddress? RecipientOf(MailMessage mail) =>
        !mail.To.Any(char.IsControl) && Read(mail.To) is { } parsed && parsed.Address == mail.To && parsed.LocalPart.All(char.IsAscii)
            ? Named(null, parsed)
            : null;

    public static MimeMessage Write(
        Guid id, MailMessage mail, byte[]? logo, MailboxAddress configured, MailboxAddress recipient, DateTimeOffset now)
    {
        var sender = Named(mail.SenderName ?? configured.Name, configured);
        var body = new BodyBuilder { TextBody = mail.Text, HtmlBody = mail.Html };
        if (logo is not null)
        {
            body.LinkedResources.Add(new MimePart("image", "png")
            {
                Content = new MimeContent(new MemoryStream(logo)),
                ContentTransferEncoding = ContentEncoding.Base64,
                ContentId = MailLogo.ContentId,
            });
        }

        return new MimeMessage([sender], [recipient], mail.Subject, body.ToMessageBody())
        {
            Date = now,
            MessageId = $"{id:N}@{sender.Domain}",
            Headers =
            {
                // RFC 3834 §5: nobody's holiday notice needs to answer.
                { "Auto-Submitted", "auto-generated" },
                { "X-Auto-Response-Suppress", "All" },
            },
        };
    }

    /// <summary>With the domain in the form of the DNS (RFC 5891): a relay may accept another form that the next one does not.</summary>
    private static MailboxAddress Named(string? name, MailboxAddress address) => new(name, address.GetAddress(idnEncode: true));
}
