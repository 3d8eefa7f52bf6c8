using System.Net;
using System.Text;

namespace Sso.Delivery.Mail;

/// <summary>What a mail says, before it has a form. Everything is text: nothing that a person typed can become markup.</summary>
public sealed record MailContent
{
    public required string Subject { get; init; }

    /// <summary>A language tag for readers of the screen.</summary>
    public required string Language { get; init; }

    public required IReadOnlyList<string> Paragraphs { get; init; }

    /// <summary>When, where, what: label and value.</summary>
    public IReadOnlyList<(string Label, string Value)> Facts { get; init; } = [];

    public (string Label, string Url)? Link { get; init; }

    /// <summary>A second way, less loud than the first.</summary>
    public (string Label, string Url)? OtherLink { get; init; }

    /// <summary>After the link.</summary>
    public IReadOnlyList<string> Closing { get; init; } = [];

    public MailMessage To(string address, MailBrand brand) => new()
    {
        To = address,
        SenderName = brand.SenderName,
        Subject = $"{Subject} – {brand.Name}",
        Text = AsText(brand),
        Html = AsHtml(brand),
    };

    private string AsText(MailBrand brand)
    {
        var text = new StringBuilder();
        foreach (var paragraph in Paragraphs)
        {
            text.Append(paragraph).Append("\n\n");
        }

        foreach (var (label, value) in Facts)
        {
            text.Append(label).Append(": ").Append(value).Append('\n');
        }

        text.Append(Facts.Count > 0 ? "\n" : "");
        if (Link is { } link)
        {
            text.Append(link.Label).Append(":\n").Append(link.Url).Append("\n\n");
        }

        if (OtherLink is { } other)
        {
            text.Append(other.Label).Append(":\n").Append(other.Url).Append("\n\n");
        }

        foreach (var paragraph in Closing)
        {
            text.Append(paragraph).Append("\n\n");
        }

        return text.Append(SignatureOf(brand)).Append('\n').ToString();
    }

    private string AsHtml(MailBrand brand)
    {
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"").Append(Encoded(Language))
            .Append("\"><head><meta charset=\"utf-8\"><title>").Append(Encoded(Subject))
            .Append(
                "</title></head><body style=\"font-family:system-ui,Segoe "
                    + "UI,Roboto,Arial,sans-serif;font-size:16px;line-height:1.5;color:#1b1f24\">")
            .Append("<h1 style=\"font-size:20px\">").Append(Encoded(Subject)).Append("</h1>");
        AppendParagraphs(html, Paragraphs);
        if (Facts.Count > 0)
        {
            html.Append("<table role=\"presentation\">");
            foreach (var (label, value) in Facts)
            {
                html.Append("<tr><td style=\"padding:4px 16px 4px 0;color:#4a5561\">")
                    .Append(Encoded(label)).Append("</td><td>").Append(Encoded(value))
                    .Append("</td></tr>");
            }

            html.Append("</table>");
        }

        if (Link is { } link)
        {
            html.Append("<p style=\"margin:24px 0\"><a style=\"color:").Append(brand.AccentText).Append(";background:").Append(brand.Accent)
                .Append(";padding:12px 20px;border-radius:6px;font-weight:600\" href=\"")
                .Append(Encoded(link.Url)).Append("\">").Append(Encoded(link.Label)).Append("</a></p>");
        }

        if (OtherLink is { } other)
        {
            html.Append("<p><a style=\"color:#1b1f24\" href=\"").Append(Encoded(other.Url))
                .Append("\">").Append(Encoded(other.Label)).Append("</a></p>");
        }

        AppendParagraphs(html, Closing);
        return html.Append("<p style=\"color:#4a5561\">").Append(Encoded(SignatureOf(brand))).Append("</p></body></html>").ToString();
    }

    private static string SignatureOf(MailBrand brand) =>
        brand.SupportContact is null ? brand.Name : $"{brand.Name} · {brand.SupportContact}";

    private static void AppendParagraphs(StringBuilder html, IReadOnlyList<string> paragraphs)
    {
        foreach (var paragraph in paragraphs)
        {
            html.Append("<p>").Append(Encoded(paragraph)).Append("</p>");
        }
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
