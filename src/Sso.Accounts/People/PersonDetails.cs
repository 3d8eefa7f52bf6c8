using System.Collections.Immutable;
using Sso.Accounts.Factors;
using Sso.Data.Administrators;

namespace Sso.Accounts.People;

/// <summary>A customer as the help desk needs to see them: never a secret, never a full phone number.</summary>
public sealed record PersonDetails
{
    public required PersonView Person { get; init; }

    /// <summary>What they may do in the console; null for a customer.</summary>
    public AdministratorRole? Role { get; init; }

    public string? LastAccessAddress { get; init; }

    /// <summary>False for somebody who has not chosen one since they were imported, added by a program, or said "it wasn't me".</summary>
    public required bool HasPassword { get; init; }

    /// <summary>Of somebody without a password: until when the link to a first one is good that was sent; null if there is none.</summary>
    public DateTimeOffset? PasswordLinkExpiresAt { get; init; }

    public required ImmutableArray<FactorView> SecondFactors { get; init; }

    public required int RecoveryCodesLeft { get; init; }

    public required int OpenSessions { get; init; }

    /// <summary>The owner wants the account deleted, and can change their mind until then.</summary>
    public DateTimeOffset? DeletionDueAt { get; init; }

    /// <summary>
    /// Until then no password is tried, because of wrong ones: at sign-in, in a browser that the person trusts, or in a session of theirs.
    /// </summary>
    public DateTimeOffset? BlockedUntil { get; init; }

    /// <summary>Wrong passwords since the last right one, in all these places together.</summary>
    public required int PasswordFailures { get; init; }
}
