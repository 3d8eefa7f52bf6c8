using System.Collections.Immutable;

namespace Sso.Admin.Resources;

/// <summary>A protected resource to register (RFC 8707 §2): the input of <see cref="AddResource"/>.</summary>
public sealed record NewResource
{
    /// <summary>The resource indicator: an absolute URI without fragment.</summary>
    public required string Resource { get; init; }

    public required string Name { get; init; }

    public required ImmutableArray<string> Scopes { get; init; }

    /// <summary>The client as which the resource introspects tokens.</summary>
    public string? ClientId { get; init; }
}
