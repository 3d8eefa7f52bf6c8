using System.Text.Json.Serialization;

namespace Sso.Protocol.Authorization;

/// <summary>Everything that is known about the person behind a session cookie, read in one query.</summary>
public sealed record SignInState
{
    /// <summary>The public id of the session, from which its sid claims are made.</summary>
    public required Guid SessionId { get; init; }

    public required Guid PersonId { get; init; }

    public required ImmutableArray<Proof> Proofs { get; init; }

    /// <summary>The second factors this person has activated, without recovery codes.</summary>
    public required FrozenSet<ProofMethod> EnrolledFactors { get; init; }

    public required bool RecoveryCodesSaved { get; init; }

    /// <summary>There is a confirmed address, to which a code can be mailed.</summary>
    public bool HasMailbox { get; init; }

    /// <summary>Sign-ins without a second factor so far, counted against the client's grace.</summary>
    public int SignInsWithoutSecondFactor { get; init; }

    /// <summary>In this session, the person chose to enrol a second factor another time.</summary>
    public bool EnrolmentPostponed { get; init; }

    /// <summary>What this person has allowed the client of the request.</summary>
    public FrozenSet<string> ConsentedScopes { get; init; } = [];

    /// <summary>The flow in which consent was last given, for prompt=consent.</summary>
    public Guid? ConsentFlowId { get; init; }

    /// <summary>Of the mailed link, after every second factor was lost: no proof, but with the password it leads to a new factor.</summary>
    public Guid? RecoveryFlowId { get; init; }
}

/// <summary>One fact of a sign-in: this method succeeded at this time, in this flow. Only the verifier of the method writes it.</summary>
/// <param name="At">UTC.</param>
/// <param name="FlowId">The request during which it was proved, so that a demanded fresh proof needs no comparison of clocks.</param>
public sealed record Proof(ProofMethod Method, DateTimeOffset At, Guid FlowId)
{
    /// <summary>The trusted device that stood for a second factor; null for every other method.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Guid? DeviceId { get; init; }
}
