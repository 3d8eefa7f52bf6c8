using Sso.Data.People;

namespace Sso.Admin.People;

/// <summary>What may be an e-mail address. Loose on purpose: whether mail arrives is what a confirmation shows.</summary>
public static class EmailAddress
{
    public static bool IsPossible(string email)
    {
        var trimmed = email.Trim();
        var at = trimmed.LastIndexOf('@');
        return trimmed.Length <= 254 && at > 0 && at < trimmed.Length - 1 && !trimmed.Any(char.IsControl) && !trimmed.Any(char.IsWhiteSpace)
            && trimmed.IndexOf('@', StringComparison.Ordinal) == at && !trimmed[(at + 1)..].StartsWith('.') && !trimmed.EndsWith('.')
            && SignInName.Normalize(trimmed).Length <= 256;
    }
}
