using System.Collections.Frozen;
using Sso.Extensions.RichRequests;

namespace Sso.Server.Authorization;

/// <summary>Section <c>AuthorizationTypes</c> of the configuration: the types of <c>authorization_details</c> (RFC 9396 §2).</summary>
internal sealed record AuthorizationTypeSettings
{
    public IReadOnlyList<AuthorizationTypeOptions> AuthorizationTypes { get; init; } = [];

    internal AuthorizationTypes ToTypes() => new(AuthorizationTypes.Select(type => type.ToType()));
}

/// <summary>One type, as an operator writes it.</summary>
internal sealed record AuthorizationTypeOptions
{
    public string Type { get; init; } = "";

    /// <summary>What people read after "It wants to".</summary>
    public string English { get; init; } = "";

    public string Italian { get; init; } = "";

    /// <summary>Name to string, number, boolean, object or array; with ! if it is required.</summary>
    public IReadOnlyDictionary<string, string> Fields { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Actions { get; init; } = [];

    public IReadOnlyList<string> Locations { get; init; } = [];

    internal AuthorizationDetailType ToType() => new(
        Type,
        English,
        Italian,
        Fields.ToFrozenDictionary(field => field.Key, field => DetailField.Parse(field.Value)!, StringComparer.Ordinal),
        [.. Actions],
        [.. Locations]);
}
