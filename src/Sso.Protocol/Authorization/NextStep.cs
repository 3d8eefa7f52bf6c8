namespace Sso.Protocol.Authorization;

/// <summary>What happens next with an authorization request.</summary>
public abstract record NextStep
{
    private NextStep() { }

    /// <summary>What asks for it, or, of an open gate, why nothing more is asked for.</summary>
    public GateRule Rule { get; init; }

    public sealed record SignIn(string Why) : NextStep;

    /// <summary>One of these enrolled methods must be proved.</summary>
    public sealed record ChallengeSecondFactor(FrozenSet<ProofMethod> Methods) : NextStep;

    /// <summary>One of these methods must be enrolled; <paramref name="GraceLeft"/> sign-ins may still be made without one.</summary>
    public sealed record EnrollSecondFactor(FrozenSet<ProofMethod> Methods, int GraceLeft) : NextStep;

    public sealed record SaveRecoveryCodes : NextStep;

    /// <param name="Scopes">Scopes, and individual claims written with <see cref="AuthorizationRequest.ClaimPrefix"/>.</param>
    public sealed record AskConsent(FrozenSet<string> Scopes) : NextStep;

    /// <summary>The gate is open: these proofs satisfy the request.</summary>
    public sealed record Issue(Authentication Authentication) : NextStep;

    public sealed record Refuse(OAuthError Error) : NextStep;
}

/// <summary>The rule of the gate behind a step.</summary>
public enum GateRule
{
    /// <summary>Every sign-in begins with a password or a passkey, at this request or in this browser before.</summary>
    FirstProof,

    /// <summary>prompt=login or max_age: proofs of before do not count.</summary>
    FreshProof,

    /// <summary>The request names somebody else, by id_token_hint or the claim sub.</summary>
    NamedPerson,

    /// <summary>prompt=select_account.</summary>
    SelectAccount,

    /// <summary>acr_values of the request.</summary>
    RequestedAcr,

    /// <summary>acr_values of the request and what the application accepts exclude each other.</summary>
    ExcludedAcr,

    /// <summary>The application demands a second factor of everybody.</summary>
    SecondFactorOfEverybody,

    /// <summary>The application demands a second factor of those who have one.</summary>
    SecondFactorOfOwners,

    /// <summary>No second factor that the person has will do here, and another is bound only after one that they have.</summary>
    BindingByFactor,

    /// <summary>A second factor is bound after a fresh proof only.</summary>
    BindingByFreshProof,

    /// <summary>Whoever has lost every second factor binds another.</summary>
    Recovery,

    /// <summary>Whoever has a second factor keeps recovery codes.</summary>
    RecoveryCodes,

    /// <summary>The application asks for consent once.</summary>
    ConsentOfApplication,

    /// <summary>prompt=consent, or an application that has to ask each time.</summary>
    ConsentEachTime,

    /// <summary>The application accepts a browser that the person had remembered instead of a second factor.</summary>
    TrustedDevice,

    /// <summary>The application lets people put off the second factor.</summary>
    Grace,

    /// <summary>The application demands a second factor only of those who have one, and the person has none.</summary>
    NoFactorToAskFor,

    /// <summary>The application demands no second factor.</summary>
    PasswordEnough,
}
