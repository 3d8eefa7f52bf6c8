namespace Sso.Protocol.Authorization;

/// <summary>What was proved and when, as tokens say it (OIDC Core §2: acr, amr, auth_time; RFC 8176).</summary>
public sealed record Authentication(DateTimeOffset Time, string Acr, ImmutableArray<string> Amr)
{
    /// <summary>One factor: the password, also on a trusted device.</summary>
    public const string SingleFactor = "urn:sso:acr:1fa";

    /// <summary>The password and any second factor.</summary>
    public const string MultiFactor = "urn:sso:acr:mfa";

    /// <summary>The password and a second factor other than a text message.</summary>
    public const string MultiFactorWithoutText = "urn:sso:acr:mfa-app";

    /// <summary>A passkey: it cannot be given to a forged page (OpenID Connect EAP ACR Values 1.0 §2).</summary>
    public const string PhishingResistant = "phr";

    /// <summary>What was proved, in the order of the proofs. For our own records: some methods share a value of amr.</summary>
    public ImmutableArray<ProofMethod> Methods { get; init; } = [];

    /// <summary>From weakest to strongest.</summary>
    public static readonly ImmutableArray<string> AcrValues = [SingleFactor, MultiFactor, MultiFactorWithoutText, PhishingResistant];

    /// <summary>
    /// The same, named as it was asked for: a stronger sign-in satisfies a weaker wish, and is then reported as the strongest wish that it
    /// satisfies (OIDC Core §5.5.1.1, RFC 9470 §4). If no wish was made, or none was known, it is reported as what it is.
    /// </summary>
    public Authentication NamedBy(ImmutableArray<string> wanted) =>
        !wanted.Contains(Acr) && AcrValues.Take(AcrValues.IndexOf(Acr)).LastOrDefault(wanted.Contains) is { } satisfied
            ? this with { Acr = satisfied }
            : this;

    public static Authentication Of(ImmutableArray<Proof> proofs)
    {
        var methods = proofs.Select(proof => proof.Method).ToHashSet();
        var app = methods.Contains(ProofMethod.AuthenticatorApp) || methods.Contains(ProofMethod.RecoveryCode);
        var passkey = methods.Contains(ProofMethod.Passkey);
        var mfa = passkey || app || methods.Contains(ProofMethod.TextMessage);
        var acr = (passkey, app, mfa) switch
        {
            (true, _, _) => PhishingResistant,
            (_, true, _) => MultiFactorWithoutText,
            (_, _, true) => MultiFactor,
            _ => SingleFactor,
        };
        var amr = proofs.OrderBy(proof => proof.Method).Select(proof => proof.Method.AmrValue()).OfType<string>().Distinct();
        var time = proofs.Where(proof => ProofMethods.FirstFactors.Contains(proof.Method)).Max(proof => proof.At);
        return new(time, acr, [.. mfa ? amr.Append("mfa") : amr])
        {
            Methods = [.. proofs.OrderBy(proof => proof.At).Select(proof => proof.Method)],
        };
    }
}
