using Sso.Protocol.Clients;

namespace Sso.Server.SignIn;

/// <summary>Section <c>SignIn</c> of the configuration.</summary>
public sealed record SignInOptions
{
    /// <summary>
    /// What the account area demands: <c>required</c>, or <c>when-enrolled</c> so that customers without a second factor may come in with the password and
    /// turn one on themselves.
    /// </summary>
    public string AccountPolicy { get; init; } = "required";

    public SecondFactorPolicy Policy => AccountPolicy == "when-enrolled" ? SecondFactorPolicy.WhenEnrolled : SecondFactorPolicy.Required;

    public string? Problem => AccountPolicy is "required" or "when-enrolled"
        ? null
        : $"SignIn:AccountPolicy is \"{AccountPolicy}\". Set it to required or when-enrolled.";
}
