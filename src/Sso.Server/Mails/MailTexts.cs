using System.Globalization;
using System.Resources;
using Sso.Server.Http;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Mails;

/// <summary>The words of <see cref="SecurityMails"/> in both languages, and what each notice tells of its cause.</summary>
internal static class MailTexts
{
    private static readonly ResourceManager Texts = new("Sso.Server.Mails.SecurityMails", typeof(SecurityMails).Assembly);

    public static string Text(CultureInfo language, string name, params object[] values) =>
        string.Format(language, Texts.GetString(name, language) ?? throw new MissingManifestResourceException(name), values);

    /// <summary>When, where and with what it was done; nothing when nobody is there.</summary>
    public static (string Label, string Value)[] Facts(CultureInfo language, HttpContext? http, DateTimeOffset now) => http is null ? [] :
    [
        (Text(language, "When"), now.Instant()),
        (Text(language, "Where"), ClientAddress.Shown(http) ?? "–"),
        (Text(language, "Device"), UserAgents.Describe(http.Request.Headers.UserAgent.ToString()) ?? Text(language, "DeviceUnknown")),
    ];

    public static (string Label, string Value)[] ByOperator(CultureInfo language, DateTimeOffset at) =>
        [(Text(language, "When"), at.Instant()), (Text(language, "Who"), Text(language, "Operator"))];
}
