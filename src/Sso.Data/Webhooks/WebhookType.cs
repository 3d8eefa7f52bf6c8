using System.Collections.Frozen;
using System.Collections.Immutable;
using Sso.Data.Operations;

namespace Sso.Data.Webhooks;

/// <summary>The name by which receivers know a kind of event. Published: a name once given stays.</summary>
/// <param name="Kind">As the record of events and the metrics call it.</param>
/// <param name="Name">The <c>type</c> of the message.</param>
/// <param name="Says">What happened, in a sentence for operators.</param>
public sealed record WebhookType(SecurityEventKind Kind, string Name, string Says)
{
    /// <summary>In the types of a subscription: all, those of later versions too, but for readings.</summary>
    public const string Everything = "*";

    /// <summary>
    /// Somebody has looked and nothing has changed. Told only to whoever names the type: a receiver that reads what a message is about
    /// would be told of that, for ever.
    /// </summary>
    public bool IsReading => Kind is SecurityEventKind.PersonRead or SecurityEventKind.ApiRead;

    /// <summary>One for each kind, in the order of their numbers.</summary>
    public static ImmutableArray<WebhookType> All { get; } =
    [
        new(SecurityEventKind.SignedIn, "person.signed_in", "Somebody signed in to an application."),
        new(SecurityEventKind.PasswordFailed, "person.password_failed", "A wrong password, or one that was not accepted."),
        new(
            SecurityEventKind.SecondFactorProved, "person.second_factor_proved",
            "A second factor was proved, or a passkey with which a sign-in began."),
        new(SecurityEventKind.SecondFactorFailed, "person.second_factor_failed", "A wrong code, or a second factor that was not accepted."),
        new(SecurityEventKind.SecondFactorEnrolled, "person.second_factor_enrolled", "A second factor was added."),
        new(
            SecurityEventKind.RecoveryCodesCreated, "person.recovery_codes_created",
            "New recovery codes took the place of the former ones."),
        new(SecurityEventKind.RecoveryCodeUsed, "person.recovery_code_used", "A recovery code was used."),
        new(SecurityEventKind.SignedOut, "person.signed_out", "Somebody signed out."),
        new(
            SecurityEventKind.RefreshTokenReused, "client.refresh_token_reused",
            "A refresh token came back after its successor: one of two holders has a copy."),
        new(SecurityEventKind.CodeReused, "client.code_reused", "An authorization code came a second time."),
        new(
            SecurityEventKind.ClientChanged, "client.changed",
            "An operator or the application itself changed a registration, or a registration token."),
        new(
            SecurityEventKind.PersonChanged, "person.changed",
            "An operator changed an account: added, imported, disabled, enabled, unlocked and the like."),
        new(SecurityEventKind.KeysRotated, "keys.rotated", "Signing keys were announced or changed, or all that seals was renewed."),
        new(SecurityEventKind.ConsentGiven, "person.consent_given", "Somebody allowed an application to do something."),
        new(SecurityEventKind.PasswordResetRequested, "person.password_reset_requested", "A link to set a new password was asked for."),
        new(SecurityEventKind.PasswordChanged, "person.password_changed", "A password was set."),
        new(SecurityEventKind.AccountSecured, "person.account_secured", "The owner answered \"it wasn't me\"."),
        new(SecurityEventKind.SecondFactorRemoved, "person.second_factor_removed", "A second factor was removed."),
        new(SecurityEventKind.TwoFactorDisabled, "person.two_factor_disabled", "The owner disabled two-factor authentication."),
        new(SecurityEventKind.SessionEnded, "person.session_ended", "The owner ended a session from another browser."),
        new(SecurityEventKind.AppRevoked, "person.app_revoked", "The owner took back what an application may do."),
        new(SecurityEventKind.PasskeyFailed, "person.passkey_failed", "A sign-in with a passkey that was not right."),
        new(SecurityEventKind.DeviceTrusted, "person.device_trusted", "A browser is remembered."),
        new(SecurityEventKind.DeviceForgotten, "person.device_forgotten", "A browser is not remembered any more."),
        new(
            SecurityEventKind.DeviceCopied, "person.device_copied",
            "The replaced secret of a remembered browser came back: one of two browsers has a copy."),
        new(SecurityEventKind.PasswordProved, "person.password_proved", "The right password, which is not yet a sign-in."),
        new(SecurityEventKind.ConsentRefused, "person.consent_refused", "Somebody said no to an application."),
        new(SecurityEventKind.GrantRefused, "client.grant_refused", "A known application asked for tokens and got none."),
        new(SecurityEventKind.ClientRefused, "client.refused", "Wrong credentials of an application."),
        new(SecurityEventKind.PersonRead, "person.read", "An operator read what is personal."),
        new(SecurityEventKind.EventsDeleted, "audit.events_deleted", "The oldest events were deleted, because their time was over."),
        new(
            SecurityEventKind.ValueRefused, "server.value_refused",
            "A value at rest does not open in its place: it was copied there, or changed."),
        new(SecurityEventKind.BrandChanged, "brand.changed", "An operator changed a brand."),
        new(
            SecurityEventKind.LostFactorReported, "person.lost_factor_reported",
            "Somebody with the password asked to replace lost second factors."),
        new(
            SecurityEventKind.LostFactorLinkUsed, "person.lost_factor_link_used",
            "The mailed link to replace them was used after the wait."),
        new(SecurityEventKind.LostFactorStopped, "person.lost_factor_stopped", "The replacement was called off."),
        new(SecurityEventKind.FactorsReplaced, "person.factors_replaced", "A new second factor was proved, and the lost ones are gone."),
        new(SecurityEventKind.ResourceChanged, "resource.changed", "An operator added, changed or removed a protected resource."),
        new(SecurityEventKind.KeyRevoked, "keys.revoked", "A signing key was taken out of use at once."),
        new(
            SecurityEventKind.RedirectUriRefused, "client.redirect_uri_refused",
            "A redirection URI that is not registered: what was sent and, as the reason, what is registered."),
        new(SecurityEventKind.EmailChangeRequested, "person.email_change_requested", "The owner asked for another address."),
        new(SecurityEventKind.EmailChanged, "person.email_changed", "An address was proved and is now that of the account."),
        new(SecurityEventKind.NumberChanged, "person.number_changed", "The number for codes was changed."),
        new(
            SecurityEventKind.ContactsChanged, "person.contacts_changed",
            "A number was added for notices, or what a number serves was changed."),
        new(SecurityEventKind.ContactsRestored, "person.contacts_restored", "Changes of address and numbers were undone."),
        new(SecurityEventKind.DataExported, "person.data_exported", "The owner took a file with everything that is held about them."),
        new(SecurityEventKind.DeletionRequested, "person.deletion_requested", "The owner wants the account deleted."),
        new(SecurityEventKind.DeletionCalledOff, "person.deletion_called_off", "The owner wants to keep the account after all."),
        new(SecurityEventKind.PersonDeleted, "person.deleted", "An account was deleted."),
        new(
            SecurityEventKind.AddressLimited, "server.address_limited",
            "Sign-ins from one address were stopped: it failed too often, or tried too many names."),
        new(SecurityEventKind.WebhookChanged, "webhook.changed", "An operator changed a webhook, or the server disabled one."),
        new(
            SecurityEventKind.ApiRead, "api.read",
            "A program read registrations or events by the admin API, or an operator searched or exported events."),
        new(
            SecurityEventKind.RequestRefused, "client.request_refused",
            "What an application asked for through a browser was refused: the value and, as the reason, the error."),
        new(
            SecurityEventKind.DeliveryChanged, "delivery.changed",
            "An operator let texts or mails leave again that waited, or had a test sent."),
        new(
            SecurityEventKind.PeopleImported, "people.imported",
            "An import of people at the console began or ended; each of them is told as person.changed."),
        new(
            SecurityEventKind.BackupTaken, "database.backup_taken",
            "A backup of the database was begun, or written: of which moment, by which version, how many rows."),
        new(
            SecurityEventKind.DatabaseRestored, "database.restored",
            "The database was filled from a backup: of which moment, by which version, how many rows."),
    ];

    private static readonly FrozenDictionary<SecurityEventKind, WebhookType> ByKind = All.ToFrozenDictionary(type => type.Kind);

    private static readonly FrozenDictionary<string, WebhookType> ByName =
        All.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);

    public static WebhookType Of(SecurityEventKind kind) => ByKind[kind];

    public static WebhookType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Whether a subscription to these types is told of this one.</summary>
    public bool IsIn(IReadOnlyCollection<string> types) =>
        types.Count == 0 || types.Contains(Name) || (!IsReading && types.Contains(Everything));
}
