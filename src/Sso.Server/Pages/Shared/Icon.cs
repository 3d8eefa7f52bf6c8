using Microsoft.AspNetCore.Html;
using Sso.Data.Operations;

namespace Sso.Server.Pages.Shared;

/// <summary>The few drawings of the pages; each is next to a word that says the same.</summary>
internal static class Icon
{
    public static readonly HtmlString Problem = Draw("""<circle cx="12" cy="12" r="9"/><path d="M12 7.5v5.5M12 16.2v.1"/>""");

    public static readonly HtmlString Information = Draw("""<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.8v.1"/>""");

    public static readonly HtmlString Done = Draw("""<circle cx="12" cy="12" r="9"/><path d="m8.2 12.3 2.6 2.6 5-5.4"/>""");

    public static readonly HtmlString Protected = Draw(
        """<path d="M12 3 5 5.7v5.6c0 4.2 2.8 7.5 7 8.9 4.2-1.4 7-4.7 7-8.9V5.7z"/><path d="m9 11.8 2.2 2.2 4-4.3"/>""");

    public static readonly HtmlString Unprotected = Draw(
        """<path d="M12 3 5 5.7v5.6c0 4.2 2.8 7.5 7 8.9 4.2-1.4 7-4.7 7-8.9V5.7z"/><path d="M12 8v4.5M12 15.6v.1"/>""");

    public static readonly HtmlString Go = Path("M9 5l7 7-7 7");

    public static readonly HtmlString Back = Path("M15 5l-7 7 7 7");

    public static readonly HtmlString Key = Path("M8 11a4 4 0 110 8 4 4 0 010-8zM11 12.5 20 4M16 8l3 3M18.5 5.5 20 7");

    public static readonly HtmlString Phone = Path("M8 2h8a1 1 0 011 1v18a1 1 0 01-1 1H8a1 1 0 01-1-1V3a1 1 0 011-1zM11 18h2");

    public static readonly HtmlString Text = Path("M4 5h16v11H9l-5 4V5zM8 9h8M8 12h5");

    public static readonly HtmlString List = Path("M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01");

    public static readonly HtmlString Alert = Path("M12 4l9 16H3L12 4zM12 10v4M12 17v.01");

    public static readonly HtmlString Clock = Path("M12 3a9 9 0 100 18 9 9 0 000-18zM12 7v5l3 2");

    public static readonly HtmlString Home = Path("M4 11l8-7 8 7v9h-5v-6H9v6H4v-9z");

    public static readonly HtmlString Laptop = Path("M5 5h14v10H5V5zM3 19h18");

    public static readonly HtmlString Apps = Path("M4 4h6v6H4V4zM14 4h6v6h-6V4zM4 14h6v6H4v-6zM14 14h6v6h-6v-6z");

    public static readonly HtmlString Person = Path("M12 4a4 4 0 110 8 4 4 0 010-8zM4 21c1-4 4-6 8-6s7 2 8 6");

    public static readonly HtmlString Lock = Path("M6 11h12v9H6v-9zM8.5 11V8a3.5 3.5 0 017 0v3");

    public static readonly HtmlString Mail = Path("M3 6h18v12H3V6zM3 7l9 7 9-7");

    public static readonly HtmlString Brush = Path(
        "M20 4 11 13M11 13a4 4 0 00-4 4c0 2-1.5 3-3.5 3 1 .7 2.3 1 3.5 1 3.5 0 5-2 5-5 0-1.2-.4-2.2-1-3zM20 4l-6.5 10.5");

    public static readonly HtmlString Send = Path("M4 12h12M12 8l4 4-4 4M20 5v14");

    public static readonly HtmlString Out = Path("M14 4h5v16h-5M4 12h11M11 8l4 4-4 4");

    public static HtmlString Of(ProofMethod method) => method switch
    {
        ProofMethod.Passkey => Key,
        ProofMethod.AuthenticatorApp => Phone,
        ProofMethod.TextMessage => Text,
        ProofMethod.RecoveryCode => List,
        ProofMethod.MailCode => Mail,
        _ => Lock,
    };

    /// <summary>For anything but a failure.</summary>
    public static HtmlString ForEvent(SecurityEventKind kind) => kind switch
    {
        SecurityEventKind.SignedIn or SecurityEventKind.PasswordProved or SecurityEventKind.SecondFactorProved => Lock,
        SecurityEventKind.SignedOut or SecurityEventKind.SessionEnded => Out,
        SecurityEventKind.SecondFactorEnrolled or SecurityEventKind.SecondFactorRemoved or SecurityEventKind.FactorsReplaced => Protected,
        SecurityEventKind.TwoFactorDisabled => Unprotected,
        SecurityEventKind.RecoveryCodesCreated or SecurityEventKind.RecoveryCodeUsed => List,
        SecurityEventKind.ConsentGiven or SecurityEventKind.ConsentRefused or SecurityEventKind.AppRevoked => Apps,
        SecurityEventKind.EmailChangeRequested or SecurityEventKind.EmailChanged => Mail,
        SecurityEventKind.NumberChanged or SecurityEventKind.ContactsChanged or SecurityEventKind.ContactsRestored => Text,
        SecurityEventKind.DeviceTrusted or SecurityEventKind.DeviceForgotten or SecurityEventKind.DeviceCopied => Laptop,
        SecurityEventKind.PeopleImported => Person,
        SecurityEventKind.PasswordChanged or SecurityEventKind.PasswordResetRequested or SecurityEventKind.AccountSecured => Key,
        _ => Information,
    };

    private static HtmlString Path(string line) => Draw($"""<path d="{line}"/>""");

    private static HtmlString Draw(string lines) =>
        new($"""<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{lines}</svg>""");
}
