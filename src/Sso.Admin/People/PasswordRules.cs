using System.Text;
using Sso.Data.People;
using Sso.Data.Secrets;

namespace Sso.Admin.People;

/// <summary>
/// Which passwords are taken: length and no composition rule (NIST SP 800-63B §3.1.1.2). The second factor is demanded by default, so 8 is the floor.
/// </summary>
public static class PasswordRules
{
    public const int Shortest = 8;

    public static Flaw? FindFlaw(string password, string userName, string email)
    {
        if (PasswordHashing.IsTooLong(password))
        {
            return new($"The password is longer than {PasswordHashing.LongestPassword} bytes.", "Choose a shorter one; 128 characters are always welcome.");
        }

        if (password.Normalize(NormalizationForm.FormC).EnumerateRunes().Count() < Shortest)
        {
            return new($"The password has fewer than {Shortest} characters.", "Choose a longer one; a few words in a row are easy to remember.");
        }

        if (password.EnumerateRunes().Distinct().Count() < 3)
        {
            return new("The password repeats one or two characters.", "Choose one that is harder to guess.");
        }

        var comparable = SignInName.Normalize(password);
        var mailbox = email.Split('@')[0];
        return new[] { userName, email, mailbox }.Any(word => SignInName.Normalize(word) == comparable)
            ? new("The password is the name of the person.", "Choose one that others do not know.")
            : null;
    }
}
