using System.Collections.Frozen;

namespace Sso.Protocol.Authorization;

/// <summary>A way in which a person proves who they are.</summary>
public enum ProofMethod
{
    Password,
    AuthenticatorApp,
    TextMessage,
    RecoveryCode,
}

public static class ProofMethods
{
    /// <summary>What counts as a second factor. A recovery code stands in for a lost one.</summary>
    public static readonly FrozenSet<ProofMethod> SecondFactors = [ProofMethod.AuthenticatorApp, ProofMethod.TextMessage, ProofMethod.RecoveryCode];

    /// <summary>
    /// The value for <c>amr</c> (RFC 8176 §2). A recovery code has no registered value; it is knowledge that was handed out once, so <c>kba</c> would
    /// be a lie and <c>otp</c> (one-time password) is what it is.
    /// </summary>
    public static string AmrValue(this ProofMethod method) => method switch
    {
        ProofMethod.Password => "pwd",
        ProofMethod.AuthenticatorApp => "otp",
        ProofMethod.TextMessage => "sms",
        ProofMethod.RecoveryCode => "otp",
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
