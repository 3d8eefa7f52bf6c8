namespace Sso.Data.Operations;

/// <summary>Stored by number, under the seal of the record: append only.</summary>
public enum SecurityEventKind
{
    SignedIn = 0,
    PasswordFailed = 1,
    SecondFactorProved = 2,
    SecondFactorFailed = 3,
    SecondFactorEnrolled = 4,
    RecoveryCodesCreated = 5,
    RecoveryCodeUsed = 6,
    SignedOut = 7,
    RefreshTokenReused = 8,
    CodeReused = 9,
    ClientChanged = 10,
    PersonChanged = 11,
    KeysRotated = 12,
    ConsentGiven = 13,
    PasswordResetRequested = 14,
    PasswordChanged = 15,

    /// <summary>The owner answered a notice with "it wasn't me".</summary>
    AccountSecured = 16,
    SecondFactorRemoved = 17,
    TwoFactorDisabled = 18,

    /// <summary>Ended by its owner from another browser.</summary>
    SessionEnded = 19,

    /// <summary>The owner revoked an application's access.</summary>
    AppRevoked = 20,

    /// <summary>A sign-in with a passkey that was not right; nobody knows whose it was.</summary>
    PasskeyFailed = 21,

    /// <summary>The owner asked to remember a browser.</summary>
    DeviceTrusted = 22,
    DeviceForgotten = 23,

    /// <summary>The replaced secret of a trusted device came back: one of the two browsers has a copy.</summary>
    DeviceCopied = 24,

    /// <summary>The right password, which is not yet a sign-in.</summary>
    PasswordProved = 25,

    /// <summary>The person said no to an application.</summary>
    ConsentRefused = 26,

    /// <summary>A known application asked for tokens and got none.</summary>
    GrantRefused = 27,

    /// <summary>Wrong credentials of an application.</summary>
    ClientRefused = 28,

    /// <summary>An operator read what is personal.</summary>
    PersonRead = 29,

    /// <summary>The oldest events were deleted, because the time for which they are kept is over.</summary>
    EventsDeleted = 30,

    /// <summary>A value at rest does not open in its place: it was copied there, or changed.</summary>
    ValueRefused = 31,

    BrandChanged = 32,

    /// <summary>Somebody with the password asked to replace lost second factors.</summary>
    LostFactorReported = 33,

    /// <summary>The mailed link was used after the wait.</summary>
    LostFactorLinkUsed = 34,

    /// <summary>By its owner, by an operator, or because a second factor was proved.</summary>
    LostFactorStopped = 35,

    /// <summary>A new second factor was proved, and the lost ones are gone.</summary>
    FactorsReplaced = 36,

    /// <summary>A protected resource was registered, changed or removed.</summary>
    ResourceChanged = 37,

    /// <summary>A signing key was taken out of use at once, because it may have been stolen.</summary>
    KeyRevoked = 38,

    /// <summary>A redirection URI that is not registered for the client: what was sent and, as the reason, what is registered.</summary>
    RedirectUriRefused = 39,

    /// <summary>The owner asked for another address; nothing is changed until it is confirmed.</summary>
    EmailChangeRequested = 40,

    /// <summary>An address was proved and is now that of the account.</summary>
    EmailChanged = 41,
    NumberChanged = 42,

    /// <summary>A number was added for notices, or what a number serves was changed.</summary>
    ContactsChanged = 43,

    /// <summary>The owner, or an operator, undid changes of address and numbers.</summary>
    ContactsRestored = 44,

    /// <summary>The owner took a file with everything that is held about them.</summary>
    DataExported = 45,

    /// <summary>The owner wants the account deleted.</summary>
    DeletionRequested = 46,
    DeletionCalledOff = 47,
    PersonDeleted = 48,

    /// <summary>Sign-ins from one address were stopped: it failed too often, or tried too many names. Once an hour.</summary>
    AddressLimited = 49,

    /// <summary>Who is told of events was changed.</summary>
    WebhookChanged = 50,

    /// <summary>A program read registrations or events.</summary>
    ApiRead = 51,

    /// <summary>What an application asked for through a browser, or pushed, was refused by a rule.</summary>
    RequestRefused = 52,

    /// <summary>An operator let texts or mails leave again, or had a test sent.</summary>
    DeliveryChanged = 53,

    /// <summary>An operator began to import a file of people at the console, or that import ended.</summary>
    PeopleImported = 54,

    /// <summary>A backup was begun, which the copy says of itself, or written.</summary>
    BackupTaken = 55,

    /// <summary>The database was filled from a backup: in the transaction that filled it.</summary>
    DatabaseRestored = 56,
}
