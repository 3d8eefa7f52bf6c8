using System.Collections.Frozen;
using Sso.Accounts.Recovery;
using Sso.Protocol;
using Sso.Protocol.Clients;

namespace Sso.Accounts;

/// <summary>Section <c>SignIn</c> of the configuration.</summary>
public sealed record SignInOptions
{
    /// <summary>
    /// What the account area demands: <c>required</c>, or <c>when-enrolled</c>, so that customers without a second factor may enter with
    /// the password and turn one on themselves.
    /// </summary>
    public string AccountPolicy { get; init; } = "required";

    internal const string LostFactorByContact = "contact";

    /// <summary>
    /// The way back for customers who have lost every second factor: <c>wait</c>, by mail after <see cref="LostFactorWait"/>, or
    /// <c>contact</c>, only through support.
    /// </summary>
    public string LostFactor { get; init; } = "wait";

    /// <summary>How long the owner has to object.</summary>
    public TimeSpan LostFactorWait { get; init; } = TimeSpan.FromHours(24);

    /// <summary>False: codes by text message are not a second factor anywhere, neither asked for nor enrolled.</summary>
    public bool TextMessages { get; init; } = true;

    /// <summary>The second factors that this installation does not use at all.</summary>
    public FrozenSet<ProofMethod> Withheld => TextMessages ? [] : [ProofMethod.TextMessage];

    /// <summary>How long customers who asked for their account to be deleted can change their mind.</summary>
    public TimeSpan AccountDeletionWait { get; init; } = TimeSpan.FromDays(14);

    public SecondFactorPolicy Policy => AccountPolicy == "when-enrolled" ? SecondFactorPolicy.WhenEnrolled : SecondFactorPolicy.Required;
}
