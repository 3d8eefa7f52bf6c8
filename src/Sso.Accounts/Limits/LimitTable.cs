using System.Globalization;
using Sso.Data.Factors;

namespace Sso.Accounts.Limits;

/// <summary>A line of the table of limits: what may be done how often, and who hears when it is too often.</summary>
/// <param name="Name">As the metric tells it; several lines may share one.</param>
/// <param name="Counter">
/// What its counters are kept under; never changed, for they outlive an upgrade. Null if it is counted in the row of what it limits.
/// </param>
/// <param name="Counts">In words, for operators.</param>
/// <param name="Most">So many in a window.</param>
/// <param name="Window">Of time.</param>
/// <param name="Per">Whose are counted together.</param>
/// <param name="Told">Who hears that it was reached.</param>
public sealed record Limit(string Name, string? Counter, string Counts, int Most, TimeSpan Window, string Per, string Told)
{
    /// <summary>In words, where a window does not say it.</summary>
    public string? Waits { get; init; }

    /// <summary>Before the second one; it doubles each time. Zero if only the number is limited.</summary>
    public TimeSpan FirstWait { get; init; }

    /// <summary>The setting that changes it.</summary>
    public string? Setting { get; init; }

    public string HowMany => Waits ?? string.Create(CultureInfo.InvariantCulture, $"{Most} in {InWords(Window)}");

    /// <summary>The counter of one address, person or client.</summary>
    public byte[] KeyOf(string who) =>
        AttemptCounter.KeyOf(Counter ?? throw new InvalidOperationException($"'{Name}' has no counters of its own."), who);

    /// <summary>How long to wait before the next one.</summary>
    /// <param name="made">So many were made.</param>
    public TimeSpan WaitAfter(int made) => FirstWait * Math.Pow(2, made - 1);

    private static string InWords(TimeSpan window) => window switch
    {
        { TotalSeconds: < 60 } => $"{window.TotalSeconds} seconds",
        { TotalMinutes: 1 } => "a minute",
        { TotalMinutes: < 60 } => $"{window.TotalMinutes} minutes",
        { TotalHours: 1 } => "an hour",
        { TotalHours: <= 24 } => "a day",
        _ => $"{window.TotalDays} days",
    };
}

/// <summary>
/// Every limit of attempts, of sign-in and of what strangers may have us do; <see cref="Throttle"/> keeps them. Those of text messages have
/// a section of their own (<c>Delivery:Limits</c>). docs/operators.md holds the same table, and a test compares them.
/// </summary>
public sealed class LimitTable(LimitOptions options)
{
    private const string AnAddress = "address (IPv6: /64)";
    private const string TheVisitor = "the visitor: wait";
    private const string TheApplication = "the application: 429";
    private const string NobodyAsked = "nobody: the answer is the same, and no mail leaves";
    private const string VisitorAndOperators = "the visitor: wait; operators: event and log 1111, once an hour";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    /// <summary>In the order of the page.</summary>
    public IReadOnlyList<Limit> All =>
    [
        AddressShort, AddressLong, Names, Password, Code, Try, Factor, NewText, Resend, MailCodeAddress, MailCodeHour, MailCodeDay,
        ResetLinkAddress, ResetLinkAccount, SentLink, TestMessage, NewAddress, NewAddressVisitor, NewAddressTarget,
        LostFactor, LostFactorLink, FactorReset, LooserPolicy,
        UserCode, Client, RefusalRecord, RefusalRecordAddress, RefusalRecordClient, Push, Fetch, Proof, Device, Asking, Unknown,
        AskedMail, Registration, Api,
    ];

    public static Limit AddressShort { get; } =
        new("address", "address-10m", "failed sign-ins", 20, TenMinutes, AnAddress, VisitorAndOperators);

    public static Limit AddressLong { get; } = new("address", "address-1h", "failed sign-ins", 100, Hour, AnAddress, VisitorAndOperators);

    /// <summary>Many names from one address: somebody sprays a password over accounts.</summary>
    public static Limit Names { get; } =
        new("names", "address-names", "different names in failed sign-ins", 10, TenMinutes, AnAddress, VisitorAndOperators);

    /// <summary>The same for a name that nobody has.</summary>
    public static Limit Password { get; } =
        new(
            "password", "password", "wrong passwords in a row", AttemptLimits.FreeFailures, TimeSpan.Zero,
            "account, trusted browser or session", TheVisitor)
        {
            Waits = $"{AttemptLimits.FreeFailures}, then a wait of 30 seconds that doubles to 15 minutes; "
                + $"closed at {AttemptLimits.ClosedAt}, until a new password is set or `sso user unlock`",
        };

    public static Limit Code { get; } =
        new("code", "second-factor", "wrong codes, of all second factors and sessions", 10, Hour, "person", TheVisitor);

    /// <summary>Never given back: the next challenge begins with a new proof, and so under another name.</summary>
    public static Limit Try { get; } =
        new("try", "try", "wrong codes", MessageChallenge.MaximumTries, Hour, "challenge", "the visitor: start again; the owner: a mail");

    /// <summary>Counted in the rows of the factors, which all of one method share.</summary>
    public static Limit Factor { get; } =
        new(
            "factor", null, "wrong codes of a method in a row", 50, TimeSpan.Zero, "person and method",
            "the visitor: another way; the owner: a mail")
        {
            Waits = "50; then closed, until a recovery code is used or `sso user unlock`",
        };

    /// <summary>A double click sends once.</summary>
    public static Limit NewText { get; } = new(
        "new-text", "new-text", "codes in place of one that ended", 1, TimeSpan.FromSeconds(30), "session and number",
        "nobody: the code before is on its way");

    /// <summary>Counted in the row of the code.</summary>
    public static Limit Resend { get; } =
        new("resend", null, "sendings of one code", MessageChallenge.MaximumSends, MessageChallenge.Lifetime, "code", TheVisitor)
        {
            FirstWait = TimeSpan.FromSeconds(30),
            Waits = $"{MessageChallenge.MaximumSends}, the second after 30 seconds; the wait doubles each time",
        };

    public static Limit MailCodeAddress { get; } = new("mail-code", "mail-code-address", "codes by mail", 10, Hour, AnAddress, TheVisitor);

    public static Limit MailCodeHour { get; } = new("mail-code", "mail-code-hour", "codes by mail", 5, Hour, "person", TheVisitor);

    public static Limit MailCodeDay { get; } =
        new("mail-code", "mail-code-day", "codes by mail", 10, TimeSpan.FromDays(1), "person", TheVisitor);

    public static Limit ResetLinkAddress { get; } =
        new("reset-link", "reset-address", "links to a new password", 10, Hour, AnAddress, NobodyAsked);

    /// <summary>The same for a name that nobody has.</summary>
    public static Limit ResetLinkAccount { get; } =
        new("reset-link", "reset-account", "links to a new password", 3, Hour, "account", NobodyAsked);

    /// <summary>Apart from those that people ask for: neither uses up the other's.</summary>
    public static Limit SentLink { get; } =
        new("sent-link", "sent-link", "links to a new password that operators send", 5, Hour, "person", "the administrator: wait");

    /// <summary>Texts cost money, and a mailbox that fills with tests is no help. Texts are under their own limits as well.</summary>
    public static Limit TestMessage { get; } = new(
        "test-message", "test-message", "tests of texts and mails that administrators send themselves", 5, Hour, "person",
        "the administrator: wait");

    public static Limit NewAddress { get; } =
        new("new-address", "mail-change-account", "changes of the e-mail address that are asked for", 3, Hour, "person", TheVisitor);

    public static Limit NewAddressVisitor { get; } =
        new("new-address", "mail-change-address", "changes of the e-mail address that are asked for", 10, Hour, AnAddress, TheVisitor);

    /// <summary>Asking again must not fill a mailbox that may be a stranger's.</summary>
    public static Limit NewAddressTarget { get; } =
        new("new-address", "mail-change-target", "mails to an address that is asked for", 3, Hour, "e-mail address", NobodyAsked);

    public static Limit LostFactor { get; } =
        new("lost-factor", "lost-factor", "requests to replace lost methods", 3, Month, "person", "the visitor: ask support");

    public static Limit LostFactorLink { get; } =
        new("lost-factor-link", "lost-factor-link", "links to a new method that are sent again", 3, Hour, "person", TheVisitor);

    public static Limit FactorReset { get; } =
        new(
            "factor-reset", "factor-reset", "replacements of lost methods that the console begins", 5, Day, "person",
            "the administrator: wait");

    /// <summary>Each calls every other owner by mail, and what is taken back could be proposed again at once.</summary>
    public static Limit LooserPolicy { get; } =
        new(
            "looser-policy", "looser-policy", "proposals that an application ask less at a sign-in", 10, Day, "person",
            "the administrator: wait");

    /// <summary>RFC 8628 §5.1.</summary>
    public static Limit UserCode { get; } = new("user-code", "user-code", "wrong codes of devices", 5, TenMinutes, AnAddress, TheVisitor);

    public static Limit Client { get; } =
        new("client", "client", "wrong client credentials", 10, Minute, "client and address", TheApplication);

    /// <summary>So that nobody can fill the record by asking.</summary>
    public static Limit RefusalRecord { get; } =
        new("refusal-record", "refusal-record", "refusals that are recorded", 10, Minute, "kind, client, address", "nobody: see the log");

    /// <summary>Ids of clients are public: who asks in the name of all of them fills the record no more.</summary>
    public static Limit RefusalRecordAddress { get; } =
        new("refusal-record-address", "refusal-address", "refusals that are recorded", 60, Minute, AnAddress, "nobody: see the log");

    /// <summary>From however many addresses.</summary>
    public static Limit RefusalRecordClient { get; } =
        new("refusal-record-client", "refusal-client", "refusals that are recorded", 120, Minute, "client", "nobody: see the log");

    public Limit Push { get; } = new(
        "push", "push", "requests that are kept in a row, pushed by public clients or too long for a URL", options.Pushes, Minute,
        AnAddress, TheApplication)
    {
        Setting = "Limits:Pushes",
    };

    public Limit Fetch { get; } =
        new("fetch", "fetch", "calls to addresses of clients", options.Fetches, Minute, AnAddress, TheApplication)
        {
            Setting = "Limits:Fetches",
        };

    public Limit Proof { get; } =
        new("proof", "proof", "DPoP proofs of public clients", options.Proofs, Minute, AnAddress, TheApplication)
        {
            Setting = "Limits:Proofs",
        };

    public static Limit Device { get; } =
        new("device", "device", "devices that ask in the name of public clients", 60, Minute, AnAddress, TheApplication);

    /// <summary>Whoever asks.</summary>
    public static Limit Asking { get; } =
        new("ciba-person", "ciba-person", "backchannel requests", 10, Hour, "person, or name that nobody has", TheApplication);

    /// <summary>So that it cannot learn who has an account.</summary>
    public static Limit Unknown { get; } =
        new("ciba-unknown", "ciba-unknown", "backchannel requests for names that nobody has", 30, Hour, "client", TheApplication);

    public static Limit AskedMail { get; } = new(
        "ciba-mail", "ciba-mail", "mails about backchannel requests", 3, Hour, "person", "nobody: the request waits in the account area");

    public static Limit Registration { get; } = new(
        "register", "register", "applications that register themselves without a token, or change their registration", 10, Hour,
        AnAddress + ", or client", TheApplication);

    public Limit Api { get; } =
        new("api", "api", "requests to the admin API and SCIM", options.ApiRequests, Minute, "client", TheApplication)
        {
            Setting = "Limits:ApiRequests",
        };
}
