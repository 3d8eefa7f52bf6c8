using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Sso.Accounts.SignIn;
using Sso.Admin;
using Sso.Data.Factors;

namespace Sso.Server.Commands;

/// <summary>What the gate would do, in words.</summary>
/// <param name="Outcome">How it ends.</param>
/// <param name="Remedy">What to do for somebody who has no way in; null of everybody else.</param>
/// <param name="Steps">What is asked for, in this order.</param>
/// <param name="Because">What the gate decides by.</param>
internal sealed record SimulationDocument(
    string Outcome, string? Remedy, ImmutableArray<SimulatedStepDocument> Steps, ImmutableArray<string> Because);

/// <summary>One step, with the rule behind it.</summary>
/// <param name="Step">What is asked for.</param>
/// <param name="Rule">By its name.</param>
/// <param name="Because">What it says, and where it is set.</param>
internal sealed record SimulatedStepDocument(string Step, string Rule, string Because);

internal static class SimulationWords
{
    public const string SignedIn = "The application gets its tokens.";

    public static SimulationDocument Of(Simulation simulation) => new(
        simulation.NoWayIn is not null ? "Nobody gets in: the person has neither a password nor a passkey."
            : simulation.Obstacle is { } obstacle ? InWords(obstacle)
            : simulation.Steps[^1].Step is NextStep.Issue ? SignedIn
            : simulation.Steps[^1].Step is NextStep.Refuse refuse ? $"The application is refused: {refuse.Error.Description}"
            : "It does not come to an end.",
        simulation.NoWayIn is { } noWayIn ? InWords(noWayIn) : null,
        [
            .. simulation.Steps.Select(step => new SimulatedStepDocument(
                InWords(step), CommandWords.Of(step.Step.Rule), InWords(step.Step.Rule, simulation.Client))),
        ],
        simulation.Facts is { } facts ? [.. InWords(facts)] : []);

    private static string InWords(NoWayIn person) =>
        (person.IsDisabled ? $"The account is disabled too: sso user enable {person.UserName}. " : "")
        + person switch
        {
            { LinkUntil: { } until } => $"The link to choose a password is out, and good until {CommandOutput.Time(until)}.",
            { HasMailbox: true } => $"Send the link to choose a password: sso user send-password-link {person.UserName}.",
            _ => $"No confirmed address is known to which a link could go: sso user set-password {person.UserName}.",
        };

    /// <summary>What the rule says, and where it is set.</summary>
    private static string InWords(GateRule rule, Client client) => rule switch
    {
        GateRule.FirstProof => "Every sign-in begins so; no setting changes it.",
        GateRule.FreshProof => "The request asks for a fresh proof (prompt=login or max_age).",
        GateRule.NamedPerson => "The request names another person (id_token_hint, or the claim sub).",
        GateRule.SelectAccount => "The request asks which account (prompt=select_account).",
        GateRule.RequestedAcr => "The request asks for it (acr_values).",
        GateRule.ExcludedAcr =>
            $"The request asks for what {client.Id} does not accept (acr_values). {Accepted(client)} Set by: sso client set {client.Id}.",
        GateRule.SecondFactorOfEverybody => $"{client.Id} demands a second factor of everybody (second-factor: required)."
            + $" {Accepted(client)} Set by: sso client set {client.Id} --second-factor.",
        GateRule.SecondFactorOfOwners => $"{client.Id} demands a second factor of those who have one (second-factor: when-enrolled)."
            + $" {Accepted(client)} Set by: sso client set {client.Id} --second-factor.",
        GateRule.BindingByFactor =>
            $"The person's own second factors will not do for {client.Id}, and whoever has one binds another only by proving it. "
            + $"{Accepted(client)} Set by: sso client set {client.Id}.",
        GateRule.BindingByFreshProof => "A second factor is bound after a fresh proof only; no setting changes it.",
        GateRule.Recovery => "The person lost every second factor, and the wait for another is over (SignIn:LostFactor).",
        GateRule.RecoveryCodes => "Whoever has a second factor keeps recovery codes; no setting changes it.",
        GateRule.ConsentOfApplication => $"{client.Id} asks for consent (consent-required). Set by: sso client set {client.Id} --consent.",
        GateRule.ConsentEachTime => "The request has to be allowed each time (prompt=consent, or what it asks for).",
        GateRule.TrustedDevice => $"No second factor is asked for: the browser is remembered, and {client.Id} accepts that."
            + $" Set by: sso client set {client.Id} --trust-devices.",
        GateRule.Grace => $"The second factor is put off, as {client.Id} allows. Set by: sso client set {client.Id} --grace.",
        GateRule.NoFactorToAskFor => $"{client.Id} demands a second factor only of those who have one (second-factor: when-enrolled), "
            + $"and the person has none. Set by: sso client set {client.Id} --second-factor.",
        GateRule.PasswordEnough => $"{client.Id} demands no second factor (second-factor: none)."
            + $" Set by: sso client set {client.Id} --second-factor.",
        _ => throw new UnreachableException(),
    };

    /// <summary>What an application, or the whole installation, does not take.</summary>
    private static string Accepted(Client client) =>
        client.WithheldFactors.Contains(ProofMethod.TextMessage)
            ? "Codes by text are used nowhere (setting SignIn:TextMessages)."
            : client.AcceptsTextMessages
                ? "It accepts codes by text."
                : "It accepts no codes by text (--no-text-messages).";

    private static string InWords(SimulatedStep step) => step.Step switch
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
        NextStep.Refuse => "Nothing more: the request is refused.",
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
