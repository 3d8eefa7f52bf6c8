namespace Sso.Delivery.Mail;

/// <summary>What a mail says, before it has a form. Everything is text: nothing that a person typed can become markup.</summary>
public sealed record MailContent
{
    /// <summary>Also the heading.</summary>
    public required string Subject { get; init; }

    /// <summary>Which mail it is, whatever its language.</summary>
    public string? Kind { get; init; }

    /// <summary>A language tag, for screen readers.</summary>
    public required string Language { get; init; }

    /// <summary>What happened; mailboxes show the first one next to the subject.</summary>
    public required IReadOnlyList<string> Paragraphs { get; init; }

    /// <summary>Digits to be typed elsewhere.</summary>
    public (string Label, string Value)? Code { get; init; }

    /// <summary>When, where, what: label and value.</summary>
    public IReadOnlyList<(string Label, string Value)> Facts { get; init; } = [];

    /// <summary>The one strong button.</summary>
    public MailLink? Link { get; init; }

    /// <summary>Follow the button or the code that they are about.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    public MailAside? NotYou { get; init; }

    /// <summary>Why it was sent, and where to find help.</summary>
    public required string Footer { get; init; }

    public IReadOnlyList<MailLink> FooterLinks { get; init; } = [];

    public MailMessage To(string address, MailBrand brand) => new()
    {
        To = address,
        Kind = Kind,
        SenderName = brand.SenderName,
        Subject = $"{Subject} – {brand.Name}",
        Text = MailText.Write(this, brand),
        Html = MailHtml.Write(this, brand),
        LogoOf = brand.Logo?.BrandId,
    };
}

/// <summary>
/// What to do if the reader did not do it. Its link is the strong button if the mail asks for nothing else, otherwise a quiet one.
/// </summary>
public sealed record MailAside(string Heading, string Text, MailLink? Link = null);
