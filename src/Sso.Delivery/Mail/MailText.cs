using System.Text;

namespace Sso.Delivery.Mail;

/// <summary>The text part of a mail. An address to be opened is alone on its line, where every mail program finds it.</summary>
internal static class MailText
{
    public static string Write(MailContent content, MailBrand brand)
    {
        var text = new StringBuilder();
        AppendParagraphs(text, [content.Subject, .. content.Paragraphs]);
        if (content.Code is { } code)
        {
            text.Append(code.Label).Append(": ").Append(code.Value).Append("\n\n");
            AppendParagraphs(text, content.Notes);
        }

        foreach (var (label, value) in content.Facts)
        {
            text.Append(label).Append(": ").Append(value).Append('\n');
        }

        text.Append(content.Facts.Count > 0 ? "\n" : "");
        AppendLink(text, content.Link);
        AppendParagraphs(text, content.Code is null ? content.Notes : []);
        if (content.NotYou is { } aside)
        {
            AppendParagraphs(text, [aside.Heading, aside.Text]);
            AppendLink(text, aside.Link);
        }

        // RFC 3676 §4.3: what follows is not quoted in an answer.
        text.Append("-- \n").Append(brand.Name).Append('\n').Append(content.Footer).Append('\n');
        foreach (var link in content.FooterLinks)
        {
            text.Append(link.IsPage ? $"{link.Label}: {link.Url}" : link.Label).Append('\n');
        }

        return text.ToString();
    }

    private static void AppendLink(StringBuilder text, MailLink? link)
    {
        if (link is not null)
        {
            text.Append(link.Label).Append(":\n").Append(link.Url).Append("\n\n");
        }
    }

    private static void AppendParagraphs(StringBuilder text, IEnumerable<string> paragraphs)
    {
        foreach (var paragraph in paragraphs)
        {
            text.Append(paragraph).Append("\n\n");
        }
    }
}
