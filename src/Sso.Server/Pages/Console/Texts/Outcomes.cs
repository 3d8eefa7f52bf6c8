using Microsoft.Extensions.Localization;
using Sso.Accounts.Mails;
using Sso.Admin.Deliveries;
using Sso.Data.Delivery;
using Sso.Server.Pages.Shared;

namespace Sso.Server.Pages.Console.Texts;

/// <summary>What became of texts and mails, in words: <c>Outcomes.it.resx</c> and <c>Outcomes.en.resx</c>.</summary>
internal sealed class Outcomes
{
    private Outcomes()
    {
    }
}

internal static class OutcomeWords
{
    /// <summary>What the route answered, then what the phone did.</summary>
    public static string Of(this IStringLocalizer<Outcomes> words, DeliveryView text) => string.Join(
        ", ",
        new[]
        {
            words["Outcome" + (text.Outcome ?? "None")].Value,
            text.Receipt == TextReceiptStatus.None
                ? null
                : words["Receipt" + text.Receipt].Value + (text.ReceiptCode is { } code ? $" ({code})" : ""),
        }.OfType<string>());

    /// <summary>Of an alert: a prefix stands there with what is sent to it.</summary>
    public static string SubjectOf(this IStringLocalizer<Outcomes> words, string subject) =>
        subject.Split('/') is [var purpose, var prefix] && Enum.TryParse<TextPurpose>(purpose, out var known)
            ? $"{prefix}, {words["Purpose" + known]}"
            : subject;

    /// <summary>Which mail it is, in the language of the viewer.</summary>
    public static string Of(this IStringLocalizer<Outcomes> words, MailView mail) =>
        mail.Kind is { } kind && MailTable.SubjectOf(kind, System.Globalization.CultureInfo.CurrentUICulture) is { } subject
            ? subject
            : words["AnyMail"];

    public static string StateOf(this IStringLocalizer<Outcomes> words, MailView mail, Viewer viewer) => mail.Status switch
    {
        OutgoingMailStatus.Sent => words["MailSent"],
        OutgoingMailStatus.Waiting when mail.Attempts == 0 => words["MailNew"],
        OutgoingMailStatus.Waiting => words["MailWaits", words.TroubleOf(mail), viewer.Moment(mail.NextAttemptAt!.Value)],
        _ => words["MailFailed", words.TroubleOf(mail)],
    };

    private static string TroubleOf(this IStringLocalizer<Outcomes> words, MailView mail) =>
        words["Trouble" + (mail.Trouble?.ToString() ?? "Unknown")];
}
