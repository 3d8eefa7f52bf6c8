namespace Sso.Protocol.Authorization;

/// <summary>What happens next with an authorization request.</summary>
public abstract record NextStep
{
    private NextStep() { }

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
