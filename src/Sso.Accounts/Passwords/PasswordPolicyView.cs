using System.Collections.Immutable;
using Sso.Data.Secrets;

namespace Sso.Accounts.Passwords;

/// <summary>
/// Which passwords are accepted, for auditors and scripts: the numbers, the list and its version, and why the minimum is what it is.
/// </summary>
public sealed record PasswordPolicyView
{
    /// <summary>The least number of characters (Unicode code points) of a new password.</summary>
    public required int Shortest { get; init; }

    public required bool AccountAreaTakesPasswordAlone { get; init; }

    public required ImmutableArray<string> ClientsThatTakePasswordAlone { get; init; }

    /// <summary>In bytes of UTF-8; beyond this nothing is hashed.</summary>
    public int LongestBytes { get; init; } = PasswordHashing.LongestPassword;

    /// <summary>There are no rules of composition.</summary>
    public bool Composition { get; init; }

    /// <summary>Nobody has to change a password because time has passed.</summary>
    public bool Expires { get; init; }

    /// <summary>What is refused besides the person's names and address.</summary>
    public required ImmutableArray<string> ContextWords { get; init; }

    /// <summary>How many common and breached passwords are refused.</summary>
    public int ListSize { get; init; } = CommonPasswords.Count;

    public string ListVersion { get; init; } = CommonPasswords.Version;
}
