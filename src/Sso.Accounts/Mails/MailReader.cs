using System.Globalization;
using System.Resources;
using Sso.Accounts.Localization;
using Sso.Accounts.Visits;
using Sso.Admin.Brands;
using Sso.Data.People;
using Sso.Delivery.Mail;

namespace Sso.Accounts.Mails;

/// <summary>The reader of a mail: their language, and the time on their clock.</summary>
public sealed class MailReader
{
    private static readonly ResourceManager Texts = new("Sso.Accounts.Mails.SecurityMails", typeof(SecurityMails).Assembly);

    private readonly TimeZoneInfo _zone;

    private MailReader(CultureInfo language, TimeZoneInfo zone) => (Language, _zone) = (language, zone);

    public CultureInfo Language { get; }

    /// <param name="person">Null for nobody, to whom the same is written as to anybody else.</param>
    /// <param name="language">The language of the page that caused it; null means the person's own.</param>
    public static MailReader Of(Person? person, string? language = null) => new(
        language is null ? Languages.Of(person) : CultureInfo.GetCultureInfo(language), ZoneNames.Of(person?.ZoneInfo));

    public string Text(string name, params object[] values) =>
        string.Format(Language, Texts.GetString(name, Language) ?? throw new MissingManifestResourceException(name), values);

    /// <summary>Null if no mail says that.</summary>
    public static string? TextOf(string name, CultureInfo language) => Texts.GetString(name, language);

    /// <summary>"23 novembre 2026 alle 09:14 (ora di Roma)", "23 November 2026 at 09:14 (Rome time)".</summary>
    public string At(DateTimeOffset instant)
    {
        var local = TimeZoneInfo.ConvertTime(instant, _zone);
        var zone = ZoneNames.NameOf(_zone, instant, Language, city => Text("ZoneCity", city));
        return Text("At", local.ToString("d MMMM yyyy", Language), local.ToString("HH:mm", CultureInfo.InvariantCulture), zone);
    }

    /// <summary>When, where and with what it was done; nothing if nobody is there.</summary>
    /// <param name="when">The label of the time if there is another one.</param>
    public (string Label, string Value)[] Facts(Visit? visit, DateTimeOffset now, string when = "When") => visit is null ? [] :
    [
        (Text(when), At(now)),
        (Text("Where"), visit.Address ?? "–"),
        (Text("Device"), Device(UserAgents.Parts(visit.UserAgent))),
    ];

    public (string Label, string Value)[] ByOperator(DateTimeOffset at, string when) =>
        [(Text(when), At(at)), (Text("Who"), Text("Operator"))];

    /// <summary>The content of a mail from this brand, except for what it reports.</summary>
    public MailContent Mail(Brand brand, string subject, params string[] paragraphs) => new()
    {
        Subject = Text(subject),
        Kind = MailTable.KindOf(subject),
        Language = Language.Name,
        Paragraphs = paragraphs,
        Footer = Text("Footer", brand.Name),
        FooterLinks = [.. Links(brand)],
    };

    public MailAside NotYou(string text, MailLink? link = null) => new(Text("NotYou"), text, link);

    private string Device((string? Browser, string? System) parts) => parts switch
    {
        ({ } browser, { } system) => Text("DeviceOn", browser, system),
        var (browser, system) => browser ?? system ?? Text("DeviceUnknown"),
    };

    private IEnumerable<MailLink> Links(Brand brand)
    {
        foreach (var (name, target) in ((string, string?)[])
            [("Privacy", brand.PrivacyUrl), ("About", brand.AboutUrl), ("Contact", brand.ContactUrl)])
        {
            if (target is not null)
            {
                yield return new(Text(name), target);
            }
        }

        if (brand.SupportContact is { } contact && SupportLink.Of(contact) is { } link)
        {
            var words = new MailLink(Text("Support"), link);
            yield return words.IsPage ? words : words with { Label = $"{words.Label}: {contact}" };
        }
    }
}
