using System.Collections.Frozen;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;
using Sso.Testing;
using Xunit;
using static Sso.Protocol.Tests.Requests;

namespace Sso.Protocol.Tests.Authorization;

[Spec("OIDC Core", "3.1.2.3")]
public sealed class InteractionPolicyTests
{
    private static readonly Client WhenEnrolled = Shop with { SecondFactor = SecondFactorPolicy.WhenEnrolled };
    private static readonly Client PasswordOnly = Shop with { SecondFactor = SecondFactorPolicy.None };
    private static readonly Client NoText = Shop with { AcceptsTextMessages = false };
    private static readonly Client Graceful = Shop with { GraceSignIns = 2 };
    private static readonly Client Mailing = Shop with { AcceptsMailCodes = true };
    private static readonly Client Asking = Shop with { ConsentRequired = true };

    private static readonly Client Native = Shop with
    {
        AuthenticationMethod = ClientAuthenticationMethod.None,
        RedirectUris = ["http://127.0.0.1/callback"],
    };

    private static readonly AuthorizationRequest LoopbackRequest = Request(Native, ("redirect_uri", "http://127.0.0.1:49152/callback"));

    private static readonly Proof[] Both = [Password(), App()];
    private static readonly FrozenSet<ProofMethod> Nothing = [];
    private static readonly FrozenSet<ProofMethod> Phone = [ProofMethod.TextMessage];

    [Fact]
    public void Each_answer_names_the_rule_behind_it()
    {
        var device = new Proof(ProofMethod.TrustedDevice, Noon, ThisFlow);
        (AuthorizationRequest Request, SignInState? State, GateRule Rule)[] cases =
        [
            (Request(), null, GateRule.FirstProof),
            (Request(), State(Password()), GateRule.SecondFactorOfEverybody),
            (Request(WhenEnrolled), State(Password()), GateRule.SecondFactorOfOwners),
            (Request(WhenEnrolled), State(Password()) with { EnrolledFactors = Nothing }, GateRule.NoFactorToAskFor),
            (Request(PasswordOnly), State(Password()), GateRule.PasswordEnough),
            (Request(PasswordOnly) with { AcrValues = [Authentication.MultiFactor] }, State(Password()), GateRule.RequestedAcr),
            (Request(), State(Both) with { RecoveryCodesSaved = false }, GateRule.RecoveryCodes),
            (Request(Asking), State(Both), GateRule.ConsentOfApplication),
            (Request(NoText), State(Password()) with { EnrolledFactors = Phone }, GateRule.BindingByFactor),
            (Request(Shop with { AcceptsTrustedDevices = true }), State(Password(), device), GateRule.TrustedDevice),
            (
                Request(Graceful), State(Password()) with { EnrolledFactors = Nothing, EnrolmentPostponed = true }, GateRule.Grace
            ),
        ];
        Assert.All(cases, one => Assert.Equal(one.Rule, InteractionPolicy.Decide(one.Request, one.State).Rule));
    }

    public static TheoryData<string, AuthorizationRequest, SignInState?, Type> Decisions => new()
    {
        { "nobody is signed in", Request(), null, typeof(NextStep.SignIn) },
        { "a session without any proof", Request(), State(), typeof(NextStep.SignIn) },
        { "a code alone is no sign-in", Request(), State(App()), typeof(NextStep.SignIn) },
        { "the password alone", Request(), State(Password()), typeof(NextStep.ChallengeSecondFactor) },
        { "password and app", Request(), State(Both), typeof(NextStep.Issue) },
        {
            "password and recovery code", Request(),
            State(Password(), new(ProofMethod.RecoveryCode, Noon, ThisFlow)), typeof(NextStep.Issue)
        },
        {
            "password, and no factor enrolled", Request(),
            State(Password()) with { EnrolledFactors = Nothing }, typeof(NextStep.EnrollSecondFactor)
        },
        { "recovery codes not saved", Request(), State(Both) with { RecoveryCodesSaved = false }, typeof(NextStep.SaveRecoveryCodes) },

        { "policy none takes the password", Request(PasswordOnly), State(Password()), typeof(NextStep.Issue) },
        {
            "policy when-enrolled, none enrolled", Request(WhenEnrolled),
            State(Password()) with { EnrolledFactors = Nothing }, typeof(NextStep.Issue)
        },
        { "policy when-enrolled, one enrolled", Request(WhenEnrolled), State(Password()), typeof(NextStep.ChallengeSecondFactor) },

        {
            "a text message where the client refuses it", Request(NoText),
            State(Password(), Text()) with { EnrolledFactors = Phone }, typeof(NextStep.EnrollSecondFactor)
        },
        {
            "a further factor is bound only after the one that is held",
            Request(NoText), State(Password()) with { EnrolledFactors = Phone }, typeof(NextStep.ChallengeSecondFactor)
        },

        {
            "every factor lost, the mailed link and the password in this flow",
            Request(), State(Password(flow: ThisFlow)) with { RecoveryFlowId = ThisFlow }, typeof(NextStep.EnrollSecondFactor)
        },
        {
            "the mailed link without the password of this flow", Request(),
            State(Password()) with { RecoveryFlowId = ThisFlow }, typeof(NextStep.ChallengeSecondFactor)
        },
        {
            "the mailed link in another flow",
            Request(), State(Password(flow: ThisFlow)) with { RecoveryFlowId = EarlierFlow }, typeof(NextStep.ChallengeSecondFactor)
        },
        { "the mailed link and nobody signed in", Request(), State() with { RecoveryFlowId = ThisFlow }, typeof(NextStep.SignIn) },
        {
            "the new factor proved, its recovery codes not saved",
            Request(), State(Password(flow: ThisFlow), App(flow: ThisFlow)) with { RecoveryCodesSaved = false },
            typeof(NextStep.SaveRecoveryCodes)
        },

        {
            "grace, not postponed", Request(Graceful),
            State(Password()) with { EnrolledFactors = Nothing }, typeof(NextStep.EnrollSecondFactor)
        },
        {
            "grace, postponed", Request(Graceful),
            State(Password()) with { EnrolledFactors = Nothing, EnrolmentPostponed = true, SignInsWithoutSecondFactor = 2 },
            typeof(NextStep.Issue)
        },
        {
            "grace used up", Request(Graceful),
            State(Password()) with { EnrolledFactors = Nothing, EnrolmentPostponed = true, SignInsWithoutSecondFactor = 3 },
            typeof(NextStep.EnrollSecondFactor)
        },
        {
            "another client's grace is not this one's", Request(),
            State(Password()) with { EnrolledFactors = Nothing, EnrolmentPostponed = true }, typeof(NextStep.EnrollSecondFactor)
        },
        {
            "grace never spares a factor that is enrolled", Request(Graceful),
            State(Password()) with { EnrolmentPostponed = true }, typeof(NextStep.ChallengeSecondFactor)
        },
        {
            "grace never softens a demanded acr", Request(Graceful, ("acr_values", Authentication.MultiFactor)),
            State(Password()) with { EnrolledFactors = Nothing, EnrolmentPostponed = true }, typeof(NextStep.EnrollSecondFactor)
        },

        {
            "a code by mail for whoever has nothing stronger", Request(Mailing),
            State(Password()) with { EnrolledFactors = Nothing, HasMailbox = true }, typeof(NextStep.ChallengeSecondFactor)
        },
        {
            "a code by mail, proved", Request(Mailing),
            State(Password(), Mail()) with { EnrolledFactors = Nothing, HasMailbox = true }, typeof(NextStep.Issue)
        },
        {
            "a code by mail without an address", Request(Mailing),
            State(Password()) with { EnrolledFactors = Nothing }, typeof(NextStep.EnrollSecondFactor)
        },
        {
            "a code by mail, proved before an app was enrolled", Request(Mailing), State(Password(), Mail()) with { HasMailbox = true },
            typeof(NextStep.ChallengeSecondFactor)
        },
        {
            "a code by mail where the client does not take it", Request(),
            State(Password(), Mail()) with { EnrolledFactors = Nothing, HasMailbox = true }, typeof(NextStep.EnrollSecondFactor)
        },
        {
            "a code by mail never meets a demanded acr", Request(Mailing, ("acr_values", Authentication.MultiFactor)),
            State(Password(), Mail()) with { EnrolledFactors = Nothing, HasMailbox = true }, typeof(NextStep.EnrollSecondFactor)
        },

        { "prompt=login, signed in before", Request(null, ("prompt", "login")), State(Both), typeof(NextStep.SignIn) },
        {
            "prompt=login, password proved in this flow", Request(null, ("prompt", "login")),
            State([.. Both, Password(flow: ThisFlow)]), typeof(NextStep.ChallengeSecondFactor)
        },
        {
            "prompt=login, both proved in this flow", Request(null, ("prompt", "login")),
            State(Password(flow: ThisFlow), App(flow: ThisFlow)), typeof(NextStep.Issue)
        },
        { "prompt=select_account, signed in before", Request(null, ("prompt", "select_account")), State(Both), typeof(NextStep.SignIn) },
        {
            "prompt=select_account, password in this flow", Request(null, ("prompt", "select_account")),
            State(Password(flow: ThisFlow), App()), typeof(NextStep.Issue)
        },

        {
            "max_age, young enough", Request(null, ("max_age", "60")),
            State(Password(Noon.AddSeconds(-60)), App(Noon.AddSeconds(-60))), typeof(NextStep.Issue)
        },
        { "max_age, too old", Request(null, ("max_age", "60")), State(Password(Noon.AddSeconds(-61)), App()), typeof(NextStep.SignIn) },
        {
            "max_age, second factor too old", Request(null, ("max_age", "60")),
            State(Password(), App(Noon.AddSeconds(-61))), typeof(NextStep.ChallengeSecondFactor)
        },
        {
            "max_age=0 with proofs of this flow, by a node whose clock is behind", Request(null, ("max_age", "0")),
            State(Password(Noon.AddHours(-1), ThisFlow), App(Noon.AddHours(-1), ThisFlow)), typeof(NextStep.Issue)
        },

        { "id_token_hint of the person signed in", Request(null, ("id_token_hint", "hint-of-anna")), State(Both), typeof(NextStep.Issue) },
        {
            "id_token_hint of another person", Request(null, ("id_token_hint", "hint-of-anna")),
            State(Both) with { PersonId = EarlierFlow }, typeof(NextStep.SignIn)
        },
        {
            "id_token_hint of another person, who signed in again", Request(null, ("id_token_hint", "hint-of-anna")),
            State(Password(flow: ThisFlow), App()) with { PersonId = EarlierFlow }, typeof(NextStep.Refuse)
        },

        {
            "acr by app, text proved", Request(null, ("acr_values", Authentication.MultiFactorWithoutText)),
            State(Password(), Text()), typeof(NextStep.ChallengeSecondFactor)
        },
        {
            "acr by app, app proved", Request(null, ("acr_values", Authentication.MultiFactorWithoutText)),
            State(Both), typeof(NextStep.Issue)
        },
        {
            "acr mfa where the client asks nothing", Request(PasswordOnly, ("acr_values", Authentication.MultiFactor)),
            State(Password()), typeof(NextStep.ChallengeSecondFactor)
        },
        {
            "any listed acr will do", Request(PasswordOnly, ("acr_values", $"{Authentication.MultiFactor} {Authentication.SingleFactor}")),
            State(Password()), typeof(NextStep.Issue)
        },
        { "an unknown acr demands nothing", Request(PasswordOnly, ("acr_values", "1 2")), State(Password()), typeof(NextStep.Issue) },
        {
            "client and acr contradict each other",
            Request(
                Shop with { WithheldFactors = [ProofMethod.AuthenticatorApp, ProofMethod.RecoveryCode, ProofMethod.Passkey] },
                ("acr_values", Authentication.MultiFactorWithoutText)),
            State(Both), typeof(NextStep.Refuse)
        },

        { "the loopback address of a native application", LoopbackRequest, State(Both), typeof(NextStep.AskConsent) },
        {
            "the same, allowed earlier: any program may listen there (RFC 8252 §8.6)", LoopbackRequest,
            State(Both) with { ConsentedScopes = ["openid"] }, typeof(NextStep.AskConsent)
        },
        { "the same, allowed in this flow", LoopbackRequest, State(Both) with { ConsentFlowId = ThisFlow }, typeof(NextStep.Issue) },
        { "consent not given", Request(Asking), State(Both), typeof(NextStep.AskConsent) },
        { "consent given", Request(Asking), State(Both) with { ConsentedScopes = ["openid", "profile"] }, typeof(NextStep.Issue) },
        {
            "consent to less", Request(Asking, ("scope", "openid profile")),
            State(Both) with { ConsentedScopes = ["openid"] }, typeof(NextStep.AskConsent)
        },
        {
            "prompt=consent asks again", Request(null, ("prompt", "consent")),
            State(Both) with { ConsentedScopes = ["openid"], ConsentFlowId = EarlierFlow }, typeof(NextStep.AskConsent)
        },
        {
            "prompt=consent, answered in this flow", Request(null, ("prompt", "consent")),
            State(Both) with { ConsentedScopes = ["openid"], ConsentFlowId = ThisFlow }, typeof(NextStep.Issue)
        },
    };

    [Theory]
    [MemberData(nameof(Decisions))]
    public void Decides_the_next_step(string situation, AuthorizationRequest request, SignInState? state, Type expected) =>
        Assert.True(
            expected.IsInstanceOfType(InteractionPolicy.Decide(request, state)),
            $"{situation}: {InteractionPolicy.Decide(request, state)}");

    public static TheoryData<string, Client, SignInState?, string> SilentRefusals => new()
    {
        { "nobody signed in", Shop, null, "login_required" },
        { "second factor missing", Shop, State(Password()), "interaction_required" },
        { "enrolment missing", Shop, State(Password()) with { EnrolledFactors = Nothing }, "interaction_required" },
        { "consent missing", Asking, State(Both), "consent_required" },
    };

    [Theory]
    [MemberData(nameof(SilentRefusals))]
    [Spec("OIDC Core", "3.1.2.6")]
    public void With_prompt_none_what_is_missing_becomes_an_error(string situation, Client client, SignInState? state, string error)
    {
        var refused = Assert.IsType<NextStep.Refuse>(InteractionPolicy.Decide(Request(client, ("prompt", "none")), state));
        Assert.True(refused.Error.Code == error, situation);
    }

    [Theory]
    [InlineData(ProofMethod.AuthenticatorApp, Authentication.MultiFactorWithoutText, "pwd otp mfa")]
    [InlineData(ProofMethod.TextMessage, Authentication.MultiFactor, "pwd sms mfa")]
    [InlineData(ProofMethod.RecoveryCode, Authentication.MultiFactorWithoutText, "pwd otp mfa")]
    [Spec("S38")]
    public void Acr_and_amr_say_what_was_proved(ProofMethod second, string acr, string amr)
    {
        var issue = Assert.IsType<NextStep.Issue>(
            InteractionPolicy.Decide(Request(), State(Password(Noon.AddMinutes(-5)), new(second, Noon, ThisFlow))));
        Assert.Equal((acr, amr), (issue.Authentication.Acr, string.Join(' ', issue.Authentication.Amr)));
        Assert.Equal(Noon.AddMinutes(-5), issue.Authentication.Time);
    }

    [Fact]
    [Spec("S38")]
    public void A_proof_that_does_not_count_for_this_request_is_not_told_in_amr()
    {
        var request = Request(PasswordOnly, ("max_age", "60"));
        var issue = Assert.IsType<NextStep.Issue>(InteractionPolicy.Decide(request, State(Password(), App(Noon.AddHours(-1)))));
        Assert.Equal(["pwd"], issue.Authentication.Amr);
    }
}
