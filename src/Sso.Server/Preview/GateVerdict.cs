using System.Collections.Immutable;
using Sso.Accounts.SignIn;
using Sso.Data.Factors;

namespace Sso.Server.Preview;

/// <summary>How a sign-in would end. The texts of the console and of the command line have the same names.</summary>
internal enum GateEnd
{
    LetIn,

    /// <summary>Something has to be set up or allowed first.</summary>
    LetInAfter,

    /// <summary>There is neither a password nor a passkey.</summary>
    NoWayIn,
    Disabled,
    PasswordClosed,
    MustWait,

    /// <summary>What the application demands cannot be had.</summary>
    Refused,
}

/// <summary>What is asked of somebody after the first proof.</summary>
internal enum GateStep
{
    SecondFactor,
    NewSecondFactor,
    RecoveryCodes,
    Consent,
}

/// <summary>What the gate says of somebody, in short: what tokens are shown with.</summary>
/// <param name="Steps">In this order; none if it does not come to that.</param>
/// <param name="Error">What the application is told; null if nothing.</param>
internal sealed record GateVerdict(GateEnd End, ImmutableArray<GateStep> Steps, string? Error)
{
    public bool IsLetIn => End is GateEnd.LetIn or GateEnd.LetInAfter;

    public static GateVerdict Of(Simulation simulation)
    {
        var steps = simulation.Steps.Select(step => StepOf(step.Step)).OfType<GateStep>().ToImmutableArray();
        return simulation switch
        {
            { NoWayIn.IsDisabled: true } or { Obstacle: PasswordOutcome.Disabled } => new(GateEnd.Disabled, [], null),
            { NoWayIn: not null } => new(GateEnd.NoWayIn, [], null),
            { Obstacle: PasswordOutcome.Wait wait } when AttemptLimits.IsClosed(wait.For) => new(GateEnd.PasswordClosed, [], null),
            { Obstacle: not null } => new(GateEnd.MustWait, [], null),
            { Steps: [.., { Step: NextStep.Issue }] } => new(
                steps.All(step => step == GateStep.SecondFactor) ? GateEnd.LetIn : GateEnd.LetInAfter, steps, null),
            { Steps: [.., { Step: NextStep.Refuse refuse }] } => new(GateEnd.Refused, steps, refuse.Error.Code),
            _ => new(GateEnd.Refused, steps, null),
        };
    }

    private static GateStep? StepOf(NextStep step) => step switch
    {
        NextStep.ChallengeSecondFactor => GateStep.SecondFactor,
        NextStep.EnrollSecondFactor => GateStep.NewSecondFactor,
        NextStep.SaveRecoveryCodes => GateStep.RecoveryCodes,
        NextStep.AskConsent => GateStep.Consent,
        _ => null,
    };
}
