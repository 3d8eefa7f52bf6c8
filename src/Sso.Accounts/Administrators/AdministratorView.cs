using System.Collections.Immutable;
using Sso.Data.Administrators;

namespace Sso.Accounts.Administrators;

/// <summary>An administrator in one line of a list.</summary>
public sealed record AdministratorView
{
    /// <summary>The subject of tokens.</summary>
    public required string Sub { get; init; }

    public required string UserName { get; init; }

    public string? Email { get; init; }

    public required AdministratorRole Role { get; init; }

    /// <summary>Only of a role that reaches no further.</summary>
    public ImmutableArray<string> Applications { get; init; } = [];

    public required DateTimeOffset CreatedAt { get; init; }

    public required string CreatedBy { get; init; }
}
