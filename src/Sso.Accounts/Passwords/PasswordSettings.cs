namespace Sso.Accounts.Passwords;

/// <summary>What the configuration says about passwords; the rest is in the registrations.</summary>
/// <param name="AccountDemandsSecondFactor">Nobody gets into the account area with a password alone.</param>
/// <param name="Service">The name of the service, which anybody can guess.</param>
public sealed record PasswordSettings(bool AccountDemandsSecondFactor, string Service);
