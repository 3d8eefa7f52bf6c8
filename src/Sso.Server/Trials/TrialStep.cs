namespace Sso.Server.Trials;

/// <summary>What an application does with a sign-in, in this order.</summary>
internal enum TrialStep
{
    /// <summary>The request was answered with a code (OIDC Core §3.1.2.5).</summary>
    Code,

    /// <summary>The answer names this server (RFC 9207 §2.4).</summary>
    Issuer,

    /// <summary>The application proves itself, and the code with its verifier becomes tokens (OIDC Core §3.1.3, RFC 7636 §4.5).</summary>
    Tokens,

    /// <summary>Signature, issuer, audience, times and nonce (OIDC Core §3.1.3.7).</summary>
    IdToken,

    /// <summary>The access token gives what is known of the person (OIDC Core §5.3).</summary>
    UserInfo,

    /// <summary>What was given for the trial ends with it (RFC 7009 §2).</summary>
    Revoked,
}

/// <summary>What can be wrong with a step. Each has its text on the page, but for what the server told.</summary>
internal enum TrialFlaw
{
    Told,
    NoCode,
    NoDiscovery,
    OtherIssuer,
    NoJson,
    NoTokens,
    NoClaims,
    NoKeys,
    Invalid,
    OtherNonce,
    OtherPerson,
    Status,
    OtherSubject,
}

/// <param name="Flaw">What is wrong.</param>
/// <param name="Quoted">As the application would read it; null where there is no more to say.</param>
internal sealed record TrialProblem(TrialFlaw Flaw, string? Quoted = null);

/// <param name="Problem">Null if all is well.</param>
/// <param name="Took">In milliseconds.</param>
internal sealed record TrialFinding(TrialStep Step, TrialProblem? Problem, long Took);

/// <summary>How far a trial came: the steps up to the first that failed, and the end of what was given.</summary>
/// <param name="Header">Of the ID token, as JSON.</param>
/// <param name="Claims">Of the ID token, as JSON.</param>
/// <param name="UserInfo">As JSON.</param>
internal sealed record TrialReport(
    IReadOnlyList<TrialFinding> Findings, TimeSpan Took, string? Header, string? Claims, string? UserInfo, string? Acr, string? Amr)
{
    public bool IsGood => Findings.All(finding => finding.Problem is null);

    /// <summary>By default a record would print what is known of the person.</summary>
    public override string ToString() => $"{Findings.Count} steps";
}
