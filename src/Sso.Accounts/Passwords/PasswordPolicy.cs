namespace Sso.Accounts.Passwords;

/// <param name="Shortest">Characters (Unicode code points): 8 if a second factor is demanded of everybody, otherwise 15.</param>
/// <param name="Service">The name of the service, which anybody can guess.</param>
public sealed record PasswordPolicy(int Shortest, string Service)
{
    public const int WithSecondFactor = 8;
    public const int Alone = 15;
}
