using System.Collections.Immutable;
using Sso.Data.Secrets;

namespace Sso.Admin.People;

/// <summary>
/// Which passwords are taken, for auditors and scripts: the numbers, the list and its version, and why the floor is what it is.
/// </summary>
public sealed record PasswordPolicyView
{
    /// <summary>Characters (Unicode code points) of a new password.</summary>
    public required int Shortest { get; init; }

    public required bool AccountAreaTakesPasswordAlone { get; init; }

    public required ImmutableArray<string> ClientsThatTakePasswordAlone { get; init; }

    /// <summary>Bytes of UTF-8; beyond it nothing is hashed.</summary>
    public int LongestBytes { get; init; } = PasswordHashing.LongestPassword;

    /// <summary>There are no rules of composition.</summary>
    public bool Composition { get; init; }

    /// <summary>Nobody has to change a password because time has passed.</summary>
    public bool Expires { get; init; }

    /// <summary>Refused, beside the names and the address of the person.</summary>
    public required ImmutableArray<string> ContextWords { get; init; }

    /// <summary>How many common and breached passwords are refused.</summary>
    public int ListSize { get; init; } = CommonPasswords.Count;

    public string ListVersion { get; init; } = CommonPasswords.Version;
}
