using Sso.Data.Factors;

namespace Sso.Accounts.Limits;

/// <summary>
/// The limits of attempts that <see cref="Throttle"/> keeps, of sign-in and of what strangers may have us do; those of text messages have a
/// section of their own (<c>Delivery:Limits</c>). docs/operators.md holds the same table, and a test compares them.
/// </summary>
public sealed class LimitTable(LimitOptions options)
{
    private const string AnAddress = "address (IPv6: /64)";
    private const string TheVisitor = "the visitor: wait";
    private const string TheApplication = "the application: 429";
    private const string VisitorAndOperators = "the visitor: wait; operators: event and log 1111, once an hour";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TenMinutes = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>In the order of the page.</summary>
    public IReadOnlyList<Limit> All =>
    [
        AddressShort, AddressLong, Names, Password, Code, Try, NewText, MailCodeAddress, MailCodeHour, MailCodeDay, UserCode,
        Client, Push, Fetch, Proof, Device, Asking, Unknown, AskedMail, Registration,
    ];

    public Limit AddressShort { get; } = new("address", "address-10m", "failed sign-ins", 20, TenMinutes, AnAddress, VisitorAndOperators);

    public Limit AddressLong { get; } = new("address", "address-1h", "failed sign-ins", 100, Hour, AnAddress, VisitorAndOperators);

    /// <summary>Many names from one address: somebody sprays a password over accounts.</summary>
    public Limit Names { get; } =
        new("names", "address-names", "different names in failed sign-ins", 10, TenMinutes, AnAddress, VisitorAndOperators);

    /// <summary>The same for a name that nobody has.</summary>
    public Limit Password { get; } =
        new("password", "password", "wrong passwords in a row", AttemptLimits.FreeFailures, TimeSpan.Zero, "account", TheVisitor)
        {
            Waits = $"{AttemptLimits.FreeFailures}, then a wait of 30 seconds that doubles to 15 minutes; "
                + $"closed at {AttemptLimits.ClosedAt}, until `sso user unlock`",
        };

    public Limit Code { get; } =
        new("code", "second-factor", "wrong codes, of all second factors and sessions", 10, Hour, "person", TheVisitor);

    /// <summary>Never given back: the next challenge begins with a new proof, and so under another name.</summary>
    public Limit Try { get; } =
        new("try", "try", "wrong codes", MessageChallenge.MaximumTries, Hour, "challenge", "the visitor: start again; the owner: a mail");

    /// <summary>A double click sends once.</summary>
    public Limit NewText { get; } = new(
        "new-text", "new-text", "codes in place of one that ended", 1, TimeSpan.FromSeconds(30), "session and number",
        "nobody: the code before is on its way");

    public Limit MailCodeAddress { get; } = new("mail-code", "mail-code-address", "codes by mail", 10, Hour, AnAddress, TheVisitor);

    public Limit MailCodeHour { get; } = new("mail-code", "mail-code-hour", "codes by mail", 5, Hour, "person", TheVisitor);

    public Limit MailCodeDay { get; } = new("mail-code", "mail-code-day", "codes by mail", 10, TimeSpan.FromDays(1), "person", TheVisitor);

    /// <summary>RFC 8628 §5.1.</summary>
    public Limit UserCode { get; } = new("user-code", "user-code", "wrong codes of devices", 5, TenMinutes, AnAddress, TheVisitor);

    public Limit Client { get; } = new("client", "client", "wrong client credentials", 10, Minute, "client and address", TheApplication);

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

    public Limit Device { get; } =
        new("device", "device", "devices that ask in the name of public clients", 60, Minute, AnAddress, TheApplication);

    /// <summary>Whoever asks.</summary>
    public Limit Asking { get; } =
        new("ciba-person", "ciba-person", "backchannel requests", 10, Hour, "person, or name that nobody has", TheApplication);

    /// <summary>So that it cannot learn who has an account.</summary>
    public Limit Unknown { get; } =
        new("ciba-unknown", "ciba-unknown", "backchannel requests for names that nobody has", 30, Hour, "client", TheApplication);

    public Limit AskedMail { get; } = new(
        "ciba-mail", "ciba-mail", "mails about backchannel requests", 3, Hour, "person", "nobody: the request waits in the account area");

    public Limit Registration { get; } = new(
        "register", "register", "applications that register themselves without a token, or change their registration", 10, Hour,
        AnAddress + ", or client", TheApplication);
}
