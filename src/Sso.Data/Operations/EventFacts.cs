using Sso.Protocol;

namespace Sso.Data.Operations;

/// <summary>
/// What an event tells, whichever version wrote it. Sealed rows are never written anew: those from before the columns for methods and
/// browser say it in their <see cref="SecurityEvent.Detail"/>.
/// </summary>
/// <param name="Methods">In the order of their proofs; empty where it was about none.</param>
/// <param name="Device">The browser of a stranger, whom no session describes.</param>
/// <param name="Detail">What there is to say beside the others.</param>
public sealed record EventFacts(
    IReadOnlyList<ProofMethod> Methods, (string? Browser, string? System)? Device = null, string? Detail = null)
{
    private static readonly SecurityEventKind[] OfOneMethod =
    [
        SecurityEventKind.SecondFactorProved, SecurityEventKind.SecondFactorFailed, SecurityEventKind.SecondFactorEnrolled,
        SecurityEventKind.SecondFactorRemoved, SecurityEventKind.FactorsReplaced, SecurityEventKind.RecoveryCodeUsed,
        SecurityEventKind.PasskeyFailed, SecurityEventKind.LostFactorReported, SecurityEventKind.NumberChanged,
        SecurityEventKind.ContactsChanged,
    ];

    /// <summary>The one to name where there is room for one: the latest second factor, otherwise what the sign-in began with.</summary>
    public ProofMethod? Named => ProofMethods.Foremost(Methods);

    public static EventFacts Of(SecurityEvent item) => item switch
    {
        { Method: { } method } => new([method], Detail: item.Detail),
        { Methods: { } methods } => new([.. methods.Each], Detail: item.Detail),
        { Browser: not null } or { BrowserSystem: not null } => new([], (item.Browser, item.BrowserSystem), item.Detail),
        { Detail: { } former } => OfFormer(item.Kind, former),
        _ => new([]),
    };

    private static EventFacts OfFormer(SecurityEventKind kind, string detail) => kind switch
    {
        SecurityEventKind.SignedIn => OfSignIn(detail),
        SecurityEventKind.PasswordFailed when detail.Split(", ") is [var browser, var system] => new([], (browser, system)),
        SecurityEventKind.PasswordFailed => new([], (detail, null)),
        _ when OfOneMethod.Contains(kind) && MethodOf(detail) is { } method => new([method]),
        _ => new([], Detail: detail),
    };

    /// <summary>Names of methods or, from earlier still, the amr, which stays beside what it lets us assume.</summary>
    private static EventFacts OfSignIn(string detail)
    {
        var words = detail.Split(' ');
        var methods = words.Select(MethodOf).OfType<ProofMethod>().ToList();
        return methods.Count == words.Length ? new(methods) : new([.. words.Select(OfAmr).OfType<ProofMethod>()], Detail: detail);
    }

    /// <summary>By the names that those versions wrote, whatever the methods are called in the source by now.</summary>
    private static ProofMethod? MethodOf(string word) => word switch
    {
        "Password" => ProofMethod.Password,
        "AuthenticatorApp" => ProofMethod.AuthenticatorApp,
        "TextMessage" => ProofMethod.TextMessage,
        "RecoveryCode" => ProofMethod.RecoveryCode,
        "Passkey" => ProofMethod.Passkey,
        "TrustedDevice" => ProofMethod.TrustedDevice,
        "MailCode" => ProofMethod.MailCode,
        _ => null,
    };

    /// <summary>A recovery code was an otp like an app's, which is by far the more frequent.</summary>
    private static ProofMethod? OfAmr(string word) => word switch
    {
        "pwd" => ProofMethod.Password,
        "otp" => ProofMethod.AuthenticatorApp,
        "sms" => ProofMethod.TextMessage,
        "pop" => ProofMethod.Passkey,
        "mca" => ProofMethod.MailCode,
        _ => null,
    };
}
