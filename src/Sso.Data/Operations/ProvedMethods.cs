using Sso.Protocol.Authorization;

namespace Sso.Data.Operations;

/// <summary>
/// How a <see cref="SecurityEvent"/> says by what somebody proved who they are: the names of the methods in the order of their proofs.
/// The <c>amr</c> of the tokens cannot say it, because some methods share a value (RFC 8176).
/// </summary>
public static class ProvedMethods
{
    public static string Detail(IEnumerable<ProofMethod> methods) => string.Join(' ', methods.Distinct());

    /// <summary>The one to name where there is room for one: the latest second factor, else what the sign-in began with.</summary>
    public static ProofMethod? Named(SecurityEventKind kind, string? detail)
    {
        var words = (detail ?? "").Split(' ');
        var methods = words.Where(Enum.GetNames<ProofMethod>().Contains).Select(Enum.Parse<ProofMethod>).ToList();
        return methods.Count != words.Length ? (kind == SecurityEventKind.SignedIn ? OfAmr(words) : null)
            : methods.Exists(ProofMethods.SecondFactorsOrMail.Contains) ? methods.FindLast(ProofMethods.SecondFactorsOrMail.Contains)
            : methods.Exists(ProofMethods.FirstFactors.Contains) ? methods.FindLast(ProofMethods.FirstFactors.Contains)
            : null;
    }

    /// <summary>Sealed rows stay as they are, and the older ones hold the amr. There a recovery code is an otp like an app's.</summary>
    private static ProofMethod? OfAmr(string[] amr) =>
        amr.Contains("otp") ? ProofMethod.AuthenticatorApp
        : amr.Contains("sms") ? ProofMethod.TextMessage
        : amr.Contains("pop") ? ProofMethod.Passkey
        : amr.Contains("mca") ? ProofMethod.MailCode
        : amr.Contains("pwd") ? ProofMethod.Password
        : null;
}
