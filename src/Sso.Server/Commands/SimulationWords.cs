using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Sso.Accounts.SignIn;
using Sso.Admin;
using Sso.Data.Factors;

namespace Sso.Server.Commands;

/// <summary>What the gate would do, in words.</summary>
/// <param name="Outcome">How it ends.</param>
/// <param name="Steps">What is asked for, in this order.</param>
/// <param name="Because">What the gate decides by.</param>
internal sealed record SimulationDocument(string Outcome, ImmutableArray<string> Steps, ImmutableArray<string> Because);

internal static class SimulationWords
{
    public const string SignedIn = "The application gets its tokens.";

    public static SimulationDocument Of(Simulation simulation) => new(
        simulation.Obstacle is { } obstacle ? InWords(obstacle)
            : simulation.Steps[^1].Step is NextStep.Issue ? SignedIn
            : simulation.Steps[^1].Step is NextStep.Refuse refuse ? $"The application is refused: {refuse.Error.Description}"
            : "It does not come to an end.",
        [.. simulation.Steps.Select(InWords).OfType<string>()],
        simulation.Facts is { } facts ? [.. InWords(facts)] : []);

    private static string? InWords(SimulatedStep step) => step.Step switch
    {
        NextStep.SignIn signIn => $"The password, or a passkey: {signIn.Why}.",
        NextStep.ChallengeSecondFactor challenge => $"A second factor, one of: {Methods(challenge.Methods)}.",
        NextStep.EnrollSecondFactor { GraceLeft: 0 } enrolment => $"A new second factor, one of: {Methods(enrolment.Methods)}.",
        NextStep.EnrollSecondFactor enrolment => string.Create(
            CultureInfo.InvariantCulture,
            $"A new second factor, one of: {Methods(enrolment.Methods)}; it may be put off ({enrolment.GraceLeft} sign-ins left)."),
        NextStep.SaveRecoveryCodes => "The recovery codes, to be kept.",
        NextStep.AskConsent consent => $"Whether it may have {string.Join(", ", consent.Scopes.Order(StringComparer.Ordinal))}.",
        NextStep.Issue issue => $"Signed in as {issue.Authentication.Acr} by {string.Join(", ", issue.Authentication.Amr)}.",
        NextStep.Refuse => null,
        _ => throw new UnreachableException(),
    };

    private static IEnumerable<string> InWords(SimulatedFacts facts)
    {
        yield return $"Second factors of the person: {(facts.Enrolled.IsEmpty ? "none" : Methods(facts.Enrolled))}.";
        yield return $"Recovery codes: {(facts.RecoveryCodesSaved ? "kept" : "none")}. "
            + $"Confirmed mailbox: {(facts.HasMailbox ? "yes" : "no")}.";
        yield return $"The browser is {(facts.IsTrusted ? "one that the person had remembered" : "new")}.";
        yield return string.Create(
            CultureInfo.InvariantCulture, $"Sign-ins without a second factor so far: {facts.SignInsWithoutSecondFactor}.");
        if (!facts.Consented.IsEmpty)
        {
            yield return $"Allowed before: {string.Join(", ", facts.Consented)}.";
        }
    }

    private static string InWords(PasswordOutcome obstacle) => obstacle switch
    {
        PasswordOutcome.Disabled => "Nobody gets in: the person is disabled (sso user enable).",
        PasswordOutcome.TooManyFromAddress wait => $"The address is stopped for {Time(wait.For)}: too many failed sign-ins came from it.",
        PasswordOutcome.Wait wait when AttemptLimits.IsClosed(wait.For) =>
            "The password is closed after too many wrong ones (sso user unlock).",
        PasswordOutcome.Wait wait => $"The person has to wait for {Time(wait.For)}: too many wrong passwords in a row.",
        _ => "Nobody gets in: the account is gone.",
    };

    private static string Time(TimeSpan wait) =>
        Counted.Of((long)Math.Ceiling(wait.TotalSeconds), "second");

    private static string Methods(IEnumerable<ProofMethod> methods) => string.Join(", ", methods.Order().Select(CommandWords.Of));
}
