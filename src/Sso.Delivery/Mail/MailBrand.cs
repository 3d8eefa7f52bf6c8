namespace Sso.Delivery.Mail;

/// <summary>In whose name a mail is written.</summary>
public sealed record MailBrand
{
    public required string Name { get; init; }

    /// <summary>Stands in From beside the server's address; null is as configured.</summary>
    public string? SenderName { get; init; }

    public required MailAccent Light { get; init; }

    /// <summary>The same where the mail program is dark and says so.</summary>
    public required MailAccent Dark { get; init; }

    /// <summary>Null where there is none that mail programs show: then the first letter of the name stands on the accent.</summary>
    public MailLogo? Logo { get; init; }
}

/// <summary>The one strong button, each <c>#rrggbb</c>.</summary>
public sealed record MailAccent(string Fill, string Text, string Edge);
