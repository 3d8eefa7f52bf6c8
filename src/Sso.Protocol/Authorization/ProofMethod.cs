using System.Collections.Frozen;

namespace Sso.Protocol.Authorization;

/// <summary>A way in which a person proves who they are.</summary>
public enum ProofMethod
{
    Password,
    AuthenticatorApp,
    TextMessage,
    RecoveryCode,

    /// <summary>With the person verified by the authenticator: something held and a PIN or a fingerprint in one, so first and second factor at once.</summary>
    Passkey,

    /// <summary>This browser proved a second factor some days ago and was remembered. It spares the challenge where a client allows it and proves nothing.</summary>
    TrustedDevice,
}

public static class ProofMethods
{
    /// <summary>What counts as a second factor. A recovery code stands in for a lost one.</summary>
    public static readonly FrozenSet<ProofMethod> SecondFactors =
        [ProofMethod.AuthenticatorApp, ProofMethod.TextMessage, ProofMethod.RecoveryCode, ProofMethod.Passkey];

    /// <summary>What a sign-in begins with.</summary>
    public static readonly FrozenSet<ProofMethod> FirstFactors = [ProofMethod.Password, ProofMethod.Passkey];

    /// <summary>
    /// The value for <c>amr</c> (RFC 8176 §2). A recovery code has no registered value; it is knowledge that was handed out once, so <c>kba</c> would
    /// be a lie and <c>otp</c> (one-time password) is what it is. Whether a passkey lives in hardware is not known without attestation: <c>pop</c> is what
    /// is certain. Null for what proves nothing.
    /// </summary>
    public static string? AmrValue(this ProofMethod method) => method switch
    {
        ProofMethod.Password => "pwd",
        ProofMethod.AuthenticatorApp => "otp",
        ProofMethod.TextMessage => "sms",
        ProofMethod.RecoveryCode => "otp",
        ProofMethod.Passkey => "pop",
        ProofMethod.TrustedDevice => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
