using System.Collections.Immutable;
using Sso.Accounts.Actors;
using Sso.Accounts.Factors;

namespace Sso.Accounts.People;

/// <summary>A customer as the help desk needs to see them: never a secret, never a full phone number.</summary>
public sealed record PersonDetails
{
    public required PersonView Person { get; init; }

    public string? LastAccessAddress { get; init; }

    public required ImmutableArray<FactorView> SecondFactors { get; init; }

    public required int RecoveryCodesLeft { get; init; }

    public required int OpenSessions { get; init; }

    /// <summary>The owner wants the account deleted, and can change their mind until then.</summary>
    public DateTimeOffset? DeletionDueAt { get; init; }

    /// <summary>Signing in by password has to wait until then because of wrong passwords.</summary>
    public DateTimeOffset? BlockedUntil { get; init; }

    /// <summary>Wrong passwords since the last right one.</summary>
    public required int PasswordFailures { get; init; }
}
