using System.Globalization;
using Sso.Data.Administrators;
using Sso.Data.Factors;
using Sso.Data.People;
using Sso.Delivery.Mail;
using Sso.Protocol;
using Sso.Protocol.Ciba;

namespace Sso.Accounts.Mails;

/// <summary>
/// Every mail that people get, a row each. A new one is a row here, its subject and its words in both languages beside it, and a call of
/// <see cref="SecurityMails"/>: the page of the developers and the tests of all mails walk the rows. No mail holds a password, and none a
/// code but the one that is asked for.
/// </summary>
public static class MailTable
{
    /// <summary>What a queued test is called.</summary>
    public const string TestKind = "Test";

    private const string Subject = "Subject";

    private static readonly List<MailRow> Rows = [];

    /// <summary>
    /// The link to set a new password. For an unknown person it is written in the same way but never sent, so that both take the same time.
    /// </summary>
    public static readonly MailRow<NewPassword> ResetPassword = Add(new MailRow<NewPassword>
    {
        To = it => it.Person?.Email ?? it.About.Typed,
        Life = _ => SecurityMails.ResetLinkLifetime,
        IsDecoy = it => it.Person is null,
        Content = it => it.Write("ResetSubject", it.Text("ResetExplain", it.Person?.UserName ?? it.About.Typed)) with
        {
            Facts = it.Circumstances(),
            Link = it.LinkOf(
                it.Person?.Id ?? MailedLink.NobodyNamed(it.About.Typed), "ResetLink", "/password/reset",
                MailedLinkPurpose.ResetPassword, it.Person is null ? TimeSpan.Zero : SecurityMails.ResetLinkLifetime),
            Notes = [it.Text("ResetLife", (int)SecurityMails.ResetLinkLifetime.TotalMinutes)],
            NotYou = it.NotYou("ResetNotYou"),
        },
        Sample = it => new(it.Anna.UserName!),
    });

    /// <summary>The same link, which somebody who works for us has sent: the owner asked them, or did not.</summary>
    public static readonly MailRow<Nothing> PasswordLinkSent = Add(new MailRow<Nothing>
    {
        Life = _ => SecurityMails.ResetLinkLifetime,
        Content = it => it.Write("PasswordLinkSentSubject", it.Text("PasswordLinkSentExplain", it.Owner.UserName!)) with
        {
            Facts = it.Circumstances(),
            Link = it.Link("ResetLink", "/password/reset", MailedLinkPurpose.ResetPassword, SecurityMails.ResetLinkLifetime),
            Notes = [it.Text("ResetLife", (int)SecurityMails.ResetLinkLifetime.TotalMinutes)],
            NotYou = it.NotYou("ResetNotYou"),
        },
        Sample = _ => default,
    });

    /// <summary>Somebody was added without a password; the link sets the first one.</summary>
    public static readonly MailRow<Nothing> Invitation = Add(new MailRow<Nothing>
    {
        Life = _ => SecurityMails.InvitationLifetime,
        IsOfServer = true,
        Content = it => it.Write("InvitationSubject", it.Text("InvitationExplain", it.Owner.UserName!)) with
        {
            Link = it.Link(
                "InvitationLink", "/password/reset", MailedLinkPurpose.ResetPassword, SecurityMails.InvitationLifetime),
            Notes = [it.Text("InvitationLife", (int)SecurityMails.InvitationLifetime.TotalDays)],
            NotYou = it.NotYou("InvitationNotYou"),
        },
        Sample = _ => default,
    });

    /// <summary>
    /// A code for the sign-in in progress, and a way out for an owner who is not signing in. The owner's address is confirmed.
    /// </summary>
    public static readonly MailRow<MailedCode> SignInCode = Add(new MailRow<MailedCode>
    {
        To = it => it.Owner.Email,
        Life = it => it.About.Life,
        Content = it => it.Write("CodeSubject", it.Text("CodeExplain", it.Owner.UserName!)) with
        {
            Code = (it.Text("Code"), it.About.Code),
            Facts = it.Circumstances(),
            Notes = [it.Text("CodeLife", (int)Math.Ceiling(it.About.Life.TotalMinutes))],
            NotYou = it.NotMe("CodeNotYou"),
        },
        Sample = _ => new("123456", MessageChallenge.Lifetime),
    });

    /// <summary>An application asks for the person, who answers in the account area; ignoring it means refusing.</summary>
    public static readonly MailRow<AskedAccess> AccessAsked = Add(new MailRow<AskedAccess>
    {
        Life = it => it.About.Life,
        Content = it => it.Write("AccessAskedSubject", it.Text("AccessAskedExplain", it.About.ClientName, it.Owner.UserName!)) with
        {
            Facts =
            [
                (it.Text("Application"), it.About.ClientName),
                .. it.About.Message is { } message ? [(it.Text("AccessAskedMessage"), message)] : ((string, string)[])[],
                (it.Text("When"), it.At(it.Now)),
            ],
            Link = it.Page("AccessAskedLink", "/account/requests"),
            Notes = [it.Text("AccessAskedLife", (int)Math.Ceiling(it.About.Life.TotalMinutes))],
            NotYou = it.NotYou("AccessAskedNotYou"),
        },
        Sample = _ => new("Area Clienti", "Ordine 4711", BackchannelRequest.LongestLife),
    });

    /// <summary>Somebody asked to replace the lost second factors; the link stops it. It lives as long as the request.</summary>
    public static readonly MailRow<FactorRecovery> RecoveryRequested = Add(new MailRow<FactorRecovery>
    {
        To = it => it.Owner.Email,
        Life = it => it.About.ExpiresAt - it.Now,
        Content = it => it.Write(
            "RecoveryRequestedSubject", it.Text("RecoveryRequestedExplain", it.Owner.UserName!), it.Text("RecoveryRequestedWait")) with
        {
            Facts = [(it.Text("RecoveryRequestedFrom"), it.At(it.About.ReadyAt)), .. it.Circumstances("Asked")],
            Notes = [it.Text("RecoveryRequestedFound")],
            NotYou = StopRecovery(it),
        },
        Sample = it => it.Recovery,
    });

    /// <summary>The wait is over: the link to a new second factor, and once more the one that stops it.</summary>
    public static readonly MailRow<FactorRecovery> RecoveryReady = Add(new MailRow<FactorRecovery>
    {
        To = it => it.Owner.Email,
        Life = it => it.About.ExpiresAt - it.Now,
        Language = recovery => recovery.Language,
        Content = it => it.Write(
            "RecoveryReadySubject", it.Text("RecoveryReadyExplain", it.Owner.UserName!), it.Text("RecoveryReadyPassword")) with
        {
            Facts = [(it.Text("RecoveryReadyUntil"), it.At(it.About.ExpiresAt)), .. it.Circumstances("Asked")],
            Link = it.Link("RecoveryReadyLink", "/signin/recover", MailedLinkPurpose.OpenRecovery, it.About.ExpiresAt - it.Now),
            Notes = [it.Text("RecoveryReadyLife")],
            NotYou = StopRecovery(it),
        },
        Sample = it => it.Recovery,
    });

    /// <summary>An administrator asked for it in the place of whoever lost them; the same link stops it.</summary>
    public static readonly MailRow<FactorRecovery> RecoveryByOperator = Add(new MailRow<FactorRecovery>
    {
        Life = it => it.About.ExpiresAt - it.Now,
        Content = it => it.Write(
            "RecoveryByOperatorSubject", it.Text("RecoveryByOperatorExplain", it.Owner.UserName!), it.Text("RecoveryByOperatorWait")) with
        {
            Facts = [(it.Text("RecoveryRequestedFrom"), it.At(it.About.ReadyAt)), .. it.Circumstances("Asked")],
            Notes = [it.Text("RecoveryRequestedFound")],
            NotYou = StopRecovery(it),
        },
        Sample = it => it.Recovery,
    });

    /// <summary>The account will be deleted; the link calls it off and lives until then.</summary>
    public static readonly MailRow<AccountDeletion> DeletionRequested = Add(new MailRow<AccountDeletion>
    {
        Life = it => it.About.DueAt - it.Now,
        Content = it => it.Write("DeletionRequestedSubject", it.Text("DeletionRequestedExplain", it.Owner.UserName!)) with
        {
            Facts = [(it.Text("DeletionRequestedDue"), it.At(it.About.DueAt)), .. it.Circumstances("Asked")],
            Link = it.Link("DeletionRequestedLink", "/account/keep", MailedLinkPurpose.KeepAccount, it.About.DueAt - it.Now),
            NotYou = it.NotYou("DeletionRequestedNotYou"),
        },
        Sample = it => it.Deletion,
    });

    /// <summary>The last mail of all.</summary>
    public static readonly MailRow<AccountDeletion> Deleted = Add(new MailRow<AccountDeletion>
    {
        Language = deletion => deletion.Language,
        IsOfServer = true,
        Content = it => it.Write("DeletedSubject", it.Text("DeletedExplain", it.Owner.UserName!)),
        Sample = it => it.Deletion,
    });

    /// <summary>The link that proves a new address. For a decoy the same is written and never sent.</summary>
    public static readonly MailRow<NewAddress> ConfirmEmail = Add(new MailRow<NewAddress>
    {
        To = it => it.About.Change.NewEmail,
        Life = _ => ContactChange.ConfirmationLifetime,
        IsDecoy = it => it.About.IsDecoy,
        Content = it => it.Write("ConfirmEmailSubject", it.Text("ConfirmEmailExplain", it.Owner.UserName!)) with
        {
            Facts = it.Circumstances(),
            Link = it.Link(
                "ConfirmEmailLink", "/email/confirm",
                MailedLinkPurpose.ConfirmEmail, ContactChange.ConfirmationLifetime, it.About.Change.Id),
            Notes = [it.Text("ConfirmEmailLife", (int)ContactChange.ConfirmationLifetime.TotalHours)],
            NotYou = it.NotYou("ConfirmEmailNotYou"),
        },
        Sample = it => new(it.Change, IsDecoy: false),
    });

    /// <summary>
    /// Tells the owner of an address that somebody else asked for that nothing was changed. Nothing in it is about that other person.
    /// </summary>
    public static readonly MailRow<Nothing> AddressWanted = Add(new MailRow<Nothing>
    {
        To = it => it.Owner.Email,
        Life = _ => ContactChange.ConfirmationLifetime,
        Content = it => it.Write("AddressWantedSubject", it.Text("AddressWantedExplain", it.Owner.UserName!)) with
        {
            Facts = [(it.Text("When"), it.At(it.Now))],
            Notes = [it.Text("AddressWantedNothing")],
        },
        Sample = _ => default,
    });

    public static readonly MailRow<Nothing> PasswordChanged = Notice("PasswordChanged");
    public static readonly MailRow<ProofMethod?> FactorAdded = OfMethod("FactorAdded", ProofMethod.AuthenticatorApp);
    public static readonly MailRow<Nothing> RecoveryCodesCreated = Notice("RecoveryCodesCreated");
    public static readonly MailRow<ProofMethod?> RecoveryCodeUsed = OfMethod("RecoveryCodeUsed", ProofMethod.RecoveryCode);
    public static readonly MailRow<ProofMethod?> FactorRemoved = OfMethod("FactorRemoved", ProofMethod.AuthenticatorApp);
    public static readonly MailRow<Guid?> TwoFactorDisabled = Undoable("TwoFactorDisabled");
    public static readonly MailRow<Nothing> NewBrowser = Notice("NewBrowser");
    public static readonly MailRow<Nothing> DeviceCopied = Notice("DeviceCopied");
    public static readonly MailRow<Nothing> FactorFailed = Notice("FactorFailed");

    /// <summary>A sign-in after so many failed attempts, five or more.</summary>
    public static readonly MailRow<int> SignedInAfterFailures =
        Add(new MailRow<int> { Content = it => Notice(it, "SignedInAfterFailures", it.Circumstances(), it.About), Sample = _ => 5 });

    public static readonly MailRow<Nothing> RecoveryStopped = Notice("RecoveryStopped");

    /// <summary>After the way back for people who had lost every factor.</summary>
    public static readonly MailRow<ProofMethod?> FactorsReplaced = OfMethod("FactorsReplaced", ProofMethod.AuthenticatorApp);

    /// <summary>Fifty wrong codes in a row.</summary>
    public static readonly MailRow<ProofMethod?> FactorShut = OfMethod("FactorShut", ProofMethod.AuthenticatorApp);

    /// <summary>To the former address.</summary>
    public static readonly MailRow<FormerAddress> EmailChanged = Add(new MailRow<FormerAddress>
    {
        To = it => it.About.Address,
        Life = _ => ContactChange.UndoLifetime,
        Content = it => Undo(it, "EmailChanged", it.About.ChangeId),
        Sample = it => new(it.Change.Id, it.Anna.Email),
    });

    public static readonly MailRow<Guid?> NumberChanged = Undoable("NumberChanged");
    public static readonly MailRow<Guid?> NumberRemoved = Undoable("NumberRemoved");
    public static readonly MailRow<Guid?> NumberNotForSignIn = Undoable("NumberNotForSignIn");
    public static readonly MailRow<Guid?> NumberNotForNotices = Undoable("NumberNotForNotices");
    public static readonly MailRow<Nothing> ContactAdded = Notice("ContactAdded");
    public static readonly MailRow<Nothing> DataExported = Notice("DataExported");
    public static readonly MailRow<Nothing> DeletionCalledOff = Notice("DeletionCalledOff");

    /// <summary>Who guesses a password may have asked for more tries.</summary>
    public static readonly MailRow<Nothing> Unlocked = Notice("Unlocked");

    public static readonly MailRow<Nothing> SignedOutByOperator = Notice("SignedOutByOperator");

    /// <summary>To those who look after the installation: a receiver takes nothing, and is sent nothing any more.</summary>
    public static readonly MailRow<DisabledWebhook> WebhookDisabled = Add(new MailRow<DisabledWebhook>
    {
        IsOfServer = true,
        Content = it => it.Write("WebhookDisabledSubject", it.Text("WebhookDisabledExplain", it.About.Host)) with
        {
            Facts =
            [
                (it.Text("When"), it.At(it.Now)),
                ("Webhook", it.About.Id),
                (it.Text("Reason"), it.About.Because),
            ],
            Notes = [it.Text("WebhookDisabledNow", it.About.Id), it.Text("WebhookDisabledKept", it.About.Id)],
        },
        Sample = _ => new("wh_0123456789ab", "billing.example.com", "nothing taken for 5 days"),
    });

    /// <summary>Whoever works with the console tries whether mails arrive.</summary>
    public static readonly MailRow<Nothing> Test = Add(new MailRow<Nothing>
    {
        Life = _ => SecurityMails.TestLifetime,
        IsOfServer = true,
        Content = it => it.Write(TestKind + Subject, it.Text("TestExplain")) with { Facts = [(it.Text("When"), it.At(it.Now))] },
        Sample = _ => default,
    });

    /// <summary>To those who look after an application: a secret of it ends soon.</summary>
    public static readonly MailRow<EndingSecret> SecretEnding = Add(new MailRow<EndingSecret>
    {
        IsOfServer = true,
        Content = it => it.Write("SecretEndingSubject", it.Text("SecretEndingExplain", it.About.ClientName)) with
        {
            Facts =
            [
                (it.Text("Application"), $"{it.About.ClientName} ({it.About.ClientId})"),
                (it.Text("SecretEndingWhich"), it.About.Secret),
                (it.Text("SecretEndingAt"), it.At(it.About.EndsAt)),
                (it.Text("SecretEndingUsed"), it.About.LastUsedAt is { } used ? it.At(used) : it.Text("SecretEndingUnused")),
            ],
            Link = it.Page("SecretEndingLink", $"/console/application/secrets?id={Uri.EscapeDataString(it.About.ClientId)}"),
            Notes = [it.Text(it.About.HasSuccessor ? "SecretEndingStillUsed" : "SecretEndingHow")],
        },
        Sample = it => new("area-clienti", "Area Clienti", "produzione", it.Recovery.ReadyAt, it.Recovery.RequestedAt, HasSuccessor: false),
    });

    /// <summary>To those who can decide it: what a colleague proposed waits for a second person.</summary>
    public static readonly MailRow<WaitingProposal> ProposalWaits = Add(new MailRow<WaitingProposal>
    {
        Life = it => it.About.Until - it.Now,
        IsOfServer = true,
        Content = it => it.Write("ProposalWaitsSubject", it.Text("ProposalWaitsExplain", it.About.Proposer)) with
        {
            Facts =
            [
                (it.Text("ProposalWaitsWhat"), it.Text("ProposalWaitsWhat." + it.About.Act)),
                (it.Text("ProposalWaitsWhom." + it.About.Act), it.About.Whom),
                (it.Text("ProposalWaitsBy"), it.About.Proposer),
                (it.Text("ProposalWaitsUntil"), it.At(it.About.Until)),
            ],
            Link = it.Page("ProposalWaitsLink", it.About.Path),
            Notes = [it.Text("ProposalWaitsElse." + it.About.Act)],
        },
        Sample = it => new(
            ProposedAct.FactorReset, "mario.rossi", "anna.bianchi", it.Recovery.ReadyAt, $"/console/person/reset?sub={Guid.Empty:N}"),
    });

    public static IReadOnlyList<MailRow> All => Rows;

    /// <summary>What a queued mail is, in the words of its subject; null for what no mail of this version is.</summary>
    public static string? SubjectOf(string kind, CultureInfo language) => MailReader.TextOf(kind + Subject, language);

    private static MailRow<Nothing> Notice(string name) =>
        Add(new MailRow<Nothing> { Content = it => Notice(it, name, it.Circumstances()), Sample = _ => default });

    /// <summary>With the method that it is about; null if that is not said.</summary>
    private static MailRow<ProofMethod?> OfMethod(string name, ProofMethod sample) => Add(new MailRow<ProofMethod?>
    {
        Content = it => Notice(
            it, name,
            [
                .. it.About is { } method ? [(it.Text("Method"), it.Text("Method." + method))] : ((string, string)[])[],
                .. it.Circumstances(),
            ]),
        Sample = _ => sample,
    });

    /// <summary>Of the change that its link undoes; null if there is nothing to bring back.</summary>
    private static MailRow<Guid?> Undoable(string name) => Add(new MailRow<Guid?>
    {
        Life = it => it.About is null ? SecurityMails.NotMeLinkLifetime : ContactChange.UndoLifetime,
        Content = it => it.About is { } change ? Undo(it, name, change) : Notice(it, name, it.Circumstances()),
        Sample = it => it.Change.Id,
    });

    /// <summary>Tells the owner of the account what happened.</summary>
    private static MailContent Notice<TAbout>(
        MailDraft<TAbout> it, string name, (string Label, string Value)[] facts, params object[] details) =>
        it.Write(name + "Subject", it.Text(name + "Explain", [it.Owner.UserName!, .. details])) with
        {
            Facts = facts,
            Notes = [it.Text("WasYou")],
            NotYou = it.NotMe("NotMe"),
        };

    /// <summary>Nobody but a proved address is told, because the link gives the account away.</summary>
    private static MailContent Undo<TAbout>(MailDraft<TAbout> it, string name, Guid changeId) =>
        it.Write(name + "Subject", it.Text(name + "Explain", it.Owner.UserName!)) with
        {
            Facts = it.Circumstances(),
            Notes = [it.Text("WasYou")],
            NotYou = it.Aside(
                it.Text("UndoNotYou", (int)ContactChange.UndoLifetime.TotalHours),
                it.Link("UndoLink", "/undo", MailedLinkPurpose.UndoChange, ContactChange.UndoLifetime, changeId)),
        };

    private static MailAside StopRecovery(MailDraft<FactorRecovery> it) => it.NotYou(
        "RecoveryStopNotYou",
        it.Link("RecoveryStopLink", "/signin/recover/stop", MailedLinkPurpose.StopRecovery, it.About.ExpiresAt - it.Now));

    /// <summary>What a queued mail is called, by the name of its subject.</summary>
    internal static string KindOf(string subject) =>
        subject.EndsWith(Subject, StringComparison.Ordinal) ? subject[..^Subject.Length] : subject;

    private static MailRow<TAbout> Add<TAbout>(MailRow<TAbout> row)
    {
        Rows.Add(row);
        return row;
    }
}

/// <summary>For a mail that says nothing but its fixed words.</summary>
public readonly record struct Nothing;

/// <param name="Typed">What was typed at the page.</param>
public sealed record NewPassword(string Typed);

public sealed record MailedCode(string Code, TimeSpan Life);

/// <param name="Host">Where it led to.</param>
/// <param name="Because">As the record of events says it.</param>
public sealed record DisabledWebhook(string Id, string Host, string Because);

/// <param name="Secret">Its label, or its fingerprint.</param>
/// <param name="LastUsedAt">Null if it was not used.</param>
/// <param name="HasSuccessor">There is another that lives longer, and this one is used all the same.</param>
public sealed record EndingSecret(
    string ClientId, string ClientName, string Secret, DateTimeOffset EndsAt, DateTimeOffset? LastUsedAt, bool HasSuccessor);

/// <param name="Whom">What the person or application that it is about is called.</param>
/// <param name="Proposer">What the colleague who proposed it is called.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Path">Where it is decided.</param>
public sealed record WaitingProposal(ProposedAct Act, string Whom, string Proposer, DateTimeOffset Until, string Path);

/// <param name="ClientName">Of the application that asks.</param>
/// <param name="Message">What it shows at the same time, if anything.</param>
/// <param name="Life">For how long it waits for an answer.</param>
public sealed record AskedAccess(string ClientName, string? Message, TimeSpan Life);

public sealed record NewAddress(ContactChange Change, bool IsDecoy);

/// <param name="ChangeId">The change that the link undoes.</param>
/// <param name="Address">Null for one that nobody had proved: then nobody is told.</param>
public sealed record FormerAddress(Guid ChangeId, string? Address);
