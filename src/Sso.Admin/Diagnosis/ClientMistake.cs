namespace Sso.Admin.Diagnosis;

/// <summary>What is wrong between an application and its registration. The texts of the console have the same names.</summary>
public enum ClientMistake
{
    Draft,
    Disabled,
    ExpiredSecret,

    /// <summary>A doubt: it may resolve elsewhere, or soon.</summary>
    UnknownHost,
    RedirectUriSlash,
    RedirectUriScheme,
    RedirectUriPort,
    RedirectUriCase,
    RedirectUriHost,

    /// <summary>It is registered, for another application.</summary>
    RedirectUriOfAnother,
    RedirectUriOther,
    RedirectUriMissing,
    RedirectUriAtToken,
    PostLogoutUri,
    UnknownScope,
    OpenIdMissing,
    ResponseType,
    ChallengeMissing,
    ChallengePlain,
    Verifier,
    MustBePushed,
    MustBeSigned,
    AcrNotOffered,
    WrongSecret,
    WrongMethod,
    AssertionAudience,
    AssertionExpired,
    AssertionFromTheFuture,
    AssertionTooLong,
    AssertionReused,
    KeysUnreachable,
    KeyUnknown,
    WrongSignature,
    CodeReused,
    CodeExpired,
    RefreshTokenReused,
    GrantType,
    ParameterTwice,
    ParameterMissing,
    ParameterUnreadable,

    /// <summary>GET where a form is taken by POST, and the like.</summary>
    HttpMethod,

    /// <summary>Any other: the error says what it is.</summary>
    Other,
}
