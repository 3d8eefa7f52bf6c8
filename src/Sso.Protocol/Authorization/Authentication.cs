using System.Collections.Immutable;

namespace Sso.Protocol.Authorization;

/// <summary>What was proved and when, as tokens tell it (OIDC Core §2: acr, amr, auth_time; RFC 8176).</summary>
public sealed record Authentication(DateTimeOffset Time, string Acr, ImmutableArray<string> Amr)
{
    /// <summary>One factor: the password.</summary>
    public const string SingleFactor = "urn:sso:acr:1fa";

    /// <summary>The password and any second factor.</summary>
    public const string MultiFactor = "urn:sso:acr:mfa";

    /// <summary>The password and a second factor other than a text message.</summary>
    public const string MultiFactorWithoutText = "urn:sso:acr:mfa-app";

    /// <summary>From weakest to strongest.</summary>
    public static readonly ImmutableArray<string> AcrValues = [SingleFactor, MultiFactor, MultiFactorWithoutText];

    public static Authentication Of(ImmutableArray<Proof> proofs)
    {
        var methods = proofs.Select(proof => proof.Method).ToHashSet();
        var app = methods.Contains(ProofMethod.AuthenticatorApp) || methods.Contains(ProofMethod.RecoveryCode);
        var mfa = app || methods.Contains(ProofMethod.TextMessage);
        var acr = app ? MultiFactorWithoutText : mfa ? MultiFactor : SingleFactor;
        var amr = proofs.OrderBy(proof => proof.Method).Select(proof => proof.Method.AmrValue()).Distinct();
        var time = proofs.Where(proof => proof.Method == ProofMethod.Password).Max(proof => proof.At);
        return new(time, acr, [.. mfa ? amr.Append("mfa") : amr]);
    }
}
