using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Sso.Delivery.Mail;

/// <summary>
/// The HTML part of a mail, in the form that mail programs need: tables for the frame, every style inline, and in the head only what
/// improves it where the head is read: letters that grow with the reader's, facts one below the other on phones, the dark scheme. Nothing
/// in it is fetched from anywhere. Colours and sizes are those of site.css.
/// </summary>
internal static class MailHtml
{
    private const string Ink = "color:#1b1f24";
    private const string Muted = "color:#4a5561";
    private const string Words = "font-size:16px;line-height:1.5;" + Ink;
    private const string Small = "font-size:14px;line-height:1.5;" + Muted;
    private const string Line = "border-top:1px solid #dde1e6";
    private const string Unbreakable = "overflow-wrap:anywhere;word-break:break-word";
    private const string Frame = "<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"";
    private const string Wide = Frame + " width=\"100%\"";
    private const string Card = "background:#ffffff;border:1px solid #e4e7eb;border-radius:12px;padding:32px;" + Unbreakable;
    private const string Sunken = "background:#f0f2f5;border-radius:10px;padding:16px";
    private const string Plate = "background:#ffffff;border-radius:8px;padding:4px 8px";
    private const string Initial = "border-radius:8px;font-size:18px;font-weight:700;line-height:36px";
    private const string Title = "margin:0;font-size:24px;line-height:1.25;letter-spacing:-.01em;" + Ink;
    private const string Label = "font-size:14px;font-weight:400;line-height:1.714;text-align:left;" + Muted;
    private const string Pressable =
        "display:block;padding:13px 12px;font-size:16px;font-weight:600;line-height:1.375;text-align:center;text-decoration:none";
    private const string GrowingTitles = ".title{font-size:min(1.5rem,10vw)!important}.code{font-size:min(2rem,11vw)!important}";
    private const string DarkInk = ".ink{color:#e8eaed!important}.muted{color:#aeb7c2!important}";

    /// <summary>Only what would be markup becomes an entity: otherwise the row would be twice as long.</summary>
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Keeps mailboxes from showing the beginning of the mail after the preview.</summary>
    private static readonly string Filler = string.Concat(Enumerable.Repeat("&#847;&zwnj;&nbsp;", 24));

    public static string Write(MailContent content, MailBrand brand) => $"""
        {Head(content, brand)}
        <body class="page" style="margin:0;padding:0;background:#f6f7f9">
        <div style="display:none;max-height:0;overflow:hidden;mso-hide:all">{Text(content.Paragraphs[0])}{Filler}</div>
        <div lang="{Text(content.Language)}">
        {Wide} class="page" bgcolor="#f6f7f9" style="background:#f6f7f9"><tr><td align="center" style="padding:24px 12px 32px">
        {Frame} width="560" style="width:100%;max-width:560px;table-layout:fixed">
        <tr><td align="center" style="padding:0 0 20px">{Masthead(brand)}</td></tr>
        <tr><td class="card" bgcolor="#ffffff" style="{Card}">
        {Wide}>{string.Concat(Blocks(content, brand))}</table>
        </td></tr>
        <tr><td align="center" style="padding:24px 12px 0;{Unbreakable}">{Footer(content, brand)}</td></tr>
        </table></td></tr></table></div></body></html>
        """;

    private static string Head(MailContent content, MailBrand brand) => $$$"""
        <!doctype html><html lang="{{{Text(content.Language)}}}"><head><meta charset="utf-8"><title>{{{Text(content.Subject)}}}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">
        <meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
        <style>
        :root{color-scheme:light dark;supported-color-schemes:light dark}
        td,th,p,h1,h2,a{font-family:system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif}
        a[x-apple-data-detectors]{color:inherit!important;text-decoration:none!important}
        @media screen{
        .words{font-size:1rem!important}.small{font-size:.875rem!important}{{{GrowingTitles}}}
        }
        @media screen and (max-width:480px){
        .card{padding:24px 20px!important}.facts th,.facts td{display:block!important;width:auto!important}
        .facts th{padding-bottom:0!important}.facts td{border-top:0!important;padding-top:0!important}
        }
        @media (prefers-color-scheme:dark){
        .page{background:#14181d!important}.card{background:#1d232a!important}.card,.line{border-color:#38414b!important}
        .sunken{background:#262d35!important}{{{DarkInk}}}.quiet{border-color:#8792a0!important}
        {{{DarkAccent(brand.Dark)}}}
        }
        </style></head>
        """;

    private static string DarkAccent(MailAccent accent) =>
        $$""".accent{background:{{accent.Fill}}!important;border-color:{{accent.Edge}}!important}.on{color:{{accent.Text}}!important}""";

    /// <summary>Logos are drawn for white paper, so they get a white plate in the dark scheme too.</summary>
    private static string Masthead(MailBrand brand)
    {
        var (fill, text, name) = (brand.Light.Fill, brand.Light.Text, Text(brand.Name));
        var cells = brand.Logo is { } logo
            ? $"""
                <td bgcolor="#ffffff" style="{Plate}"><img src="{MailLogo.Address}" alt="{name}"
                width="{logo.Width}" height="{logo.Height}" style="display:block;border:0;font-size:16px;font-weight:700;{Ink}"></td>
                """
            : $"""
                <td class="accent on" aria-hidden="true" width="36" height="36" align="center" bgcolor="{fill}"
                style="width:36px;height:36px;background:{fill};{Initial};color:{text}"
                >{Text(StringInfo.GetNextTextElement(brand.Name).ToUpperInvariant())}</td>
                <td class="words ink" style="padding:0 0 0 10px;{Words};line-height:1.125;font-weight:700;{Unbreakable}">{name}</td>
                """;
        return $"{Frame}><tr>{cells}</tr></table>";
    }

    private static IEnumerable<string> Blocks(MailContent content, MailBrand brand)
    {
        yield return Block(
            $"""<h1 class="title ink" style="{Title}">{Whole(content.Subject)}</h1>""", 12);
        foreach (var paragraph in content.Paragraphs)
        {
            yield return Block(Paragraph(paragraph), 12);
        }

        var notes = content.Notes.Select(note => Block(Paragraph(note), 12));
        if (content.Code is { } code)
        {
            yield return Block(Code(code.Label, code.Value), 16) + string.Concat(notes);
        }

        if (content.Facts.Count > 0)
        {
            yield return Block(Facts(content.Facts), 16);
        }

        if (content.Link is { } link)
        {
            yield return Block(Button(link, brand.Light), 16, above: 8);
        }

        if (content.Code is null)
        {
            yield return string.Concat(notes);
        }

        if (content.NotYou is { } aside)
        {
            var isOnly = content is { Link: null, Code: null };
            yield return Block(
                Aside(aside, aside.Link is null ? "" : isOnly ? Button(aside.Link, brand.Light) : QuietButton(aside.Link)), 0, above: 8);
        }
    }

    private static string Block(string inside, int below, int above = 0) =>
        $"<tr><td style=\"padding:{above}px 0 {below}px\">{inside}</td></tr>\n";

    private static string Paragraph(string text, int below = 0) =>
        $"""<p class="words ink" style="margin:0 0 {below}px;{Words}">{Whole(text)}</p>""";

    private static string Code(string label, string value) => Box("center", $"""
        <p class="small muted" style="margin:0;{Small}">{Text(label)}</p>
        <p class="code ink" style="margin:0;font:600 32px/1.4 ui-monospace,Consolas,monospace;letter-spacing:.12em;{Ink}">{Text(value)}</p>
        """);

    private static string Facts(IReadOnlyList<(string Label, string Value)> facts)
    {
        var rows = facts.Select(fact => $"""
            <tr><th scope="row" align="left" valign="top" width="28%" class="small muted line"
            style="padding:10px 12px 10px 0;{Line};{Label}">{Text(fact.Label)}</th>
            <td valign="top" class="words ink line" style="padding:10px 0;{Line};{Words}">{Text(fact.Value)}</td></tr>
            """);
        return $"""<table class="facts" width="100%" cellpadding="0" cellspacing="0" border="0">{string.Concat(rows)}</table>""";
    }

    private static string Aside(MailAside aside, string button) => Box(
        "left",
        $"""<h2 class="words ink" style="margin:0 0 4px;{Words}">{Text(aside.Heading)}</h2>"""
            + Paragraph(aside.Text, button.Length > 0 ? 16 : 0)
            + button);

    private static string Box(string align, string inside) => $"""
        {Wide}><tr><td class="sunken" align="{align}" bgcolor="#f0f2f5" style="{Sunken}">{inside}</td></tr></table>
        """;

    private static string Button(MailLink link, MailAccent accent) => Pressed(
        link,
        $"class=\"accent\" bgcolor=\"{accent.Fill}\" style=\"background:{accent.Fill};border:1px solid {accent.Edge}",
        "on",
        $"color:{accent.Text}");

    private static string QuietButton(MailLink link) => Pressed(link, "class=\"quiet\" style=\"border:1px solid #6b7480", "ink", Ink);

    /// <summary>
    /// The whole cell can be pressed and has the colour. For programs that ignore the padding of a link (Outlook has Word draw its mails),
    /// the cell has its own.
    /// </summary>
    private static string Pressed(MailLink link, string cell, string words, string colour) => $"""
        {Wide}><tr><td align="center" {cell};border-radius:8px;mso-padding-alt:13px 12px"><a class="words {words}" href="{Text(link.Url)}"
        style="{Pressable};{colour}"
        >{Text(link.Label)}</a></td></tr></table>
        """;

    private static string Footer(MailContent content, MailBrand brand)
    {
        const string Open = $"""<p class="small muted" style="margin:0 0 8px;{Small};text-align:center">""";
        var links = content.FooterLinks.Select(
            link => $"""<a class="muted" style="{Muted}" href="{Text(link.Url)}">{Text(link.Label)}</a>""");
        return $"{Open}<b>{Text(brand.Name)}</b><br>{Text(content.Footer)}</p>"
            + (content.FooterLinks.Count > 0 ? $"{Open}{string.Join(" · ", links)}</p>" : "");
    }

    /// <summary>A sentence in which no line may break within "e-mail".</summary>
    private static string Whole(string sentence) =>
        Text(sentence).Replace("e-mail", """<span style="white-space:nowrap">e-mail</span>""", StringComparison.Ordinal);

    private static string Text(string text) => Encoder.Encode(text);
}
