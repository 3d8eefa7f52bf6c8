namespace Sso.Protocol.Authorization;

/// <summary>The gate: what happens next (OIDC Core §3.1.2.3, §3.1.2.4). Nothing else in the program leads to a person's token.</summary>
public static class InteractionPolicy
{
    /// <summary>For binding a second factor: the age of a proof when the request begins. One given in the request stays good.</summary>
    public static readonly TimeSpan EnrolmentAge = TimeSpan.FromMinutes(5);

    public static NextStep Decide(AuthorizationRequest request, SignInState? state) => FirstMissing(request, state) switch
    {
        NextStep.Issue issue => issue,
        NextStep.Refuse refuse => refuse,
        // OIDC Core §3.1.2.6: prompt=none must never show a page.
        var page when request.Prompt.HasFlag(Prompt.None) => new NextStep.Refuse(SilentRefusal(page)) { Rule = page.Rule },
        var page => page,
    };

    /// <summary>The same rules for a grant that is used again (refresh): what was proved must still meet today's policy.</summary>
    public static bool StillSatisfies(Client client, ImmutableArray<string> amr) =>
        client.SecondFactor != SecondFactorPolicy.Required
        || client.GraceSignIns > 0
        || client.AcceptsTrustedDevices
        || AcceptedBy(client).Contains(ProofMethod.MailCode)
        || (amr.Contains("mfa")
            && (AcceptedBy(client).Contains(ProofMethod.TextMessage) || !amr.Contains("sms") || amr.Any(IsStrongerThanText)));

    private static bool IsStrongerThanText(string method) => method is "otp" or "pop";

    private static NextStep FirstMissing(AuthorizationRequest request, SignInState? state)
    {
        if (state is null)
        {
            return new NextStep.SignIn("no session");
        }

        var proofs = Countable(request, state);
        var first = proofs.Where(proof => ProofMethods.FirstFactors.Contains(proof.Method)).ToList();
        var provedHere = first.Any(proof => proof.FlowId == request.FlowId);
        return first switch
        {
            [] => new NextStep.SignIn("no password or passkey that counts for this request")
            {
                Rule = proofs.Length < state.Proofs.Length ? GateRule.FreshProof : GateRule.FirstProof,
            },
            _ when IsAnother(request, request.Client.SubjectOf(state.PersonId)) => provedHere
                ? new NextStep.Refuse(OAuthError.WrongUser) { Rule = GateRule.NamedPerson }
                : new NextStep.SignIn("the request names another person") { Rule = GateRule.NamedPerson },
            _ when request.Prompt.HasFlag(Prompt.SelectAccount) && !provedHere =>
                new NextStep.SignIn("prompt=select_account") { Rule = GateRule.SelectAccount },
            _ => SecondFactorMissing(request, state, proofs, out var rule)
                ?? (ConsentMissing(request, state) as NextStep
                    ?? new NextStep.Issue(Authentication.Of(proofs).NamedBy(request.AcrValues)) { Rule = rule }),
        };
    }

    /// <summary>By id_token_hint (OIDC Core §3.1.2.1) or by the claim sub (§5.5.1).</summary>
    private static bool IsAnother(AuthorizationRequest request, string subject) =>
        (request.HintedSubject is { } hinted && hinted != subject) || !request.Claims.AllowSubject(subject);

    /// <summary>
    /// The proofs that count. If a fresh one is demanded (OIDC Core §3.1.2.1: prompt=login, max_age), older ones do not count, whatever
    /// their method; one given in this very flow always counts, so two nodes with different clocks cannot go on asking for ever.
    /// </summary>
    private static ImmutableArray<Proof> Countable(AuthorizationRequest request, SignInState state) =>
    [
        .. state.Proofs.Where(proof => proof.FlowId == request.FlowId
            || (!request.Prompt.HasFlag(Prompt.Login) && (request.MaxAge is not { } age || request.ReceivedAt - proof.At <= age))),
    ];

    /// <param name="request">What is asked for.</param>
    /// <param name="state">Who is there.</param>
    /// <param name="proofs">Those that count.</param>
    /// <param name="rule">Where nothing is missing: why.</param>
    private static NextStep? SecondFactorMissing(
        AuthorizationRequest request, SignInState state, ImmutableArray<Proof> proofs, out GateRule rule)
    {
        if (Demanded(request, state, out rule) is not { } demanded)
        {
            return null;
        }

        if (demanded.Count == 0)
        {
            return new NextStep.Refuse(OAuthError.UnmetAuthenticationRequirements) { Rule = GateRule.ExcludedAcr };
        }

        if (proofs.Any(proof => demanded.Contains(proof.Method)))
        {
            return state.RecoveryCodesSaved || state.EnrolledFactors.Count == 0 ? null
                : new NextStep.SaveRecoveryCodes { Rule = GateRule.RecoveryCodes };
        }

        if (IsSpared(request, proofs) && state.EnrolledFactors.Any(demanded.Contains))
        {
            rule = GateRule.TrustedDevice;
            return null;
        }

        // For people who have lost every factor: after the wait, in the flow of the mailed link and with the password proved there, a new
        // one takes the place of the old ones.
        if (state.RecoveryFlowId == request.FlowId
            && proofs.Any(proof => proof.Method == ProofMethod.Password && proof.FlowId == request.FlowId))
        {
            return new NextStep.EnrollSecondFactor(
                demanded.Where(method => method != ProofMethod.RecoveryCode).ToFrozenSet(), GraceLeft: 0)
            {
                Rule = GateRule.Recovery,
            };
        }

        if (demanded.Contains(ProofMethod.MailCode))
        {
            return new NextStep.ChallengeSecondFactor([ProofMethod.MailCode]) { Rule = rule };
        }

        if (state.EnrolledFactors.Any(demanded.Contains))
        {
            return new NextStep.ChallengeSecondFactor(WithRecovery(state.EnrolledFactors.Where(demanded.Contains), state, demanded))
            {
                Rule = rule,
            };
        }

        // Another factor is bound only by someone who proves one they already hold (NIST SP 800-63B §4.1.2), and proves it now.
        if (state.EnrolledFactors.Count > 0
            && !proofs.Any(proof => ProofMethods.SecondFactors.Contains(proof.Method) && IsFresh(request, proof)))
        {
            return new NextStep.ChallengeSecondFactor(
                WithRecovery(
                    state.EnrolledFactors.Where(method => !request.Client.WithheldFactors.Contains(method)),
                    state,
                    ProofMethods.SecondFactors))
            {
                Rule = GateRule.BindingByFactor,
            };
        }

        var grace = MayPostpone(request, state) ? Math.Max(0, request.Client.GraceSignIns - state.SignInsWithoutSecondFactor) : 0;
        var postponed = MayPostpone(request, state)
            && state.EnrolmentPostponed
            && state.SignInsWithoutSecondFactor <= request.Client.GraceSignIns;
        if (postponed)
        {
            rule = GateRule.Grace;
            return null;
        }

        return proofs.Any(proof => IsFresh(request, proof))
            ? new NextStep.EnrollSecondFactor(demanded.Where(method => method != ProofMethod.RecoveryCode).ToFrozenSet(), grace)
            {
                Rule = rule,
            }
            : new NextStep.SignIn("a second factor is bound after a fresh proof only") { Rule = GateRule.BindingByFreshProof };
    }

    private static bool IsFresh(AuthorizationRequest request, Proof proof) =>
        proof.FlowId == request.FlowId || request.ReceivedAt - proof.At <= EnrolmentAge;

    /// <summary>A trusted device is the client's own wish; like grace it never softens a demanded acr.</summary>
    private static bool IsSpared(AuthorizationRequest request, ImmutableArray<Proof> proofs) =>
        request.Client.AcceptsTrustedDevices
        && proofs.Any(proof => proof.Method == ProofMethod.TrustedDevice)
        && WeakestDemandedAcr(request) is (null or Authentication.SingleFactor);

    /// <summary>Grace is the client's own; it never softens a demanded acr, nor spares somebody a factor that they have.</summary>
    private static bool MayPostpone(AuthorizationRequest request, SignInState state) =>
        request.Client.GraceSignIns > 0
        && state.EnrolledFactors.Count == 0
        && WeakestDemandedAcr(request) is (null or Authentication.SingleFactor);

    private static FrozenSet<ProofMethod> WithRecovery(
        IEnumerable<ProofMethod> methods, SignInState state, FrozenSet<ProofMethod> accepted) =>
        state.RecoveryCodesSaved && accepted.Contains(ProofMethod.RecoveryCode)
            ? methods.Append(ProofMethod.RecoveryCode).ToFrozenSet()
            : methods.ToFrozenSet();

    /// <summary>One of these must be proved; null if the password is enough, empty if client and acr_values exclude each other.</summary>
    private static FrozenSet<ProofMethod>? Demanded(AuthorizationRequest request, SignInState state, out GateRule rule)
    {
        var byAcr = WeakestDemandedAcr(request) switch
        {
            Authentication.MultiFactor => ProofMethods.SecondFactors,
            Authentication.MultiFactorWithoutText =>
                ProofMethods.SecondFactors.Where(method => method != ProofMethod.TextMessage).ToFrozenSet(),
            Authentication.PhishingResistant => [ProofMethod.Passkey],
            _ => null,
        };
        var accepted = AcceptedBy(request.Client);
        var byClient = request.Client.SecondFactor switch
        {
            SecondFactorPolicy.Required => accepted,
            SecondFactorPolicy.WhenEnrolled when state.EnrolledFactors.Count > 0 => accepted,
            _ => null,
        };
        rule = (byAcr, byClient, request.Client.SecondFactor) switch
        {
            (_, not null, SecondFactorPolicy.Required) => GateRule.SecondFactorOfEverybody,
            (_, not null, _) => GateRule.SecondFactorOfOwners,
            (not null, null, _) => GateRule.RequestedAcr,
            (null, null, SecondFactorPolicy.WhenEnrolled) => GateRule.NoFactorToAskFor,
            _ => GateRule.PasswordEnough,
        };
        var demanded = (byAcr, byClient) switch
        {
            (null, var client) => client,
            (var acr, null) => acr.Where(accepted.Contains).ToFrozenSet(),
            var (acr, client) => acr.Where(client.Contains).ToFrozenSet(),
        };
        return demanded is null || MayBeMailed(state, demanded)
            ? demanded
            : demanded.Where(method => method != ProofMethod.MailCode).ToFrozenSet();
    }

    /// <summary>A code by mail is for people who have nothing stronger that would do.</summary>
    private static bool MayBeMailed(SignInState state, FrozenSet<ProofMethod> demanded) =>
        state.HasMailbox && !state.EnrolledFactors.Any(demanded.Contains);

    private static FrozenSet<ProofMethod> AcceptedBy(Client client) => client.WithheldFactors.Count == 0
        ? client.AcceptedFactors
        : client.AcceptedFactors.Where(method => !client.WithheldFactors.Contains(method)).ToFrozenSet();

    /// <summary>Any of the values will do (OIDC Core §3.1.2.1), so the weakest that we know must at least be reached.</summary>
    private static string? WeakestDemandedAcr(AuthorizationRequest request) =>
        Authentication.AcrValues.FirstOrDefault(request.AcrValues.Contains);

    private static NextStep.AskConsent? ConsentMissing(AuthorizationRequest request, SignInState state)
    {
        // The page that answers another device shows what the device asks for and is itself the consent.
        var each = request.Prompt.HasFlag(Prompt.Consent) || request is { IsAllowedEachTime: true, WaitingId: null };
        var askedAgain = each && state.ConsentFlowId != request.FlowId;
        var missing = request.Client.ConsentRequired && !request.Asked.IsSubsetOf(state.ConsentedScopes);
        return askedAgain || missing
            ? new NextStep.AskConsent(request.Asked) { Rule = askedAgain ? GateRule.ConsentEachTime : GateRule.ConsentOfApplication }
            : null;
    }

    private static OAuthError SilentRefusal(NextStep page) => page switch
    {
        NextStep.SignIn => OAuthError.LoginRequired,
        NextStep.AskConsent => OAuthError.ConsentRequired,
        _ => OAuthError.InteractionRequired,
    };
}
