namespace Sso.Delivery.Mail;

/// <summary>The brand in whose name a mail is written.</summary>
public sealed record MailBrand
{
    public required string Name { get; init; }

    /// <summary>Goes into From next to the server's address; null means as configured.</summary>
    public string? SenderName { get; init; }

    public required MailAccent Light { get; init; }

    /// <summary>The same for mail programs that say they are dark.</summary>
    public required MailAccent Dark { get; init; }

    /// <summary>Null if there is none that mail programs show: then the first letter of the name is on the accent.</summary>
    public MailLogo? Logo { get; init; }
}

/// <summary>The one strong button, each <c>#rrggbb</c>.</summary>
public sealed record MailAccent(string Fill, string Text, string Edge);
