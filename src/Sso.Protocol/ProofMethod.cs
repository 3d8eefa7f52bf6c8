using System.Collections.Frozen;

namespace Sso.Protocol;

/// <summary>A way in which a person proves who they are.</summary>
public enum ProofMethod
{
    Password = 0,
    AuthenticatorApp = 1,
    TextMessage = 2,
    RecoveryCode = 3,

    /// <summary>
    /// With the person verified by the authenticator: something held and a PIN or a fingerprint in one, so first and second factor at once.
    /// </summary>
    Passkey = 4,

    /// <summary>
    /// This browser proved a second factor some days ago and was remembered. It spares the challenge where a
    /// client allows it and proves nothing.
    /// </summary>
    TrustedDevice = 5,

    /// <summary>
    /// A code sent by mail, where a client is content with it: the mailbox that also resets the password, so no second factor.
    /// </summary>
    MailCode = 6,
}

public static class ProofMethods
{
    /// <summary>What counts as a second factor. A recovery code stands in for a lost one.</summary>
    public static readonly FrozenSet<ProofMethod> SecondFactors =
        [ProofMethod.AuthenticatorApp, ProofMethod.TextMessage, ProofMethod.RecoveryCode, ProofMethod.Passkey];

    /// <summary>What may be enrolled and proved as a second factor where a client takes codes by mail as well.</summary>
    public static readonly FrozenSet<ProofMethod> SecondFactorsOrMail = [.. SecondFactors, ProofMethod.MailCode];

    private static readonly FrozenSet<ProofMethod> WithoutText = [.. SecondFactors.Except([ProofMethod.TextMessage])];
    private static readonly FrozenSet<ProofMethod> WithoutTextButMail = [.. WithoutText, ProofMethod.MailCode];

    /// <summary>What a sign-in begins with.</summary>
    public static readonly FrozenSet<ProofMethod> FirstFactors = [ProofMethod.Password, ProofMethod.Passkey];

    /// <summary>What is taken beside the password where text messages may be refused and codes by mail allowed.</summary>
    public static FrozenSet<ProofMethod> Accepted(bool textMessages, bool mailCodes) => (textMessages, mailCodes) switch
    {
        (true, false) => SecondFactors,
        (true, true) => SecondFactorsOrMail,
        (false, false) => WithoutText,
        (false, true) => WithoutTextButMail,
    };

    /// <summary>
    /// The value for <c>amr</c> (RFC 8176 §2). A recovery code has no registered value; it is knowledge that was handed out once, so
    /// <c>kba</c> would be a lie and <c>otp</c> (one-time password) is what it is. Whether a passkey lives in hardware is not known
    /// without attestation: <c>pop</c> is what is certain. A code by mail comes by another channel (<c>mca</c>) and is no second
    /// factor. Null for what proves nothing.
    /// </summary>
    public static string? AmrValue(this ProofMethod method) => method switch
    {
        ProofMethod.Password => "pwd",
        ProofMethod.AuthenticatorApp => "otp",
        ProofMethod.TextMessage => "sms",
        ProofMethod.RecoveryCode => "otp",
        ProofMethod.Passkey => "pop",
        ProofMethod.MailCode => "mca",
        ProofMethod.TrustedDevice => null,
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
