using System.Diagnostics;
using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;
using Microsoft.Extensions.Localization;
using Sso.Accounts.Factors;
using Sso.Accounts.Overview;
using Sso.Accounts.Passwords;
using Sso.Accounts.Visits;

namespace Sso.Server.Pages.Shared;

/// <summary>Sentences that depend on an outcome or a length of time.</summary>
internal static class Phrases
{
    /// <summary>"5 minuti", "45 secondi", "1 ora": rounded up, so that waiting as told is enough.</summary>
    public static string Span(this IStringLocalizer<Common> common, TimeSpan span) => span switch
    {
        { TotalSeconds: <= 1 } => common["OneSecond"],
        { TotalSeconds: <= 59 } => common["Seconds", (int)Math.Ceiling(span.TotalSeconds)],
        { TotalSeconds: <= 60 } => common["OneMinute"],
        { TotalMinutes: <= 59 } => common["Minutes", (int)Math.Ceiling(span.TotalMinutes)],
        { TotalMinutes: <= 60 } => common["OneHour"],
        _ => common["Hours", (int)Math.Ceiling(span.TotalHours)],
    };

    /// <summary>What the person reads about a code that was not accepted.</summary>
    public static string Refusal(this IStringLocalizer<Common> common, CodeOutcome outcome) => outcome switch
    {
        CodeOutcome.Empty => common["CodeEmpty"],
        CodeOutcome.Format => common["CodeFormat"],
        CodeOutcome.Wrong => common["CodeWrong"],
        CodeOutcome.Expired => common["CodeExpired"],
        CodeOutcome.Used => common["CodeUsed"],
        CodeOutcome.Locked locked when locked.For == CodeOutcome.Locked.Shut.For => common["CodeShut"],
        CodeOutcome.Locked locked => common["CodeLocked", common.Span(locked.For)],
        _ => throw new UnreachableException(),
    };

    /// <summary>Why no code is on its way; null if one is.</summary>
    public static string? Refusal(this IStringLocalizer<Common> common, SendOutcome outcome) => outcome switch
    {
        SendOutcome.Sent or SendOutcome.AlreadySent => null,
        SendOutcome.Wait wait => common["SendWait", common.Span(wait.For)].Value,
        SendOutcome.LimitReached limit => common["SendLimit", common.Span(limit.For)].Value,
        SendOutcome.Stopped stopped => common.Stopped(stopped.For),
        _ => throw new UnreachableException(),
    };

    /// <summary>Why no code was sent to a number that was typed; null if one was.</summary>
    public static string? Refusal(this IStringLocalizer<Common> common, NumberOutcome outcome) => outcome switch
    {
        NumberOutcome.Sent => null,
        NumberOutcome.Empty => common["NumberEmpty"].Value,
        NumberOutcome.Invalid => common["NumberInvalid"].Value,
        NumberOutcome.NotMobile => common["NumberNotMobile"].Value,
        NumberOutcome.CountryNotServed => common["NumberCountry"].Value,
        NumberOutcome.AlreadyThere => common["NumberAlready"].Value,
        NumberOutcome.LimitReached limit => common["SendLimit", common.Span(limit.For)].Value,
        NumberOutcome.Stopped stopped => common.Stopped(stopped.For),
        _ => throw new UnreachableException(),
    };

    /// <param name="common">The texts.</param>
    /// <param name="wait">Null if waiting does not help.</param>
    private static string Stopped(this IStringLocalizer<Common> common, TimeSpan? wait) =>
        wait is { } span ? common["SendStopped", common.Span(span)] : common["SendImpossible"];

    /// <summary>Why a new password is refused, and what to do.</summary>
    public static string Refusal(this IStringLocalizer<Common> common, PasswordFlaw flaw, PasswordPolicy policy) => flaw switch
    {
        PasswordFlaw.TooShort => common["PasswordTooShort", policy.Shortest],
        PasswordFlaw.TooLong => common["PasswordTooLong"],
        PasswordFlaw.Repetitive => common["PasswordRepetitive"],
        PasswordFlaw.Common => common["PasswordCommon"],
        PasswordFlaw.Personal => common["PasswordPersonal"],
        _ => throw new UnreachableException(),
    };

    public static string Method(this IStringLocalizer<Common> common, ProofMethod method) => method switch
    {
        ProofMethod.AuthenticatorApp => common["MethodApp"],
        ProofMethod.TextMessage => common["MethodSms"],
        ProofMethod.RecoveryCode => common["MethodRecovery"],
        ProofMethod.Password => common["MethodPassword"],
        ProofMethod.Passkey => common["MethodPasskey"],
        ProofMethod.MailCode => common["MethodMail"],
        ProofMethod.TrustedDevice => common["MethodTrustedDevice"],
        _ => throw new UnreachableException(),
    };

    /// <summary>"Firefox su Windows".</summary>
    public static string Device(this IStringLocalizer<Common> common, string? userAgent) =>
        common.Device(UserAgents.Parts(userAgent ?? ""));

    public static string Device(this IStringLocalizer<Common> common, (string? Browser, string? System) parts) => parts switch
    {
        (null, null) => common["UnknownDevice"],
        ({ } browser, { } system) => common["Device", browser, system],
        (var browser, var system) => browser ?? system!,
    };

    /// <summary>"Passkey · Chrome, Windows": the method, and its number or the name that its owner gave it.</summary>
    public static string Title(this IStringLocalizer<Common> common, MethodView method) =>
        string.Join(" · ", new[] { common.Method(method.Method), method.MaskedNumber ?? method.Name }.OfType<string>());

    /// <summary>The sentence, with the value in its one place in bold.</summary>
    public static IHtmlContent Strong(this IStringLocalizer<Common> common, string key, string filling)
    {
        // A mark that no text contains: the value may equal any word of the sentence.
        var sentence = common[key, "\uE000"].Value.Split('\uE000').Select(part => HtmlEncoder.Default.Encode(part));
        return new HtmlString(string.Join($"<b>{HtmlEncoder.Default.Encode(filling)}</b>", sentence));
    }

    /// <summary>"Area Clienti" is AC: at most two letters, of the first words.</summary>
    public static string Initials(string name) => string.Concat(
        name.Split([' ', '.', '-', '_'], StringSplitOptions.RemoveEmptyEntries).Take(2)
            .Select(word => StringInfo.GetNextTextElement(word))).ToUpperInvariant();

    /// <summary>The sentence, with a number in it that is not broken across lines.</summary>
    public static IHtmlContent Unbroken(this LocalizedString sentence, string? number)
    {
        var (text, digits) = (HtmlEncoder.Default.Encode(sentence.Value), HtmlEncoder.Default.Encode(number ?? ""));
        return new HtmlString(
            digits.Length == 0 ? text : text.Replace(digits, $"<span class=\"nowrap\">{digits}</span>", StringComparison.Ordinal));
    }
}
