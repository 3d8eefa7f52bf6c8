namespace Sso.Server.Mails;

/// <summary>What a person is told by mail.</summary>
public enum MailNotice
{
    PasswordChanged,
    FactorAdded,
    RecoveryCodesCreated,
    RecoveryCodeUsed,
    FactorRemoved,
    TwoFactorDisabled,
    NewBrowser,
    DeviceCopied,
    FactorFailed,

    /// <summary>A sign-in after five or more failed attempts.</summary>
    SignedInAfterFailures,
    RecoveryStopped,

    /// <summary>After the way back for who had lost every factor.</summary>
    FactorsReplaced,

    /// <summary>Fifty wrong codes in a row.</summary>
    FactorShut,
    EmailChanged,
    NumberChanged,
    NumberRemoved,
    NumberNotForSignIn,
    NumberNotForNotices,
    ContactAdded,
    DataExported,
    DeletionCalledOff,
}
