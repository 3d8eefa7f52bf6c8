using System.Collections.Frozen;
using Sso.Protocol.Authorization;
using Sso.Protocol.Clients;

namespace Sso.Server.SignIn;

/// <summary>Section <c>SignIn</c> of the configuration.</summary>
public sealed record SignInOptions
{
    /// <summary>
    /// What the account area demands: <c>required</c>, or <c>when-enrolled</c> so that customers without a second factor may come in with
    /// the password and turn one on themselves.
    /// </summary>
    public string AccountPolicy { get; init; } = "required";

    internal const string LostFactorByContact = "contact";

    /// <summary>
    /// The way back for customers who have lost every second factor: <c>wait</c>, by mail after <see cref="LostFactorWait"/>, or
    /// <c>contact</c>, only by the people of support.
    /// </summary>
    public string LostFactor { get; init; } = "wait";

    /// <summary>How long the owner has to object.</summary>
    public TimeSpan LostFactorWait { get; init; } = TimeSpan.FromHours(24);

    /// <summary>False: codes by text message are nowhere a second factor, neither asked for nor enrolled.</summary>
    public bool TextMessages { get; init; } = true;

    /// <summary>The second factors that this installation does not use at all.</summary>
    public FrozenSet<ProofMethod> Withheld => TextMessages ? [] : [ProofMethod.TextMessage];

    /// <summary>How long a customer who asked for the deletion of the account can think again.</summary>
    public TimeSpan AccountDeletionWait { get; init; } = TimeSpan.FromDays(14);

    public SecondFactorPolicy Policy => AccountPolicy == "when-enrolled" ? SecondFactorPolicy.WhenEnrolled : SecondFactorPolicy.Required;

    public string? Problem => AccountPolicy is not ("required" or "when-enrolled")
        ? $"SignIn:AccountPolicy is \"{AccountPolicy}\". Set it to required or when-enrolled."
        : LostFactor is not ("wait" or LostFactorByContact) ? $"SignIn:LostFactor is \"{LostFactor}\". Set it to wait or contact."
        : LostFactorWait < TimeSpan.FromHours(1) || LostFactorWait > TimeSpan.FromDays(30)
            ? $"SignIn:LostFactorWait is {LostFactorWait}. Set it between 01:00:00 and 30.00:00:00."
        : AccountDeletionWait < TimeSpan.FromDays(1) || AccountDeletionWait > TimeSpan.FromDays(90)
            ? $"SignIn:AccountDeletionWait is {AccountDeletionWait}. Set it between 1.00:00:00 and 90.00:00:00."
            : null;
}
