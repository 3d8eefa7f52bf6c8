namespace Sso.Delivery.Mail;

/// <summary>A way for a mail to leave: a relay, or in Development a folder.</summary>
public interface IMailRoute
{
    /// <summary>Throws only when cancelled, and then the mail may have left.</summary>
    /// <param name="logo">A PNG for the HTML of the mail; null for none.</param>
    Task<MailOutcome> SendAsync(Guid id, MailMessage mail, byte[]? logo, CancellationToken cancellation);
}

public enum MailOutcome
{
    Sent,

    /// <summary>The relay could not take it now.</summary>
    Later,

    /// <summary>The relay will never take it: the address does not exist or is not supported.</summary>
    Refused,
}
