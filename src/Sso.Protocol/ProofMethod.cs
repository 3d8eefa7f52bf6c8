namespace Sso.Protocol;

/// <summary>A way in which a person proves who they are.</summary>
public enum ProofMethod
{
    Password = 0,
    AuthenticatorApp = 1,
    TextMessage = 2,
    RecoveryCode = 3,

    /// <summary>The authenticator verifies the person: possession with PIN or fingerprint, so first and second factor at once.</summary>
    Passkey = 4,

    /// <summary>This browser proved a second factor and is remembered. It spares the challenge where allowed, and proves nothing.</summary>
    TrustedDevice = 5,

    /// <summary>A code by mail, for a client that is content with it. Its mailbox resets the password, so it is no second factor.</summary>
    MailCode = 6,
}

public static class ProofMethods
{
    /// <summary>What counts as a second factor. A recovery code stands in for a lost one.</summary>
    public static readonly FrozenSet<ProofMethod> SecondFactors =
        [ProofMethod.AuthenticatorApp, ProofMethod.TextMessage, ProofMethod.RecoveryCode, ProofMethod.Passkey];

    /// <summary>What may be enrolled and proved as a second factor, and codes by mail, for clients that accept these as well.</summary>
    public static readonly FrozenSet<ProofMethod> SecondFactorsOrMail = [.. SecondFactors, ProofMethod.MailCode];

    private static readonly FrozenSet<ProofMethod> WithoutText = [.. SecondFactors.Except([ProofMethod.TextMessage])];
    private static readonly FrozenSet<ProofMethod> WithoutTextButMail = [.. WithoutText, ProofMethod.MailCode];

    /// <summary>What a sign-in begins with.</summary>
    public static readonly FrozenSet<ProofMethod> FirstFactors = [ProofMethod.Password, ProofMethod.Passkey];

    /// <summary>The one to name where there is room for one: the latest second factor, otherwise what the sign-in began with.</summary>
    /// <param name="methods">In the order of their proofs.</param>
    public static ProofMethod? Foremost(IEnumerable<ProofMethod> methods)
    {
        var inOrder = methods.Select(method => (ProofMethod?)method).ToList();
        return inOrder.LastOrDefault(method => SecondFactorsOrMail.Contains(method!.Value))
            ?? inOrder.LastOrDefault(method => FirstFactors.Contains(method!.Value));
    }

    /// <summary>What is accepted besides the password, depending on whether text messages and codes by mail are allowed.</summary>
    public static FrozenSet<ProofMethod> Accepted(bool textMessages, bool mailCodes) => (textMessages, mailCodes) switch
    {
        (true, false) => SecondFactors,
        (true, true) => SecondFactorsOrMail,
        (false, false) => WithoutText,
        (false, true) => WithoutTextButMail,
    };

    /// <summary>
    /// The value for <c>amr</c> (RFC 8176 §2). A recovery code has no registered value; it was handed out once, so <c>kba</c> would be a
    /// lie and <c>otp</c> (one-time password) is what it is. Without attestation nobody knows whether a passkey is kept in hardware:
    /// <c>pop</c> is what is certain. A code by mail comes through another channel (<c>mca</c>) and is not a second factor. Null for a
    /// method that proves nothing.
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
